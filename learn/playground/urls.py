"""URLs of the playground."""

from django.urls import path

from learn.playground import views

app_name = "playground"

urlpatterns = [
    path("run/", views.run, name="run"),
    path("runs/<uuid:pk>/", views.result, name="result"),
]
