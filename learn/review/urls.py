"""URLs of the review."""

from django.urls import path

from learn.review import views

app_name = "review"

urlpatterns = [
    path("review/", views.home, name="home"),
    path("review/next/", views.go_on, name="next"),
    path("review/done/", views.done, name="done"),
    path("review/stopped/", views.ask_again, name="ask_again"),
    path("review/answers/<int:pk>/", views.answer, name="answer"),
    path("review/answers/<int:pk>/skip/", views.skip, name="skip"),
    path("review/answers/<int:pk>/stop/", views.stop, name="stop"),
]
