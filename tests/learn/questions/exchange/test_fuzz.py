"""Whatever a file holds, it is read, left out or refused: nothing else ever comes out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from learn.questions.exchange.arrival import prove
from learn.questions.exchange.carried import ExchangeError
from learn.questions.exchange.departure import FORMATS, export
from learn.questions.exchange.sources import read_data
from tests.learn.questions.exchange.samples import MULTIPLE_CHOICE, TRAVELLERS, question
from tests.learn.questions.exchange.test_packages import manifest, zipped
from tests.learn.questions.exchange.test_qti_reading import CHOICE, item, mapping, response

GIFT = st.lists(
    st.sampled_from(
        [*"~=#{}:\\%$\n ->*01.TF", "####", "::", "//", "->", "[html]", "%50%", "..", "\n\n"]
    )
    | st.text(max_size=4),
    max_size=40,
).map("".join)
ANSWERS = st.lists(
    st.sampled_from(
        [
            *("=", "~", "#", "->", "%50%", "%-100%", "####", ":", "..", "*", "T", "FALSE", "a"),
            *("1", "2.5", "-3e2", " ", "\n", "\\n", "\\="),
        ]
    ),
    max_size=12,
).map(lambda signs: f"::t::Q {{{''.join(signs)}}} and so on")
NAMES = st.sampled_from(
    [
        *("assessmentItem", "responseDeclaration", "correctResponse", "value", "itemBody"),
        *("choiceInteraction", "simpleChoice", "orderInteraction", "matchInteraction"),
        *("simpleMatchSet", "simpleAssociableChoice", "textEntryInteraction", "mapping"),
        *("mapEntry", "modalFeedback", "prompt", "p", "pre", "qti-item-body", "equal", "x:y"),
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            *("identifier", "responseIdentifier", "cardinality", "baseType", "mapKey", "shuffle"),
            *("mappedValue", "tolerance", "toleranceMode", "outcomeIdentifier", "maxChoices"),
        ]
    ),
    st.sampled_from(["RESPONSE", "a", "b", "multiple", "float", "ordered", "true", "1", "x y"]),
)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda name, attributes, inside: (
            f"<{name}{''.join(f' {k}="{v}"' for k, v in attributes.items())}>"
            f"{''.join(inside)}</{name}>"
        ),
        NAMES,
        ATTRIBUTES,
        st.lists(children, max_size=5),
    )


XML = st.recursive(
    st.sampled_from(["", " ", "a", "RESPONSE", "1.5", "a b", "&lt;", "&#0;"]), _element
)
ITEM = XML.map(
    lambda inside: (
        '<assessmentItem title="t"><responseDeclaration identifier="RESPONSE"/>'
        f"<itemBody>{inside}</itemBody></assessmentItem>"
    )
)


VALUES = st.sampled_from(["", " ", "a", "b", "a b", "b a", "1", "-1e400", "a b c"])
RESPONSE = st.builds(
    response,
    st.lists(VALUES, max_size=3),
    st.sampled_from(["single", "multiple", "ordered", "record", ""]),
    st.sampled_from(["identifier", "directedPair", "string", "float", "integer", ""]),
    st.dictionaries(VALUES, st.sampled_from([0, 1, 0.5, -1, "x", "NaN"])).map(mapping),
)
TERM = "<simpleAssociableChoice identifier='{0}'>{0}</simpleAssociableChoice>"
SET = f"<simpleMatchSet>{TERM}</simpleMatchSet>"
CHOICE_OF = "<simpleChoice identifier='{0}'>{0}</simpleChoice>"
CHOICES = [
    *(form.format(name) for form in (SET, CHOICE_OF) for name in "ab"),
    "<prompt>P</prompt>",
]
INTERACTION = st.builds(
    lambda name, choices: f'<{name} responseIdentifier="RESPONSE">{"".join(choices)}</{name}>',
    st.sampled_from(
        [
            *("choiceInteraction", "orderInteraction", "matchInteraction"),
            *("textEntryInteraction", "hotspotInteraction"),
        ]
    ),
    st.lists(st.sampled_from(CHOICES), max_size=5),
)
EQUAL = '<responseProcessing><equal toleranceMode="relative" tolerance="x"/></responseProcessing>'
WHOLE = st.builds(item, RESPONSE, INTERACTION, st.sampled_from(["", EQUAL]))


def read_or_refuse(data: bytes) -> None:
    try:
        reading = read_data(data, "file")
    except ExchangeError:
        return
    files, notes = prove(reading, fill="Read the lesson again.")
    assert len(files) + len(notes) == len(reading.drafts) + len(reading.notes)


@settings(deadline=None, max_examples=400)
@given(GIFT | ANSWERS)
def test_it_survives_any_gift(text: str) -> None:
    read_or_refuse(text.encode("utf-8", "ignore"))


@settings(deadline=None, max_examples=400)
@given(XML | ITEM | WHOLE)
def test_it_survives_any_xml(text: str) -> None:
    read_or_refuse(text.encode())


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: b"PK\x03\x04" + data))
def test_it_survives_any_bytes(data: bytes) -> None:
    read_or_refuse(data)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_it_survives_damage(data: st.DataObject) -> None:
    whole = data.draw(
        st.sampled_from(
            [
                CHOICE.encode(),
                zipped({"imsmanifest.xml": manifest("a.xml"), "a.xml": CHOICE}),
                *(export([question(TRAVELLERS["select"])], form)[0] for form in FORMATS),
            ]
        )
    )
    place = data.draw(st.integers(0, len(whole)))
    read_or_refuse(whole[:place] + data.draw(st.binary(max_size=6)) + whole[place + 3 :])


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=60
)


@settings(deadline=None, max_examples=100)
@given(TEXT.filter(str.strip))
def test_it_brings_any_text_back_from_gift(text: str) -> None:
    sent = question({**MULTIPLE_CHOICE, "prompt": text})
    data, _ = export([sent], "gift")
    (draft,) = read_data(data, "file").drafts
    assert draft.document["prompt"].split() == text.split()
