"""URLs of cohorts."""

from django.urls import path

from learn.cohorts import views

app_name = "cohorts"

urlpatterns = [
    path("cohorts/", views.cohorts, name="list"),
    path("cohorts/new/", views.new_cohort, name="new"),
    path("join/<str:code>/", views.join_by_link, name="join"),
]
