"""Pages with every sample, asked and answered: the URLs of `test_looks.py` and of nothing else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from learn.questions.fields import AnswerError, Fields
from learn.questions.presentation import Asked, Given
from learn.questions.question import Mark
from learn.urls import urlpatterns as site_patterns
from tests.learn.questions.sample import Sample
from tests.learn.questions.samples import SAMPLES

SEED = 3
PAGE = """\
{% extends "core/base.html" %}
{% block title %}Questions{% endblock %}
{% block head_extra %}{% include "questions/_head.html" %}{% endblock %}
{% block main %}
  <h1>{{ title }}</h1>
  <form class="quiz" id="showcase" method="post">
    {% csrf_token %}
    {% for asked in asked_list %}{% include "questions/_asked.html" %}{% endfor %}
    {% if asked_list %}<button class="button">Give the answer</button>{% endif %}
  </form>
  {% if given_list %}
    <ol class="answers">
      {% for given in given_list %}{% include "questions/_given.html" %}{% endfor %}
    </ol>
  {% endif %}
{% endblock %}
"""


def rendered(request: HttpRequest, title: str, **context: Any) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"title": title, **context}, request))


def fields_of(request: HttpRequest, name: str) -> Fields:
    return {
        key[len(name) + 1 :]: list(values)
        for key, values in request.POST.lists()
        if key == name or key.startswith(f"{name}-")
    }


def ask(request: HttpRequest, number: int) -> HttpResponse:
    """The question, and after a POST its answer, or what is wrong with it."""
    sample = SAMPLES[number]
    variant = sample.variant(SEED)
    fields = fields_of(request, "q1")
    asked = Asked(variant, "q1", fields, number=1, count=3, hints_shown=5)
    if request.method != "POST":
        return rendered(request, sample.name, asked_list=[asked])
    try:
        given = Given(variant, fields, sample.mark(variant, fields))
    except AnswerError as refused:
        asked = Asked(variant, "q1", fields, number=1, count=3, error=str(refused))
        return rendered(request, sample.name, asked_list=[asked])
    return rendered(request, sample.name, given_list=[given])


def answers(request: HttpRequest, number: int) -> HttpResponse:
    """From right to wrong, a blank, and answers of which something is kept back."""
    sample = SAMPLES[number]
    ladder = sample.ladder(sample.variant(SEED))
    given = [
        _given(sample, fields) for fields in (ladder[-1], ladder[len(ladder) // 2], ladder[0])
    ]
    given.append(Given(sample.variant(SEED), {}, Mark(0)))
    given.append(_given(sample, ladder[-2], shows_score=False, shows_feedback=False))
    given.append(_given(sample, ladder[-2], shows_solution=False))
    return rendered(request, sample.name, given_list=given)


def _given(sample: Sample, fields: Fields, **policy: Any) -> Given:
    variant = sample.variant(SEED)
    policy = {"shows_solution": policy.get("shows_score", True), **policy}
    return Given(variant, fields, sample.mark(variant, fields), **policy)


urlpatterns = [
    *site_patterns,
    path("showcase/<int:number>/", ask),
    path("showcase/<int:number>/answers/", answers),
]
