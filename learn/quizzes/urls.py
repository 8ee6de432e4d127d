"""URLs of quizzes."""

from django.urls import path

from learn.quizzes import views

app_name = "quizzes"

urlpatterns = [
    path("modules/<slug:module>/quiz/", views.quiz, name="quiz"),
]
