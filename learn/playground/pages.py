"""Renders the playground's page, whatever was opened in it."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learn.accounts.models import User
from learn.pictures.evidence import Picture
from learn.pictures.pages import picture_context
from learn.playground import queries
from learn.playground.desk import Desk
from learn.playground.examples import example_groups
from learn.playground.forms import NameForm
from learn.playground.limits import MAX_SNIPPETS
from learn.playground.models import PlaygroundRun
from learn.playground.presentation import ShownRun
from learn.playground.programs import MAIN
from learn.playground.words import playground_words
from learn.submissions.forms import PREFIX, is_too_long


def desk_page(
    request: HttpRequest, desk: Desk, *, message: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """The editor with this program, its result if it was the last that was run, and what to open.

    `message` says what is wrong with what was sent.
    """
    context: dict[str, Any] = {
        "desk": desk,
        "message": message,
        "is_own": desk.snippet is not None and desk.snippet.user_id == request.user.pk,
        # In one form with the program: Run must not ask for a name.
        "name_form": NameForm(use_required_attribute=False),
        "groups": example_groups(),
        "words": playground_words(),
    }
    if isinstance(request.user, User):
        context["snippets"] = queries.snippets_of(request.user).defer("files")[:MAX_SNIPPETS]
        if shown := _result_of(request.user, desk):
            context |= result_context(shown)
    return render(request, "playground/playground.html", context, status=status)


def result_context(shown: ShownRun) -> dict[str, Any]:
    """What a result asks for; where there is room, its trace is open."""
    context: dict[str, Any] = {"shown": shown}
    if shown.has_pictures and shown.evidence:
        context |= picture_context(shown.evidence, Picture.TRACE, {})
    return context


def refused_page(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """Without JavaScript: the text as it was sent, and why nothing came of it."""
    files = submitted_texts(request)
    if not files:
        return render(request, "playground/refused.html", {"message": message}, status=status)
    return desk_page(request, Desk(files, base="refused"), message=message, status=status)


def shown_run(found: PlaygroundRun, *, has_pictures: bool) -> ShownRun:
    return ShownRun(found, queries.waits_for_earlier(found), has_pictures)


def submitted_texts(request: HttpRequest) -> dict[str, str]:
    """The files of a form that was refused, as far as they can be shown again."""
    if is_too_long(request):
        return {}
    sent = {name: text for name, text in request.POST.items() if name.startswith(PREFIX)}
    files = {name.removeprefix(PREFIX): str(text) for name, text in sent.items()}
    return {MAIN: "", **files} if files else {}


def _result_of(user: User, desk: Desk) -> ShownRun | None:
    newest = queries.runs_of(user).first()
    if newest is None or newest.files != desk.files:
        return None
    return shown_run(newest, has_pictures=True)
