"""URLs of labs and submissions."""

from django.urls import path

from learn.submissions import views

app_name = "submissions"

urlpatterns = [
    path("modules/<slug:module>/labs/<slug:lab>/", views.lab, name="lab"),
    path("modules/<slug:module>/labs/<slug:lab>/submit/", views.submit, name="submit"),
    path("submissions/<uuid:pk>/", views.submission, name="submission"),
]
