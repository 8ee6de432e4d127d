"""The rules of a quiz in sentences, for who is about to begin."""

from collections.abc import Iterator

from learn.catalog.quiz import Quiz
from learn.catalog.rules import Counts, Late, Release, Review, Rules
from learn.quizzes.standing import Released, moment

RELEASES = {
    Release.AT_ONCE: "as soon as an attempt is marked",
    Release.AFTER_PASSING: "once you have passed",
    Release.AFTER_LAST_ATTEMPT: "after your last attempt",
    Release.AFTER_CLOSE: "when the quiz has closed",
    Release.NEVER: "never",
}
COUNTS = {
    Counts.BEST: "Your best attempt counts.",
    Counts.LAST: "Your last attempt counts.",
    Counts.FIRST: "Your first attempt counts; later ones are for practice.",
}


def rule_sentences(quiz: Quiz, rules: Rules) -> list[tuple[str, str]]:
    """(what it is about, sentences)."""
    rows = [("Questions", _size(quiz)), ("Time", _time(rules)), ("Attempts", _attempts(rules))]
    if dates := " ".join(_dates(rules)):
        rows.append(("Dates", dates))
    return [*rows, ("Passed", _passed(rules.review)), ("Results", _results(rules.review))]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _size(quiz: Quiz) -> str:
    drawn = " A new attempt draws new ones." if quiz.pools else ""
    return f"{_count(quiz.size, 'question')}, {_count(quiz.max_score, 'point')}.{drawn}"


def _time(rules: Rules) -> str:
    if not rules.time_limit_minutes:
        return "No limit. You may stop and go on later; your answers are saved."
    limit = _count(rules.time_limit_minutes, "minute")
    return (
        f"{limit} from the moment that you begin, also while the page is closed. Your answers are "
        "saved as you give them. What is saved when the time is over counts."
    )


def _attempts(rules: Rules) -> str:
    if rules.attempts == 1:
        return "One."
    number = f"At most {rules.attempts}." if rules.attempts else "As many as you like."
    parts = [number, COUNTS[rules.counts]]
    if rules.penalty_percent:
        parts.append(f"Each one after the first loses {rules.penalty_percent} % of its points.")
    if rules.wait_minutes:
        parts.append(f"You wait {_count(rules.wait_minutes, 'minute')} before the next.")
    return " ".join(parts)


def _dates(rules: Rules) -> Iterator[str]:
    if rules.opens:
        yield f"Opens on {moment(rules.opens)}."
    if rules.due and rules.late is Late.ACCEPTED:
        until = f" until {moment(rules.closes)}" if rules.closes else ""
        cost = rules.late_penalty_percent
        price = f", and lose {cost} % of their points" if cost else ""
        yield f"Due on {moment(rules.due)}. Late attempts are taken{until}{price}."
    elif rules.ends:
        yield f"Closes on {moment(rules.ends)}: what is saved by then counts."


def _passed(review: Review) -> str:
    return f"With {review.pass_percent} % of the points."


def _results(review: Review) -> str:
    if len(set(review.all)) == 1:
        return f"You see marks, feedback and solutions {RELEASES[review.marks]}."
    return (
        f"You see marks {RELEASES[review.marks]}, feedback {RELEASES[review.feedback]}, "
        f"solutions {RELEASES[review.solutions]}."
    )


def kept_back(review: Review, released: Released) -> str:
    """What is not shown yet, and when it will be; "" if all is shown."""
    parts = {
        "marks": (released.marks, review.marks),
        "feedback": (released.feedback, review.feedback),
        "solutions": (released.solutions, review.solutions),
    }
    hidden = {name: release for name, (is_out, release) in parts.items() if not is_out}
    return " ".join(
        f"This quiz does not show {name}."
        if release is Release.NEVER
        else f"You will see {name} {RELEASES[release]}."
        for name, release in hidden.items()
    )
