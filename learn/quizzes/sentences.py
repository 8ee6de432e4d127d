"""The rules of a quiz in sentences, for who is about to begin."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learn.catalog.quiz import Quiz
from learn.catalog.rules import Counts, Late, Release, Review, Rules
from learn.quizzes.standing import Released, moment

RELEASES = {
    Release.AT_ONCE: gettext_lazy("as soon as an attempt is marked"),
    Release.AFTER_PASSING: gettext_lazy("once you have passed"),
    Release.AFTER_LAST_ATTEMPT: gettext_lazy("after your last attempt"),
    Release.AFTER_CLOSE: gettext_lazy("when the quiz has closed"),
    Release.NEVER: gettext_lazy("never"),
}
COUNTS = {
    Counts.BEST: gettext_lazy("Your best attempt counts."),
    Counts.LAST: gettext_lazy("Your last attempt counts."),
    Counts.FIRST: gettext_lazy("Your first attempt counts; later ones are for practice."),
}


def rule_sentences(quiz: Quiz, rules: Rules) -> list[tuple[str, str]]:
    """(what it is about, sentences)."""
    rows = [
        (_("Questions"), _size(quiz)),
        (_("Time"), _time(rules)),
        (_("Attempts"), _attempts(rules)),
    ]
    if dates := " ".join(_dates(rules)):
        rows.append((_("Dates"), dates))
    return [*rows, (_("Passed"), _passed(rules.review)), (_("Results"), _results(rules.review))]


def _size(quiz: Quiz) -> str:
    questions = ngettext("%(number)s question", "%(number)s questions", quiz.size)
    points = ngettext("%(number)s point", "%(number)s points", quiz.max_score)
    size = f"{questions % {'number': quiz.size}}, {points % {'number': quiz.max_score}}."
    return f"{size} {_('A new attempt draws new ones.')}" if quiz.pools else size


def _minutes(number: int) -> str:
    return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}


def _time(rules: Rules) -> str:
    if not rules.time_limit_minutes:
        return _("No limit. You may stop and go on later; your answers are saved.")
    sentence = _(
        "%(limit)s from the moment that you begin, also while the page is closed. Your answers "
        "are saved as you give them. What is saved when the time is over counts."
    )
    return sentence % {"limit": _minutes(rules.time_limit_minutes)}


def _attempts(rules: Rules) -> str:
    if rules.attempts == 1:
        return _("One.")
    most = _("At most %(number)s.") % {"number": rules.attempts}
    parts = [most if rules.attempts else _("As many as you like."), str(COUNTS[rules.counts])]
    if rules.penalty_percent:
        sentence = _("Each one after the first loses %(percent)s %% of its points.")
        parts.append(sentence % {"percent": rules.penalty_percent})
    if rules.wait_minutes:
        sentence = _("You wait %(minutes)s before the next.")
        parts.append(sentence % {"minutes": _minutes(rules.wait_minutes)})
    return " ".join(parts)


def _dates(rules: Rules) -> Iterator[str]:
    if rules.opens:
        yield _("Opens on %(moment)s.") % {"moment": moment(rules.opens)}
    if rules.due and rules.late is Late.ACCEPTED:
        yield _("Due on %(moment)s.") % {"moment": moment(rules.due)}
        yield _late(rules)
    elif rules.ends:
        sentence = _("Closes on %(moment)s: what is saved by then counts.")
        yield sentence % {"moment": moment(rules.ends)}


def _late(rules: Rules) -> str:
    """How late attempts are taken."""
    sentence = {
        (True, True): _(
            "Late attempts are taken until %(end)s, and lose %(cost)s %% of their points."
        ),
        (True, False): _("Late attempts are taken until %(end)s."),
        (False, True): _("Late attempts are taken, and lose %(cost)s %% of their points."),
        (False, False): _("Late attempts are taken."),
    }[bool(rules.closes), bool(rules.late_penalty_percent)]
    end = moment(rules.closes) if rules.closes else ""
    return sentence % {"end": end, "cost": rules.late_penalty_percent}


def _passed(review: Review) -> str:
    return _("With %(percent)s %% of the points.") % {"percent": review.pass_percent}


def _results(review: Review) -> str:
    names = {"marks": review.marks, "feedback": review.feedback, "solutions": review.solutions}
    when = {name: RELEASES[release] for name, release in names.items()}
    if len(set(review.all)) == 1:
        return _("You see marks, feedback and solutions %(marks)s.") % when
    return _("You see marks %(marks)s, feedback %(feedback)s, solutions %(solutions)s.") % when


def kept_back(review: Review, released: Released) -> str:
    """What is not shown yet, and when it will be; "" if all is shown."""
    parts = {
        _("marks"): (released.marks, review.marks),
        _("feedback"): (released.feedback, review.feedback),
        _("solutions"): (released.solutions, review.solutions),
    }
    hidden = {name: release for name, (is_out, release) in parts.items() if not is_out}
    return " ".join(
        _("This quiz does not show %(name)s.") % {"name": name}
        if release is Release.NEVER
        else _("You will see %(name)s %(when)s.") % {"name": name, "when": RELEASES[release]}
        for name, release in hidden.items()
    )
