"""Marks answers: plain rules, without Django."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from learn.catalog.catalogue import MultipleChoice, Option, Question, Quiz
from learn.quizzes.models import AnswerRecord


@dataclass(frozen=True)
class MarkedAnswer:
    """One answer of an attempt, as its result shows it.

    `chosen` is None when the option has been reworded or removed since.
    """

    question: Question
    chosen: Option | None
    correct: bool
    changed: bool


def mark_quiz(quiz: Quiz, answers: Mapping[str, str]) -> list[AnswerRecord]:
    """The marks for one answer to every question: `{question slug: option id}`."""
    return [
        {
            "question": question.slug,
            "content_hash": question.content_hash,
            "answer": answers[question.slug],
            "correct": is_correct(question, answers[question.slug]),
        }
        for question in quiz.questions
    ]


def is_correct(question: Question, answer: str) -> bool:
    match question:
        case MultipleChoice():
            return answer == question.correct_option.id


def marked_answers(quiz: Quiz, records: Sequence[AnswerRecord]) -> Iterator[MarkedAnswer]:
    """The answers beside today's questions; those to questions that are gone are left out."""
    for record in records:
        if question := quiz.by_slug.get(record["question"]):
            yield MarkedAnswer(
                question=question,
                chosen=question.option(record["answer"]),
                correct=record["correct"],
                changed=question.content_hash != record["content_hash"],
            )
