"""Items as other systems write them, in the shapes of 1EdTech's own examples."""

from collections.abc import Mapping
from typing import Any

import pytest

from learn.questions.exchange.carried import CannotCarryError, ExchangeError
from learn.questions.exchange.qti.reading import read_item

type Json = dict[str, Any]

QTI21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
MAP = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"


def item(declaration: str, body: str, rest: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- by hand -->\n'
        f'<assessmentItem xmlns="{QTI21}" identifier="i1" title="Unattended Luggage" '
        f'adaptive="false" timeDependent="false">{declaration}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{rest}</assessmentItem>"
    )


def response(values: list[str], cardinality: str, base: str, mapping: str = "") -> str:
    correct = "".join(f"<value>{value}</value>" for value in values)
    correct = f"<correctResponse>{correct}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" '
        f'baseType="{base}">{correct}{mapping}</responseDeclaration>'
    )


def mapping(points: Mapping[str, object], case: str = "") -> str:
    sensitive = f' caseSensitive="{case}"' if case else ""
    entries = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}"{sensitive}/>'
        for key, value in points.items()
    )
    return f'<mapping lowerBound="0" defaultValue="-2">{entries}</mapping>'


def read(text: str) -> Json:
    return read_item(text.encode(), "item.xml").document


def refused(text: str) -> str:
    with pytest.raises(CannotCarryError) as caught:
        read(text)
    return str(caught.value)


CHOICES = (
    '<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">'
    "<prompt>What does it say?</prompt>"
    '<simpleChoice identifier="ChoiceA">You must stay.'
    '<feedbackInline outcomeIdentifier="FEEDBACK" identifier="ChoiceA" showHide="show">No, you '
    "may go.</feedbackInline></simpleChoice>"
    '<simpleChoice identifier="ChoiceB">Do <b>not</b> let it go.</simpleChoice>'
    "</choiceInteraction>"
)
CHOICE = item(
    response(["ChoiceB"], "single", "identifier"),
    f"<p>Look at the text:</p><div><pre>NEVER</pre></div>{CHOICES}",
    f'<responseProcessing template="{MATCH}"/>'
    '<modalFeedback outcomeIdentifier="FEEDBACK" identifier="ChoiceB" showHide="show">Right.'
    "</modalFeedback>"
    '<modalFeedback outcomeIdentifier="X" identifier="all" showHide="show"><p>Read it.</p>'
    "</modalFeedback>",
)


def test_it_reads_a_choice() -> None:
    assert read(CHOICE) == {
        "kind": "multiple_choice",
        "prompt": "Look at the text:\n\n```text\nNEVER\n```\n\nWhat does it say?",
        "options": [
            {"text": "You must stay.", "feedback": "No, you may go."},
            {"text": "Do **not** let it go.", "correct": True, "feedback": "Right."},
        ],
        "shuffle": False,
        "explanation": "Read it.",
    }


def test_it_reads_names_with_a_prefix() -> None:
    prefixed = CHOICE.replace("<", "<q:").replace("<q:/", "</q:").replace("xmlns=", "xmlns:q=")
    for sign in ("?", "!--"):
        prefixed = prefixed.replace(f"<q:{sign}", f"<{sign}")
    assert read(prefixed) == read(CHOICE)


def test_it_reads_an_item_without_namespace() -> None:
    assert read(CHOICE.replace(f' xmlns="{QTI21}"', "")) == read(CHOICE)


