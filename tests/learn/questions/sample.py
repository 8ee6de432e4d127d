"""A question of one kind, and answers to it: what the tests over all kinds need to know."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis.strategies import SearchStrategy

from learn.questions.fields import Fields
from learn.questions.question import Json, Mark, Question, Variant
from learn.questions.variants import variant_of
from tests.learn.questions.question_files import question


@dataclass(frozen=True)
class Sample:
    """A question file and ways to answer any variant of it.

    `text` is the file. `ladder` gives answers from the worst to the best: none is worth less than
    the one before it, and the last alone is right. `answers` draws any that can be read.
    `evaluate` does a worker's job, for kinds that need one. `is_fixed` tells that only the order
    differs between variants, so that one answer is worth the same in all of them. `recording` are
    the programs (`run_id`) and what they print.
    """

    name: str
    text: str
    ladder: Callable[[Variant[Any]], Sequence[Fields]]
    answers: Callable[[Variant[Any]], SearchStrategy[Fields]]
    evaluate: Callable[[Json], Json] | None = None
    is_fixed: bool = True
    recording: tuple[tuple[str, str], ...] = ()

    @property
    def question(self) -> Question:
        return _question(self.text, self.recording)

    def variant(self, seed: int) -> Variant[Any]:
        return variant_of(self.question, seed)

    def mark(self, variant: Variant[Any], fields: Fields) -> Mark:
        """What the answer is worth, whoever must look at it."""
        answer = variant.read(fields)
        job = variant.job(answer)
        if job is None:
            return variant.mark(answer)
        assert self.evaluate, f"{self.name} needs `evaluate`"
        return variant.mark_evaluated(answer, self.evaluate(job))


@lru_cache
def _question(text: str, recording: tuple[tuple[str, str], ...]) -> Question:
    with tempfile.TemporaryDirectory() as folder:
        return question(Path(folder), text, dict(recording))
