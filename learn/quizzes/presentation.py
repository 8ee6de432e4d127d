"""An answer as a page shows it, and how the page waits for its mark."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from learn.core.polling import poll_delay_ms
from learn.questions.presentation import Given
from learn.quizzes.answering import mark_of, variant_for
from learn.quizzes.models import Answer


def given(
    answer: Answer,
    *,
    number: int = 0,
    shows_score: bool = True,
    shows_feedback: bool = True,
    shows_solution: bool = True,
) -> Given:
    """For `questions/_given.html`: it asks for itself again until the answer is marked.

    Until then it explains nothing: it might have to be answered once more.
    """
    variant = variant_for(answer)
    waits = answer.status == Answer.Status.MARKING
    return Given(
        variant=variant,
        fields=answer.fields,
        mark=mark_of(answer, variant),
        number=number,
        shows_score=shows_score,
        shows_feedback=shows_feedback and not waits,
        shows_solution=shows_solution and not waits,
        poll_url=reverse("quizzes:answer", args=[answer.pk]) if waits else "",
        poll_delay_ms=poll_delay(answer),
    )


def fault_of(answer: Answer) -> str:
    """Why an answer was opened again, as a sentence for its learner; "" for every other one."""
    if answer.status != Answer.Status.OPEN or not answer.evaluation:
        return ""
    if answer.evaluation.get("verdict") == "not_simulated":
        message = str(answer.evaluation.get("message", ""))
        return _(message) if message else ""
    return _(
        "Your answer could not be marked. This is our fault, and costs nothing: please send it "
        "again. If it happens twice, tell your instructor."
    )


def poll_delay(answer: Answer) -> int:
    """Milliseconds until a waiting page asks again."""
    now = timezone.now()
    return poll_delay_ms(now - (answer.answered_at or now))
