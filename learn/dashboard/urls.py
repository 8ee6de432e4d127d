"""URLs of the pages for instructors and staff."""

from django.urls import path

from learn.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("dashboard/cohorts/<int:pk>/", views.cohort, name="cohort"),
    path("dashboard/cohorts/<int:cohort>/learners/<int:pk>/", views.learner, name="learner"),
    path("staff/workers/", views.workers, name="workers"),
]
