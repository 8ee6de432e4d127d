"""The course map as a learner and a guest see it."""

import uuid

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.quizzes import answering
from learn.quizzes.models import Answer
from learn.submissions.models import Draft

DONE = '<span class="visually-hidden">done</span>'


def finish_first_lesson(user: User, course: Course) -> None:
    question = course.question("queues/who-deletes")
    assert question
    asked = answering.ask(user, question, Answer.Source.LESSON)
    Answer.objects.filter(pk=asked.pk).update(
        status=Answer.Status.MARKED, score=1, answered_at=timezone.now()
    )


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

    # Session, user, due reviews, answers, attempts, submissions; four for the step touched last.
    with django_assert_max_num_queries(10):
        as_alice.get("/")


def test_a_guest_may_begin_at_once(anonymous: Client, course: Course) -> None:
    page = anonymous.get("/")

    assert course.first_lesson
    assert course.demo_lab
    assertContains(page, f'class="button" href="{course.first_lesson.url}"')
    assertContains(page, f'class="button-secondary" href="{course.demo_lab.url}"')


def test_a_learner_is_led_to_the_first_step(as_alice: Client, course: Course) -> None:
    page = as_alice.get("/")

    assertContains(page, "Begin here")
    assertContains(page, 'class="button" href="/modules/queues/lessons/message-life/"')


def test_a_learner_goes_on_after_what_was_done_last(
    as_alice: Client, alice: User, course: Course
) -> None:
    finish_first_lesson(alice, course)
    Answer.objects.filter(user=alice).update(answered_at=timezone.now())

    page = as_alice.get("/")

    assertContains(page, "Next for you")
    assertContains(page, 'class="button" href="/modules/queues/quizzes/check/"')


def test_a_learner_goes_on_with_the_lab_that_was_edited_last(
    as_alice: Client, alice: User, course: Course
) -> None:
    finish_first_lesson(alice, course)
    now = timezone.now()
    Draft.objects.create(
        user=alice,
        lab="queues/worker",
        token=uuid.uuid4(),
        files={"handler.py": "pass"},
        size_bytes=4,
        began_at=now,
        saved_at=now,
    )

    page = as_alice.get("/")

    assertContains(page, 'class="button" href="/modules/queues/labs/worker/"')
    assertContains(page, "First step that is still open:")
