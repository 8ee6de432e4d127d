"""URLs of the pages for instructors and staff."""

from django.urls import path

from learn.dashboard import question_views, views

app_name = "dashboard"

# Of one cohort, and of all those that an instructor teaches.
SCOPES = ("dashboard/cohorts/<int:cohort>/", "dashboard/")
ABOUT_QUESTIONS = (
    ("questions/", question_views.questions, "questions"),
    ("questions/<slug:module>/", question_views.module, "module"),
    ("questions/<slug:module>/<slug:question>/", question_views.question, "question"),
    ("quizzes/<slug:module>/<slug:quiz>/", question_views.quiz, "quiz"),
)

urlpatterns = [
    path("dashboard/cohorts/<int:pk>/", views.cohort, name="cohort"),
    path("dashboard/cohorts/<int:cohort>/learners/<int:pk>/", views.learner, name="learner"),
    *(
        path(scope + page, view, name=name)
        for scope in SCOPES
        for page, view, name in ABOUT_QUESTIONS
    ),
    path("staff/workers/", views.workers, name="workers"),
]
