"""What pages of quizzes send: answers of an attempt, and a learner's accommodation."""

import re
from collections.abc import Iterable, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from learn.questions.fields import AnswerError, Fields, fields_of
from learn.quizzes.actions import FOREIGN, AnswersError
from learn.quizzes.models import MAX_TIME_PERCENT, MIN_TIME_PERCENT

NAME = re.compile(r"q(?P<position>[1-9][0-9]{0,3})(-|$)")


def name_of(position: int) -> str:
    """How the fields of the question at this position begin: "q3"."""
    return f"q{position}"


def position_of(name: str) -> int:
    """The position that `name_of` named; 0 for every other text."""
    found = NAME.fullmatch(name)
    return int(found["position"]) if found else 0


def sheet_of(
    data: Iterable[tuple[str, Sequence[str]]], positions: Iterable[int], *, only_sent: bool = False
) -> dict[int, Fields]:
    """The fields of each of the questions, in a form (`QueryDict.lists()`).

    A browser sends no field of a choice in which nothing is chosen. `only_sent`: the form is a
    part of the page, whose questions its fields "part" name ("q3").

    Raises:
        AnswersError: it holds fields of another question, or more than any answer can be.
    """
    lists = list(data)
    asked = set(positions)
    named = _named(lists)
    if foreign := named - asked:
        raise AnswersError(dict.fromkeys(foreign, FOREIGN))
    sheet: dict[int, Fields] = {}
    faults: dict[int, str] = {}
    for position in named if only_sent else asked:
        try:
            sheet[position] = fields_of(lists, name_of(position))
        except AnswerError as error:
            faults[position] = str(error)
    if faults:
        raise AnswersError(faults)
    return sheet


def _named(lists: Iterable[tuple[str, Sequence[str]]]) -> set[int]:
    """The positions that fields belong to, or that "part" names."""
    names = [name for key, values in lists for name in (values if key == "part" else (key,))]
    return {int(found["position"]) for name in names if (found := NAME.match(name))}


class AccommodationForm(forms.Form):
    """What a learner needs in quizzes."""

    time_percent = forms.IntegerField(
        label=_("Time, in percent"),
        min_value=MIN_TIME_PERCENT,
        max_value=MAX_TIME_PERCENT,
        initial=MIN_TIME_PERCENT,
        help_text=_("100 is the time that everybody has, 150 half as much again."),
    )
    extra_attempts = forms.IntegerField(
        label=_("Additional attempts"),
        min_value=0,
        max_value=20,
        initial=0,
        help_text=_("For each quiz that limits its attempts."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Instructors of this learner see it. Name the decision, not the illness."),
    )
