"""URLs of lessons and of the questions in them."""

from django.urls import path

from learn.lessons import examples, margins, views

app_name = "lessons"

urlpatterns = [
    path("modules/<slug:module>/lessons/<slug:lesson>/", views.lesson, name="lesson"),
    path(
        "modules/<slug:module>/lessons/<slug:lesson>/questions/<slug:question>/",
        views.check,
        name="check",
    ),
    path(
        "modules/<slug:module>/lessons/<slug:lesson>/examples/<int:number>/",
        examples.example,
        name="example",
    ),
    path("modules/<slug:module>/lessons/<slug:lesson>/notes/", margins.margin, name="margin"),
    path("bookmarks/", margins.kept, name="kept"),
]
