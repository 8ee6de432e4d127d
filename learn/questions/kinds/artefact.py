"""Evaluated artefact: the learner writes a pattern, a policy or the like, and cases are run on it.

A grading worker runs it (`labs.evaluate`); what should come out stays here, and is compared here.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, override

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pydantic import JsonValue

from labs import artefact_problem
from learn.core.digests import digest
from learn.core.storable import storable
from learn.questions.fields import (
    AnswerError,
    BlankAnswerError,
    Fields,
    UnfinishedAnswerError,
    require_parts,
    single,
)
from learn.questions.json_values import JsonTextError, filled, parse
from learn.questions.kinds.artefact_checks import check
from learn.questions.kinds.artefact_documents import (
    ArtefactDocument,
    CaseDocument,
)
from learn.questions.kinds.expectations import (
    Expectations,
    expectations_of,
)
from learn.questions.question import (
    Draw,
    Head,
    Json,
    Kind,
    Mark,
    Question,
    Remark,
    Variant,
)

SUMMARY_LENGTH = 200


@dataclass(frozen=True)
class Case:
    """One case, filled: what the evaluator is given, and what must come out of it."""

    name: str
    is_visible: bool
    job: Json
    expect: JsonValue
    feedback: SafeString
    misconception: str
    expectations: Expectations

    @property
    def shown(self) -> str:
        """The case as JSON, over several lines."""
        alone = next(iter(self.job.values())) if len(self.job) == 1 else self.job
        return json.dumps(alone, indent=2, ensure_ascii=False)

    @property
    def wanted(self) -> str:
        """What must come out, in words."""
        return self.expectations.words(self.expect)

    def holds(self, outcome: Json) -> bool:
        return not outcome.get("error") and self.expectations.hold(self.expect, outcome["got"])


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that the author knows."""

    text: str
    caught_by: str
    misconception: str


@dataclass(frozen=True)
class Failure:
    """The first case that did not come out right. `got` is what came, in words."""

    case: Case
    got: str


@dataclass(frozen=True)
class ArtefactMark(Mark):
    """A mark with what its template shows: the first failing case, or why nothing was run."""

    failure: Failure | None = None
    refusal: str = ""
    passed: int = 0
    count: int = 0


