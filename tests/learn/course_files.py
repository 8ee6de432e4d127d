"""Writes a small course into a folder, for tests that must know every word of it."""

from pathlib import Path

COURSE = """\
title = "Small course"
summary = "A course for tests."
modules = ["queues"]
"""
MODULE = """\
title = "Queues"
summary = "Messages that wait."
quizzes = ["check"]
labs = ["worker"]
"""
QUIZ = """\
title = "Check your queues"
questions = ["who-deletes", "how-often"]

[rules]
shuffle = false
"""
LESSON = """\
+++
title = "Life of a message"
summary = "From send to delete."
minutes = 10
objectives = ["Tell who deletes a message in `SQS`."]
+++
A message waits.

## Who deletes it

The consumer does.[^1]

[^1]: Not the queue.
"""
SECOND_LESSON = """\
+++
title = "Retries"
summary = "Again."
minutes = 5
objectives = ["Count."]
+++
## Again

And again.
"""
WHO_DELETES = """\
kind: multiple_choice
prompt: Who deletes a message from `SQS`?
options:
  - text: The consumer
    correct: true
    feedback: Yes, with `DeleteMessage`.
  - text: The queue, once it is received
    feedback: Receiving only hides it.
    misconception: receive deletes
  - text: The producer
    feedback: It no longer knows the message.
explanation: A consumer deletes what it has done.
section: message-life#who-deletes-it
"""
HOW_OFTEN = """\
kind: multiple_choice
prompt: How often may a message arrive?
options:
  - text: Once
    feedback: Standard queues promise at least once.
  - text: At least once
    correct: true
explanation: Duplicates are normal.
"""
LAB = """\
title = "Worker"
summary = "Write a worker."
level = "L1"
minutes = 20
files = ["handler.py"]
real = "Your code."
simulated = "The account."
""" + "".join(
    f'\n[[mistakes]]\nname = "wrong-{n}"\ncaught_by = "It works"\nmisconception = "Some idea."\n'
    for n in range(4)
)
STARTER = "def handler(event, context):\n    return None\n"

FILES = {
    "course.toml": COURSE,
    "queues/module.toml": MODULE,
    "queues/lessons/01-message-life.md": LESSON,
    "queues/lessons/02-retries.md": SECOND_LESSON,
    "queues/questions/who-deletes.yaml": WHO_DELETES,
    "queues/questions/how-often.yaml": HOW_OFTEN,
    "queues/quizzes/check.toml": QUIZ,
    "queues/labs/worker/lab.toml": LAB,
    "queues/labs/worker/brief.md": "Write a **worker**.\n\n## Rules\n\nNone.\n",
    "queues/labs/worker/checks.py": "",
    "queues/labs/worker/starter/handler.py": STARTER,
    "queues/labs/worker/solutions/plain/handler.py": STARTER,
    "queues/labs/worker/solutions/short/handler.py": STARTER,
    **{f"queues/labs/worker/mistakes/wrong-{n}/handler.py": STARTER for n in range(4)},
}


def write_course(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The course, with some files changed or added. Returns the folder."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
