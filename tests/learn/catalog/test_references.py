"""facts.toml and glossary.toml."""

import datetime as dt
from pathlib import Path

import pytest

from labs import ContentError
from learn.catalog.references import read_facts, read_glossary
from learn.prose.facts import with_notes
from learn.prose.findings import Findings

FACT = """\
[facts.C3]
statement = "A message may be 1 MiB."
source = "Amazon SQS Developer Guide"
url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas.html"
reviewed = "2026-11-21"
"""
GLOSSARY = """\
[terms.dead-letter-queue]
term = "dead-letter queue"
forms = ["DLQ"]
text = "Where messages go that **failed** too often."
lesson = "sqs/partial-batches#poison"
"""


def test_it_reads_a_fact_and_when_to_look_at_it_again(tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text(FACT)
    fact = read_facts(tmp_path)["C3"]
    assert fact.reviewed == dt.date(2026, 11, 21)
    assert fact.review_by == dt.date(2027, 5, 20)


def test_it_writes_a_cited_fact_below_the_text(tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text(FACT)
    text = with_notes("At most 1 MiB.[^C3] Again.[^C3]", read_facts(tmp_path))
    assert text.count("[^C3]:") == 1
    assert "A message may be 1 MiB. Source: [Amazon SQS Developer Guide](https://docs." in text
    assert text.endswith("read on 21 November 2026.")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("C3", "c3", "facts.toml:1"),
        ('"https:', '"http:', "facts.toml:4"),
        ("2026-11-21", "yesterday", "facts.toml:5"),
        ("source", "sauce", "unknown key"),
    ],
)
def test_it_says_what_is_wrong_with_a_fact(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    (tmp_path / "facts.toml").write_text(FACT.replace(old, new))
    with pytest.raises(ContentError) as caught:
        read_facts(tmp_path)
    assert message in str(caught.value)


def test_it_reads_a_term_with_its_forms_and_lesson(tmp_path: Path) -> None:
    (tmp_path / "glossary.toml").write_text(GLOSSARY)
    term = read_glossary(tmp_path, Findings())["dead-letter-queue"]
    assert term.forms == ("dead-letter queue", "DLQ")
    assert term.link == "/modules/sqs/lessons/partial-batches/#poison"
    assert "<strong>failed</strong>" in term.html


def test_it_refuses_a_word_for_two_terms(tmp_path: Path) -> None:
    other = '\n[terms.queue]\nterm = "queue"\nforms = ["dlq"]\ntext = "A line."\n'
    (tmp_path / "glossary.toml").write_text(GLOSSARY + other)
    with pytest.raises(ContentError, match=r"glossary\.toml:7: 'dlq' is a form of 'dead-letter"):
        read_glossary(tmp_path, Findings())


def test_it_needs_neither_file(tmp_path: Path) -> None:
    assert read_facts(tmp_path) == {}
    assert read_glossary(tmp_path, Findings()) == {}
