"""URLs of quizzes."""

from django.urls import path

from learn.quizzes import accommodation_pages, answer_page, views

app_name = "quizzes"

QUIZ = "modules/<slug:module>/quizzes/<slug:quiz>/"
LEARNER = "dashboard/cohorts/<int:cohort>/learners/<int:learner>/"

urlpatterns = [
    path("answers/<int:pk>/", answer_page.answer, name="answer"),
    path(QUIZ, views.quiz, name="quiz"),
    path(f"{QUIZ}attempts/", views.start, name="start"),
    path(f"{QUIZ}attempts/<int:pk>/", views.attempt, name="attempt"),
    path(f"{QUIZ}attempts/<int:pk>/save/", views.save, name="save"),
    path(f"{LEARNER}accommodation/", accommodation_pages.accommodation, name="accommodation"),
]
