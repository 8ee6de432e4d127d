"""The course map as a learner and a guest see it."""

from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.quizzes import answering
from learn.quizzes.models import Answer

DONE = '<span class="visually-hidden">done</span>'


def finish_first_lesson(user: User, course: Course) -> None:
    question = course.question("queues/who-deletes")
    assert question
    asked = answering.ask(user, question, Answer.Source.LESSON)
    Answer.objects.filter(pk=asked.pk).update(status=Answer.Status.MARKED, score=1)


def test_a_guest_sees_the_map_without_progress(anonymous: Client, course: Course) -> None:
    page = anonymous.get("/")

    assertContains(page, course.modules[0].title)
    assertNotContains(page, DONE)


def test_a_learner_sees_what_is_done(as_alice: Client, alice: User, course: Course) -> None:
    finish_first_lesson(alice, course)

    assertContains(as_alice.get("/"), DONE, count=1)
    assertContains(as_alice.get("/modules/queues/"), DONE, count=1)


def test_the_map_costs_few_queries(
    as_alice: Client,
    alice: User,
    course: Course,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    finish_first_lesson(alice, course)

    # Session, user, due reviews, answers, attempts, submissions.
    with django_assert_max_num_queries(6):
        as_alice.get("/")
