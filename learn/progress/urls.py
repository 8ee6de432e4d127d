"""URLs of the course map, and of what a learner has reached in it."""

from django.urls import path

from learn.progress import views

app_name = "progress"

urlpatterns = [
    path("", views.home, name="home"),
    path("progress/", views.overview, name="overview"),
    path("modules/<slug:module>/", views.module, name="module"),
]
