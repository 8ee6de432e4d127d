"""A quiz with one question of every kind, in the small course."""

from pathlib import Path

from learn.questions.recordings import write_recording
from tests.learn.course_files import MODULE, write_course
from tests.learn.questions.sample import Sample
from tests.learn.questions.samples import SAMPLES

URL = "/modules/queues/quizzes/kinds/"
# The first sample of each kind is named after it.
BY_KIND: dict[str, Sample] = {one.name: one for one in SAMPLES if "," not in one.name}


def slug_of(kind: str) -> str:
    return kind.replace("_", "-")


def write_kinds_course(folder: Path, rules: str = "") -> Path:
    """The small course with the quiz "kinds", asked in the order of BY_KIND."""
    names = ", ".join(f'"{slug_of(kind)}"' for kind in BY_KIND)
    quiz = f'title = "All kinds"\nquestions = [{names}]\n[rules]\nshuffle = false\n{rules}\n'
    questions = {f"queues/questions/{slug_of(k)}.yaml": one.text for k, one in BY_KIND.items()}
    module = MODULE.replace('"check"', '"check", "kinds"')
    write_course(
        folder, {"queues/module.toml": module, "queues/quizzes/kinds.toml": quiz, **questions}
    )
    for kind, sample in BY_KIND.items():
        if sample.recording:
            path = folder / f"queues/questions/{slug_of(kind)}.yaml"
            write_recording(path, dict(sample.recording))
    return folder
