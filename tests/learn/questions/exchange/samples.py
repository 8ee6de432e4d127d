"""One question of each kind that travels, and what makes a question of ours out of its keys."""

from typing import Any

from learn.questions.kinds import KINDS
from learn.questions.question import Question

type Json = dict[str, Any]

MULTIPLE_CHOICE: Json = {
    "kind": "multiple_choice",
    "prompt": 'Who *deletes* it: `{"a": [1]}`?\n\n```json\n{"x": "~=#:\\\\"}\n```',
    "options": [
        {"text": "The **consumer** = it", "correct": True, "feedback": "Yes: `DeleteMessage`."},
        {"text": "The queue {a} -> b", "feedback": "No #1; it only ~hides~ it."},
    ],
    "explanation": "See [AWS](https://docs.aws.amazon.com/sqs/).",
}
MULTIPLE_SELECT: Json = {
    "kind": "multiple_select",
    "prompt": "Which hold?",
    "options": [
        {"text": "One", "correct": True, "feedback": "So it is."},
        {"text": "Two", "correct": True},
        {"text": "Three", "correct": True},
        {"text": "Four", "feedback": "No."},
        {"text": "Five", "feedback": "Never."},
    ],
    "credit": "partial",
    "explanation": "Three of five.",
}
ALL_OR_NOTHING: Json = {**MULTIPLE_SELECT, "credit": "all_or_nothing", "shuffle": False}
PICK: Json = {**ALL_OR_NOTHING, "pick": 3}
ORDERING: Json = {
    "kind": "ordering",
    "prompt": "In which order?",
    "items": [{"text": "First `a`"}, {"text": "Then b"}, {"text": "Last c"}],
    "explanation": "That is the order.",
}
MATCHING: Json = {
    "kind": "matching",
    "prompt": "What belongs together?",
    "pairs": [
        {"left": "SQS", "right": "queue"},
        {"left": "SNS", "right": "topic"},
        {"left": "FIFO", "right": "queue"},
    ],
    "spare": ["bus"],
    "explanation": "Queue, topic, queue.",
}
SHORT_TEXT: Json = {
    "kind": "short_text",
    "prompt": "Which key names a failed message?",
    "accept": ["itemIdentifier", "item identifier"],
    "explanation": "The inner key.",
}
NUMERIC: Json = {
    "kind": "numeric",
    "prompt": "How much is it?",
    "answer": 2.5,
    "tolerance": 0.25,
    "explanation": "Two and a half.",
}
TRAVELLERS: dict[str, Json] = {
    "choice": MULTIPLE_CHOICE,
    "select": MULTIPLE_SELECT,
    "all-or-nothing": ALL_OR_NOTHING,
    "pick": PICK,
    "ordering": ORDERING,
    "matching": MATCHING,
    "short-text": SHORT_TEXT,
    "numeric": NUMERIC,
}


def question(document: Json, slug: str = "sample", module: str = "queues") -> Question:
    """The question with these keys, as if its file had been read."""
    model = KINDS[document["kind"]].document
    read = model.model_validate(document, strict=False)
    return Question(module=module, slug=slug, document=read, section=None, content_hash="0")
