"""GIFT to drafts of our questions."""

import re
from collections.abc import Callable, Sequence

from learn.questions.exchange.carried import (
    CannotCarryError,
    Draft,
    ExchangeError,
    Json,
    Note,
    Reading,
)
from learn.questions.exchange.gift.syntax import (
    Answer,
    Block,
    blocks,
    shown,
    split_answers,
    without_general_feedback,
)
from learn.questions.exchange.text import tidy, to_markdown

MAX_QUESTIONS = 1000
MAX_ANSWERS = 100
GAP = "`_____`"
TRUTH = re.compile(
    r"(?P<value>TRUE|FALSE|T|F)\s*(#(?P<wrong>[^#]*))?(#(?P<right>[^#]*))?", re.IGNORECASE
)
NUMBER = r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?"
CENTRE = re.compile(rf"(?P<value>{NUMBER})\s*(:\s*(?P<tolerance>{NUMBER}))?")
RANGE = re.compile(rf"(?P<low>{NUMBER})\s*\.\.\s*(?P<high>{NUMBER})")


def read_gift(text: str) -> Reading:
    """The questions of a GIFT file.

    Raises:
        ExchangeError: it is none.
    """
    reading = Reading()
    for count, block in enumerate(blocks(text.replace("\r\n", "\n").replace("\r", "\n"))):
        if count == MAX_QUESTIONS:
            raise ExchangeError(f"The file has more than {MAX_QUESTIONS:,} questions: split it.")
        try:
            reading.drafts.append(Draft(block.title or _opening(block), _document(block)))
        except CannotCarryError as error:
            reading.notes.append(Note(block.name, str(error), is_left_out=True))
    if not reading.drafts and not reading.notes:
        raise ExchangeError("The file has no questions in GIFT: is it another format?")
    return reading


def _opening(block: Block) -> str:
    return " ".join(shown(block.before).split()[:6])


def _document(block: Block) -> Json:
    if block.fault:
        raise CannotCarryError(block.fault)
    if block.answers is None:
        raise CannotCarryError("it asks nothing (GIFT's description)")
    answers, general = without_general_feedback(block.answers)
    if not answers:
        raise CannotCarryError("it asks for an essay, which only a person can mark")
    text = _texts(block)
    document = _answered(answers, text)
    after = shown(block.after)
    prompt = shown(block.before) + (f" {GAP} {after}" if after else "")
    head = {"kind": document.pop("kind"), "prompt": text(prompt)}
    explained = [text(general), document.pop("explanation", "")]
    tail: Json = {"explanation": "\n\n".join(filter(None, explained))} if any(explained) else {}
    if block.tags:
        tail["concepts"] = [tag.strip() for tag in block.tags]
    return {**head, **document, **tail}


def _texts(block: Block) -> Callable[[str], str]:
    """Turns the block's texts into Markdown. Moodle's own format is HTML as well."""
    return tidy if block.format in ("markdown", "plain") else _markdown_of


def _markdown_of(text: str) -> str:
    return to_markdown(text) if re.search(r"<\w|&\w+;|&#", text) else tidy(text)


type Text = Callable[[str], str]


def _answered(answers: str, text: Text) -> Json:
    """The keys of the kind that the answers tell."""
    if answers.count("=") + answers.count("~") > MAX_ANSWERS:
        raise CannotCarryError(f"it has more than {MAX_ANSWERS} answers")
    truth = TRUTH.fullmatch(answers)
    if truth:
        return _true_false(truth, text)
    if answers.startswith("#"):
        return _numeric(answers[1:].strip(), text)
    if answers[0] not in "=~":
        raise CannotCarryError("its answers begin with neither '=' nor '~'")
    found = list(split_answers(answers))
    # As Moodle does: a "->" in the text of a choice is only text.
    if any(not answer.is_right for answer in found):
        return _choice(found, text)
    if any("->" in answer.text for answer in found):
        return _matching(found, text)
    return _short_text(found, text)


def _true_false(truth: re.Match[str], text: Text) -> Json:
    value = truth["value"].upper().startswith("T")
    # The first feedback is for the wrong answer, the second for the right one.
    feedback = {value: truth["right"], not value: truth["wrong"]}
    options = [
        _option("True" if side else "False", side is value, feedback[side] or "", text)
        for side in (True, False)
    ]
    return {"kind": "multiple_choice", "options": options, "shuffle": False}


def _option(label: str, correct: bool, feedback: str, text: Text) -> Json:
    option: Json = {"text": text(shown(label))}
    if correct:
        option["correct"] = True
    if said := shown(feedback):
        option["feedback"] = text(said)
    return option


