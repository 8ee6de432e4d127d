"""URLs of the course map."""

from django.urls import path

from learn.progress import views

app_name = "progress"

urlpatterns = [
    path("", views.home, name="home"),
    path("modules/<slug:module>/", views.module, name="module"),
]
