"""A question on a page: to be answered, or answered.

The page's head includes `questions/_head.html`, which brings the styles and scripts of all kinds.
"""

from dataclasses import dataclass, field
from typing import Any

from learn.questions.fields import AnswerError, BlankAnswerError, Fields
from learn.questions.question import Mark, Variant


@dataclass(frozen=True)
class Asked:
    """A variant to be answered: `questions/_asked.html`. All its fields' names begin with `name`.

    `error` says why what was sent could not be taken.
    """

    variant: Variant[Any]
    name: str
    fields: Fields = field(default_factory=dict)
    number: int = 0
    count: int = 0
    hints_shown: int = 0
    error: str = ""
    is_disabled: bool = False

    @property
    def hints(self) -> tuple[str, ...]:
        return self.variant.head.hints[: self.hints_shown]

    @property
    def has_more_hints(self) -> bool:
        return self.hints_shown < len(self.variant.head.hints)


@dataclass(frozen=True)
class Given:
    """An answer and what became of it: `questions/_given.html`.

    `mark` is None while it waits for a worker; the page then asks `poll_url` for it, if there is
    one. What the release policy keeps back is not shown.
    """

    variant: Variant[Any]
    fields: Fields
    mark: Mark | None
    number: int = 0
    shows_score: bool = True
    shows_feedback: bool = True
    shows_solution: bool = True
    poll_url: str = ""
    poll_delay_ms: int = 1_000

    @property
    def answer(self) -> Any:
        """What was answered, as the kind reads it; None for a blank."""
        try:
            return self.variant.read(self.fields)
        except AnswerError:
            return None

    @property
    def refusal(self) -> str:
        """Why what was sent is no answer; "" for one that is, and for a blank."""
        try:
            self.variant.read(self.fields)
        except BlankAnswerError:
            return ""
        except AnswerError as error:
            return str(error)
        return ""

    @property
    def marks_parts(self) -> bool:
        """Whether it is told which parts of the answer are right."""
        return self.shows_score and self.shows_feedback

    @property
    def tone(self) -> str:
        """right, partly, wrong; blank, waiting, or kept where no score is shown."""
        if not self.shows_score:
            return "kept"
        if self.mark is None:
            return "waiting"
        if self.answer is None:
            return "blank"
        return "right" if self.mark.is_right else "partly" if self.mark.score else "wrong"