def _choice(found: Sequence[Answer], text: Text) -> Json:
    right = [answer for answer in found if answer.is_right or (answer.weight or 0) > 0]
    if any(answer.is_right for answer in found):
        return _one_choice(found, right, text)
    if not right:
        raise CannotCarryError("none of its answers is right")
    weights = [answer.weight or 0 for answer in right]
    if max(weights) - min(weights) > 0.01:
        raise CannotCarryError("its right answers are worth different amounts")
    if len(right) == 1:
        return _one_choice(found, right, text)
    wrong = [answer.weight or 0 for answer in found if answer not in right]
    whole = bool(wrong) and all(weight <= -100 for weight in wrong)
    return {
        "kind": "multiple_select",
        "options": [_option(a.text, a in right, a.feedback, text) for a in found],
        "credit": "all_or_nothing" if whole else "partial",
    }


def _one_choice(found: Sequence[Answer], right: Sequence[Answer], text: Text) -> Json:
    if len(right) > 1:
        raise CannotCarryError("several answers get points, and only one can be chosen")
    options = [_option(answer.text, answer in right, answer.feedback, text) for answer in found]
    return {"kind": "multiple_choice", "options": options}


def _short_text(found: Sequence[Answer], text: Text) -> Json:
    if any("*" in answer.text for answer in found):
        raise CannotCarryError("it accepts answers by a wildcard (*)")
    if any(answer.weight not in (None, 0, 100) for answer in found):
        raise CannotCarryError("some of its answers get a part of the points")
    right = [answer for answer in found if answer.weight != 0]
    document: Json = {
        "kind": "short_text",
        "accept": [shown(answer.text) for answer in right],
        **_explained(right, text),
    }
    wrong = [answer for answer in found if answer.weight == 0 and shown(answer.feedback)]
    if wrong:
        document["wrong"] = [
            {"forms": [shown(answer.text)], "feedback": text(shown(answer.feedback))}
            for answer in wrong
        ]
    return document


def _matching(found: Sequence[Answer], text: Text) -> Json:
    sides = [tuple(map(str.strip, answer.text.partition("->")[::2])) for answer in found]
    document: Json = {
        "kind": "matching",
        "pairs": [
            {"left": text(shown(left)), "right": text(shown(right))}
            for left, right in sides
            if left
        ],
    }
    if spare := [text(shown(right)) for left, right in sides if not left]:
        document["spare"] = spare
    return document


def _numeric(answers: str, text: Text) -> Json:
    found = list(split_answers(answers)) if answers.startswith(("=", "~")) else []
    if not found:
        body, _, feedback = answers.partition("#")
        return {"kind": "numeric", **_number(body), "explanation": text(shown(feedback))}
    right = [answer for answer in found if answer.is_right and answer.weight in (None, 100)]
    if len(right) != 1 or any(a.weight for a in found if a not in right):
        raise CannotCarryError("several numbers get points")
    document: Json = {"kind": "numeric", **_number(right[0].text), **_explained(right, text)}
    wrong = [answer for answer in found if answer not in right]
    if said := [answer for answer in wrong if shown(answer.feedback)]:
        if any(not CENTRE.fullmatch(answer.text) for answer in said):
            raise CannotCarryError("feedback is on a range of wrong numbers, or on all others")
        document["wrong_answers"] = [
            {
                "value": _number(answer.text)["answer"],
                "feedback": text(shown(answer.feedback)),
            }
            for answer in said
        ]
    return document


def _explained(right: Sequence[Answer], text: Text) -> Json:
    """What is said of right answers: our questions say it of the question."""
    said = dict.fromkeys(text(shown(answer.feedback)) for answer in right)
    return {"explanation": "\n\n".join(filter(None, said))}


def _number(text: str) -> Json:
    """`answer` and `tolerance` of "3:0.5" or "2.5..3.5"."""
    if found := RANGE.fullmatch(text.strip()):
        low, high = float(found["low"]), float(found["high"])
        if high < low:
            raise CannotCarryError(f"its range {text.strip()} ends before it begins")
        return {"answer": _short(low + (high - low) / 2), "tolerance": _short((high - low) / 2)}
    found = CENTRE.fullmatch(text.strip())
    if not found:
        raise CannotCarryError(f"'{shown(text)[:40]}' is no number")
    number: Json = {"answer": _short(float(found["value"]))}
    if found["tolerance"]:
        number["tolerance"] = _short(abs(float(found["tolerance"])))
    return number


def _short(number: float) -> int | float:
    """Without the last digits, which are the computer's and not the author's."""
    rounded = float(f"{number:.12g}")
    if rounded in (float("inf"), float("-inf")):
        raise CannotCarryError("one of its numbers is too large")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
