"""What instructors are told to do with a question."""

from dataclasses import replace

import pytest

from learn.quizzes.advice import (
    RULES,
    Advice,
    Attention,
    Evidence,
    Rule,
    SeenChoice,
    advise,
    in_words,
    listed,
    of_alpha,
)
from learn.quizzes.statistics import Figures

GOOD = Figures("v", 100, facility=0.6, compared=100, discrimination=0.4, hinted=0.1)
KEY = SeenChoice("They come back", is_right=True, count=60, share=0.6, discrimination=0.4)
WRONG = SeenChoice("They are lost", is_right=False, count=30, share=0.3, discrimination=-0.3)
IDLE = SeenChoice("They wait", is_right=False, count=10, share=0.1, discrimination=-0.2)


def advice(
    figures: Figures = GOOD, choices: tuple[SeenChoice, ...] = (KEY, WRONG, IDLE)
) -> tuple[Advice, ...]:
    return advise(Evidence(figures, choices, offered=True))


def test_it_leaves_a_good_question_alone() -> None:
    (only,) = advice()

    assert only.attention is Attention.NONE
    assert only.sentence.startswith("Nothing to do")


@pytest.mark.parametrize("count", range(5))
def test_it_says_nothing_about_few_answers(count: int) -> None:
    (only,) = advice(Figures("v", count))

    assert only == Advice(Attention.UNKNOWN, "Too few answers to say.")


def test_it_does_not_promise_much_from_some_answers() -> None:
    (only,) = advice(replace(GOOD, count=12))

    assert only.sentence == "Nothing stands out so far. Some rules need 50 answers; there are 12."


def test_it_builds_on_no_discrimination_of_few_learners() -> None:
    (only,) = advice(replace(GOOD, compared=20, discrimination=-0.9))

    assert only.attention is Attention.NONE
    assert "needs 50 learners who answered other questions too; there are 20." in only.sentence


@pytest.mark.parametrize(
    ("changes", "attention", "words"),
    [
        ({"discrimination": -0.2}, Attention.NOW, "the key may be wrong"),
        ({"discrimination": 0.1}, Attention.SOON, "hardly better here"),
        ({"discrimination": -0.1}, Attention.SOON, "hardly better here"),
        ({"facility": 0.2}, Attention.SOON, "The mean score is 20%"),
        ({"facility": 0.97}, Attention.SOME, "Nearly all get it right"),
        ({"hinted": 0.72}, Attention.SOME, "Seven of ten open a hint"),
    ],
)
def test_it_tells_what_is_wrong_with_the_question(
    changes: dict[str, float], attention: Attention, words: str
) -> None:
    first = advice(replace(GOOD, **changes))[0]  # type: ignore[arg-type]

    assert first.attention is attention
    assert words in first.sentence
    assert first.source


@pytest.mark.parametrize(
    ("changes", "attention", "words"),
    [
        ({"share": 0.9}, Attention.NOW, "Nine of ten answer “They are lost”: the wording may"),
        (
            {"discrimination": 0.2},
            Attention.NOW,
            "Strong learners give the answer “They are lost”",
        ),
        ({"share": 0.02}, Attention.SOME, "Hardly anybody chooses “They are lost”"),
    ],
)
def test_it_names_the_answer_to_look_at(
    changes: dict[str, float], attention: Attention, words: str
) -> None:
    wrong = replace(WRONG, **changes)  # type: ignore[arg-type]

    (only,) = advice(choices=(KEY, wrong, IDLE))

    assert only.attention is attention
    assert only.sentence.startswith(words)


def test_it_does_not_blame_the_right_answer() -> None:
    strong = replace(KEY, share=0.9, discrimination=0.6)

    (only,) = advice(choices=(strong, WRONG, IDLE))

    assert only.attention is Attention.NONE


def test_it_tells_the_most_urgent_first() -> None:
    found = advice(replace(GOOD, discrimination=-0.3, facility=0.1, hinted=0.9))

    assert [each.attention for each in found] == [Attention.NOW, Attention.SOON, Attention.SOME]


def test_it_asks_for_no_distractors_where_nearly_all_are_right() -> None:
    found = advice(replace(GOOD, facility=0.98), (KEY, replace(WRONG, share=0.02)))

    assert ["Nearly all" in each.sentence for each in found] == [True]


def test_it_asks_for_no_distractors_of_typed_answers() -> None:
    evidence = Evidence(GOOD, (KEY, replace(WRONG, share=0.02)), offered=False)

    assert [each.attention for each in advise(evidence)] == [Attention.NONE]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.find.__name__)
def test_it_waits_for_as_many_answers_as_a_rule_needs(rule: Rule) -> None:
    bad = replace(WRONG, share=0.9, discrimination=0.3)
    worst = [
        Figures("v", rule.min_answers, facility, compared=50, discrimination=value, hinted=0.9)
        for facility, value in ((0.1, -0.3), (0.6, 0.1), (0.97, 0.3))
    ]
    options = [(bad,), (replace(WRONG, share=0.01),)]
    seen = [Evidence(each, choices, offered=True) for each in worst for choices in options]

    assert any(rule.advice(evidence) for evidence in seen)
    for evidence in seen:
        fewer = replace(evidence.figures, count=rule.min_answers - 1)
        assert rule.advice(replace(evidence, figures=fewer)) is None


def test_it_says_shares_in_words() -> None:
    assert [in_words(share) for share in (0.01, 0.34, 0.9, 0.96)] == [
        "hardly any",
        "three of ten",
        "nine of ten",
        "nearly all",
    ]
    assert listed(["a", "b", "c"]) == "“a”, “b” or “c”"
    assert listed(["a"]) == "“a”"


@pytest.mark.parametrize(
    ("alpha", "attention"),
    [
        (0.9, Attention.NONE),
        (0.7, Attention.SOME),
        (0.3, Attention.SOON),
        (-0.2, Attention.NOW),
    ],
)
def test_it_says_what_alpha_means(alpha: float, attention: Attention) -> None:
    assert of_alpha(alpha).attention is attention
