from learn.catalog.catalogue import Course, Quiz
from learn.quizzes.marking import mark_quiz, marked_answers
from tests.learn.quizzes.conftest import quiz_of, right_answers


def wrong_answers(quiz: Quiz) -> dict[str, str]:
    return {
        question.slug: next(option.id for option in question.options if not option.correct)
        for question in quiz.questions
    }


def test_it_marks_right_answers(course: Course) -> None:
    quiz = quiz_of(course)
    assert [record["correct"] for record in mark_quiz(quiz, right_answers(quiz))] == [True, True]


def test_it_marks_wrong_answers(course: Course) -> None:
    quiz = quiz_of(course)
    assert [record["correct"] for record in mark_quiz(quiz, wrong_answers(quiz))] == [False, False]


def test_it_explains_the_chosen_option(course: Course) -> None:
    quiz = quiz_of(course)
    [answer, _] = marked_answers(quiz, mark_quiz(quiz, wrong_answers(quiz)))
    assert answer.chosen is not None
    assert answer.chosen.id == wrong_answers(quiz)["who-deletes"]
    assert not answer.correct
    assert not answer.changed


def test_it_keeps_the_mark_of_a_question_that_has_changed(course: Course) -> None:
    quiz = quiz_of(course)
    records = mark_quiz(quiz, right_answers(quiz))
    records[0]["content_hash"] = "older"
    records[0]["answer"] = "no longer there"
    [answer, _] = marked_answers(quiz, records)
    assert answer.correct
    assert answer.changed
    assert answer.chosen is None


def test_it_leaves_out_a_question_that_is_gone(course: Course) -> None:
    quiz = quiz_of(course)
    records = mark_quiz(quiz, right_answers(quiz))
    records[0]["question"] = "gone"
    assert [answer.question.slug for answer in marked_answers(quiz, records)] == ["how-often"]