@dataclass(frozen=True)
class Artefact(Variant[str]):
    """The cases as one learner gets them. An answer is the text that was written.

    `setting` are the evaluator's options.
    """

    evaluator: str
    setting: Json
    is_json: bool
    starter: str
    is_per_case: bool
    cases: tuple[Case, ...]
    solutions: tuple[str, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def label(self) -> str:
        """Names the box in which the answer is written."""
        return expectations_of(self.evaluator, self.setting).label

    @property
    def visible_cases(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.is_visible)

    @property
    def hidden_count(self) -> int:
        return len(self.cases) - len(self.visible_cases)

    @property
    def surroundings(self) -> str:
        """What the answer is put into, or "" ("<answer>" stands for it)."""
        definition = self.setting.get("definition")
        return json.dumps(definition, indent=2, ensure_ascii=False) if definition else ""

    @property
    def rows(self) -> int:
        """How high the box is, in lines: the solutions' height does not show."""
        return max(8, self.starter.count("\n") + 3)

    @override
    def read(self, fields: Fields) -> str:
        require_parts(fields)
        text = re.sub(r"\r\n?", "\n", single(fields)).strip()
        if not text:
            raise BlankAnswerError(
                _("Write your answer into the box: %(label)s.") % {"label": self.label}
            )
        if text == self.starter.strip():
            raise BlankAnswerError(
                _("The box holds what it began with. Write your answer into it.")
            )
        if problem := artefact_problem(text):
            raise AnswerError(problem)
        if problem := self.json_problem(text):
            raise UnfinishedAnswerError(problem)
        return text

    def json_problem(self, text: str) -> str:
        """Why the text is no JSON, where it must be; "" if it is."""
        if not self.is_json:
            return ""
        try:
            parse(text)
        except JsonTextError as error:
            sentence = _("This is not JSON: %(reason)s. Mend it, and send it again.")
            return sentence % {"reason": error}
        return ""

    @override
    def mark(self, answer: str) -> Mark:
        raise TypeError("an artefact is marked by what a worker finds out: mark_evaluated")

    @override
    def job(self, answer: str) -> Json:
        return {
            "evaluator": self.evaluator,
            "artefact": answer,
            "options": self.setting,
            "cases": [case.job for case in self.cases],
        }

    @override
    def mark_evaluated(self, answer: str, evaluation: Json) -> ArtefactMark:
        known = tuple(
            mistake.misconception
            for mistake in self.mistakes
            if self._canonical(mistake.text) == self._canonical(answer)
        )
        if evaluation["verdict"] != "evaluated":
            message = str(evaluation.get("message", ""))
            # One sentence of ours may stand there: in English, as whatever is stored.
            message = _(message) if message else ""
            remark = Remark(format_html("{}", message), is_right=False)
            return ArtefactMark(0.0, (remark,), known, refusal=message, count=len(self.cases))
        return self._mark_outcomes(evaluation["outcomes"], known)

    def _mark_outcomes(self, outcomes: list[Json], known: tuple[str, ...]) -> ArtefactMark:
        pairs = list(zip(self.cases, outcomes, strict=True))
        failing = [(case, outcome) for case, outcome in pairs if not case.holds(outcome)]
        count, passed = len(pairs), len(pairs) - len(failing)
        if not failing:
            remark = Remark(format_html(_("All {} cases come out right."), count), is_right=True)
            return ArtefactMark(1.0, (remark,), passed=passed, count=count)
        case, outcome = failing[0]
        failure = Failure(case, outcome.get("error") or case.expectations.words(outcome["got"]))
        wrong = (case.misconception,) if case.misconception else ()
        return ArtefactMark(
            passed / count if self.is_per_case else 0.0,
            (Remark(case.feedback, is_right=False),) if case.feedback else (),
            tuple(dict.fromkeys((*known, *wrong))),
            failure=failure,
            passed=passed,
            count=count,
        )

    @override
    def summary(self, answer: str) -> str:
        text = self._canonical(answer)
        if len(text) <= SUMMARY_LENGTH:
            return text
        return f"{text[: SUMMARY_LENGTH - 12]}... {digest(text)[:8]}"

    def _canonical(self, text: str) -> str:
        """The same for texts that differ in their spaces or the order of keys alone."""
        try:
            # JSON can write half a character, which no database keeps.
            return str(storable(json.dumps(parse(text), sort_keys=True, ensure_ascii=False)))
        except JsonTextError:
            return " ".join(text.split())


def vary(question: Question, document: ArtefactDocument, draw: Draw) -> Artefact:
    options = filled(document.options, draw)
    expectations = expectations_of(document.evaluator, options)
    return Artefact(
        Head.of(question, draw),
        evaluator=document.evaluator,
        setting=options,
        is_json=document.is_json,
        starter=draw.text(document.starter or ""),
        is_per_case=document.credit == "per_case",
        cases=tuple(_case(case, expectations, draw) for case in document.cases),
        solutions=tuple(map(draw.text, document.solutions)),
        mistakes=tuple(
            Mistake(draw.text(one.text), one.caught_by, one.misconception)
            for one in document.mistakes
        ),
    )


def _case(document: CaseDocument, expectations: Expectations, draw: Draw) -> Case:
    job: Any = filled(document.job, draw)
    return Case(
        name=document.name,
        is_visible=document.visible,
        job=job,
        expect=filled(document.expect, draw),
        feedback=draw.fragment(document.feedback) if document.feedback else SafeString(),
        misconception=document.misconception or "",
        expectations=expectations,
    )


KIND = Kind("Evaluated artefact", ArtefactDocument, vary, check)