def test_it_reads_qti_3() -> None:
    text = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
      identifier="order" title="Grand Prix" time-dependent="false" xml:lang="en">
      <qti-response-declaration identifier="RESPONSE" cardinality="ordered"
        base-type="identifier"><qti-correct-response>
        <qti-value>DriverC</qti-value><qti-value>DriverA</qti-value><qti-value>DriverB</qti-value>
      </qti-correct-response></qti-response-declaration>
      <qti-item-body><qti-order-interaction response-identifier="RESPONSE" shuffle="true">
        <qti-prompt>Who won?</qti-prompt>
        <qti-simple-choice identifier="DriverA">Barrichello</qti-simple-choice>
        <qti-simple-choice identifier="DriverB">Button</qti-simple-choice>
        <qti-simple-choice identifier="DriverC" fixed="true">Schumacher</qti-simple-choice>
      </qti-order-interaction></qti-item-body>
      <qti-response-processing template="https://x/match_correct.xml"/>
      <qti-modal-feedback outcome-identifier="F" identifier="f" show-hide="show">
        <qti-content-body><p>A fast one.</p></qti-content-body></qti-modal-feedback>
    </qti-assessment-item>"""
    assert read(text) == {
        "kind": "ordering",
        "prompt": "Who won?",
        "items": [{"text": "Schumacher"}, {"text": "Barrichello"}, {"text": "Button"}],
        "explanation": "A fast one.",
    }


def many(points: dict[str, float] | None = None, template: str = MATCH, **limits: int) -> str:
    bounds = "".join(f' {name}="{value}"' for name, value in limits.items())
    choices = "".join(f'<simpleChoice identifier="{c}">{c}</simpleChoice>' for c in "HOCX")
    return item(
        response(["H", "O"], "multiple", "identifier", mapping(points) if points else ""),
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true"{bounds}>'
        f"{choices}</choiceInteraction>",
        f'<responseProcessing template="{template}"/>',
    )


def test_it_reads_several_right_choices() -> None:
    document = read(many(maxChoices=0))
    assert (document["kind"], document["credit"]) == ("multiple_select", "all_or_nothing")
    assert [option["text"] for option in document["options"] if option.get("correct")] == [
        "H",
        "O",
    ]
    assert "pick" not in document
    assert read(many(minChoices=2, maxChoices=2))["pick"] == 2


def test_it_reads_points_for_choices() -> None:
    assert read(many({"H": 1, "O": 1, "X": -2}, MAP))["credit"] == "partial"


def test_it_leaves_out_choices_that_are_worth_different_amounts() -> None:
    assert "worth different amounts" in refused(many({"H": 2, "O": 1, "X": -2}, MAP))


PAIRS = (
    '<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="3">'
    "<prompt>Who is in which play?</prompt><simpleMatchSet>"
    '<simpleAssociableChoice identifier="C" matchMax="1">Capulet</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="D" matchMax="1">Demetrius</simpleAssociableChoice>'
    "</simpleMatchSet><simpleMatchSet>"
    '<simpleAssociableChoice identifier="M" matchMax="4">A Dream</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="R" matchMax="4">Romeo</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="T" matchMax="4">The Tempest</simpleAssociableChoice>'
    "</simpleMatchSet></matchInteraction>"
)


def test_it_reads_matches() -> None:
    document = read(item(response(["C R", "D M"], "multiple", "directedPair"), PAIRS))
    assert document["pairs"] == [
        {"left": "Capulet", "right": "Romeo"},
        {"left": "Demetrius", "right": "A Dream"},
    ]
    assert document["spare"] == ["The Tempest"]


FIELD = '<p>Now is the <textEntryInteraction responseIdentifier="RESPONSE"/> of our.</p>'


def test_it_reads_a_text_entry() -> None:
    points = mapping({"York": 1, "york": 1}, "true")
    document = read(item(response(["York"], "single", "string", points), FIELD))
    assert document["prompt"] == "Now is the `_____` of our."
    assert (document["accept"], document["ignore_case"]) == (["York", "york"], False)
    points = mapping({"York": 1}, "false")
    assert read(item(response([], "single", "string", points), FIELD))["ignore_case"] is True


@pytest.mark.parametrize(
    ("mode", "tolerance", "expected"),
    [("absolute", "0.5 0.5", 0.5), ("relative", "2", "2%"), ("exact", "", None)],
)
def test_it_reads_a_number(mode: str, tolerance: str, expected: object) -> None:
    rest = (
        "<responseProcessing><responseCondition><responseIf>"
        f'<equal toleranceMode="{mode}" tolerance="{tolerance}"/></responseIf>'
        "</responseCondition></responseProcessing>"
    )
    document = read(item(response(["42.5"], "single", "float"), FIELD, rest))
    assert (document["kind"], document["answer"]) == ("numeric", 42.5)
    assert document.get("tolerance") == expected


ESSAY = '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
TEMPLATE = '<templateDeclaration identifier="P" cardinality="single" baseType="integer"/>'
ONE = response(["ChoiceB"], "single", "identifier")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (item(ONE, ESSAY), "no kind of question here for extendedTextInteraction"),
        (item(ONE, "<p>Only text.</p>"), "it has no interactions"),
        (item(ONE, CHOICES + CHOICES), "it has 2 interactions"),
        (item(ONE + TEMPLATE, CHOICES), "drawn by a template"),
        (item("", CHOICES), "nothing declares its response"),
        (item(ONE, f"<p><img src='a.png' alt='a'/></p>{CHOICES}"), "shows an image"),
        (item(ONE, f"<p><math><mi>x</mi></math></p>{CHOICES}"), "a formula"),
        (item(ONE, f"<p><printedVariable identifier='P'/></p>{CHOICES}"), "a template draws"),
        (item(response(["C R"], "multiple", "directedPair"), PAIRS), "belongs to nothing"),
        (
            item(response(["C R", "C M"], "multiple", "directedPair"), PAIRS),
            "belongs to several others",
        ),
        (item(response(["C Z"], "multiple", "directedPair"), PAIRS), "does not have"),
        (item(response(["C"], "multiple", "directedPair"), PAIRS), "does not have"),
        (item(response([""], "multiple", "directedPair"), PAIRS), "does not have"),
        (item(response([], "multiple", "directedPair"), PAIRS), "not in one set"),
        (item(response([], "single", "string"), FIELD), "names no right answer"),
        (item(response(["many"], "single", "float"), FIELD), "'many' is no number"),
        (item(response(["NaN"], "single", "float"), FIELD), "'NaN' is no number"),
        (item(response([], "single", "float"), FIELD), "not one right number"),
        (
            item(response(["a"], "single", "string", mapping({"a": 1, "b": 0.5})), FIELD),
            "a part of the points",
        ),
        (
            item(
                response([], "single", "identifier", mapping({"ChoiceA": 1, "ChoiceB": 0.5})),
                CHOICES,
            ),
            "several answers get points",
        ),
    ],
)
def test_it_says_why_an_item_stays_behind(text: str, reason: str) -> None:
    assert reason in refused(text)


def test_it_leaves_out_an_order_that_names_no_item() -> None:
    text = many().replace("choiceInteraction", "orderInteraction")
    assert "does not name every item once" in refused(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html/>", "is no item of QTI 2.1 or 3.0: it begins with <html>"),
        ("<a", "is not XML"),
        ("<a></b>", "is not XML: line 1: mismatched tag"),
        ("", "is not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "begins with <!DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "begins with <!DOCTYPE"),
        ("<a>" * 200 + "</a>" * 200, "more than 100 elements deep"),
        (f"<a>{'<b/>' * 50_001}</a>", "more than 50,000 elements"),
        ("<a>&undefined;</a>", "is not XML: line 1: undefined entity"),
        ('<?xml version="1.0" encoding="nope"?><a/>', "is not XML"),
    ],
)
def test_it_refuses_what_is_no_item(text: str, reason: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read(text)
    assert str(caught.value).startswith("item.xml: ")
    assert reason in str(caught.value)


def test_it_never_opens_a_bomb() -> None:
    lines = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{"".join(lines)}]><x y="&a9;">&a9;</x>'
    with pytest.raises(ExchangeError, match="DOCTYPE"):
        read(bomb)
