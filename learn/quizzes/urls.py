"""URLs of quizzes."""

from django.urls import path

from learn.quizzes import answer_page, views

app_name = "quizzes"

urlpatterns = [
    path("answers/<int:pk>/", answer_page.answer, name="answer"),
    path("modules/<slug:module>/quizzes/<slug:quiz>/", views.quiz, name="quiz"),
]
