"""Times on pages are the reader's."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from learn.accounts import time_zones
from learn.accounts.middleware import COOKIE, TimeZoneMiddleware
from learn.accounts.models import User
from learn.quizzes.standing import moment


def zone_of_answer(request: HttpRequest) -> str:
    """The zone that is active while the request is answered."""
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    TimeZoneMiddleware(answer)(request)
    return seen[0]


def request_of(user: User | None = None, zone: str = "") -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = zone
    if user:
        request.COOKIES["sessionid"] = "any"
        request.user = user
    return request


def test_it_knows_places_and_utc_only() -> None:
    assert {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"} <= time_zones.names()
    assert (
        not {"Etc/GMT+5", "US/Eastern", "EST", "localtime", "../etc/passwd"} & time_zones.names()
    )


def test_it_groups_choices_by_region() -> None:
    groups = dict(time_zones.choices())

    assert ("Europe/Berlin", "Berlin") in groups["Europe"]
    assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in groups["America"]


def test_it_takes_the_zone_of_the_browser() -> None:
    assert zone_of_answer(request_of(zone="Asia/Tokyo")) == "Asia/Tokyo"


def test_it_prefers_the_zone_that_the_user_chose() -> None:
    user = User(time_zone="Europe/Berlin")

    assert zone_of_answer(request_of(user, zone="Asia/Tokyo")) == "Europe/Berlin"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "\x00"])
def test_it_falls_back_to_utc(name: str) -> None:
    assert zone_of_answer(request_of(zone=name)) == "UTC"


def test_it_leaves_no_zone_behind() -> None:
    zone_of_answer(request_of(zone="Asia/Tokyo"))

    assert timezone.get_current_timezone_name() == "UTC"


def test_it_says_times_in_sentences_in_the_readers_zone() -> None:
    time = dt.datetime(2026, 7, 1, 18, tzinfo=dt.UTC)

    assert moment(time) == "1 July 2026, 18:00 UTC"
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert moment(time) == "1 July 2026, 20:00 CEST"


def test_it_names_the_zone_on_the_page(as_alice: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")

    assert " JST there now" in as_alice.get("/settings/preferences/").content.decode()
