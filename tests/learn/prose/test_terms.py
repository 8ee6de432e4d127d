"""Links from a text to the glossary."""

import markdown
import pytest

from learn.prose.terms import Terms

FORMS = {"queue": "queue", "queues": "queue", "dead-letter queue": "dlq", "DLQ": "dlq"}


def linked(text: str) -> str:
    return markdown.markdown(text, extensions=["fenced_code", Terms(FORMS, "/glossary/")])


def link(anchor: str, text: str) -> str:
    return f'<a class="term" href="/glossary/#{anchor}">{text}</a>'


def test_it_links_the_first_use_of_each_term() -> None:
    body = linked("A queue and a queue.\n\nThen a DLQ, a dead-letter queue.")
    assert body == (
        f"<p>A {link('queue', 'queue')} and a queue.</p>\n"
        f"<p>Then a {link('dlq', 'DLQ')}, a dead-letter queue.</p>"
    )


def test_it_prefers_the_longest_form() -> None:
    assert link("dlq", "dead-letter queue") in linked("A dead-letter queue.")


@pytest.mark.parametrize(
    "text",
    ["## A queue", "`queue`", "[queue](/x)", "```\nqueue\n```", "enqueue queue_url queue-name"],
)
def test_it_leaves_titles_links_code_and_parts_of_words(text: str) -> None:
    assert "term" not in linked(text)


def test_it_links_inside_and_after_emphasis_in_reading_order() -> None:
    body = linked("*Queues* hold, and **more** DLQ here, then queue.")
    assert body == (
        f"<p><em>{link('queue', 'Queues')}</em> hold, and <strong>more</strong> "
        f"{link('dlq', 'DLQ')} here, then queue.</p>"
    )


def test_it_links_two_terms_of_one_run_of_text() -> None:
    body = linked("The queue, then the DLQ, then words.")
    assert body == (
        f"<p>The {link('queue', 'queue')}, then the {link('dlq', 'DLQ')}, then words.</p>"
    )
