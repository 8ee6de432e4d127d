"""URLs of labs and submissions."""

from django.urls import path

from learn.submissions import draft_views, picture_views, views

app_name = "submissions"

urlpatterns = [
    path("modules/<slug:module>/labs/<slug:lab>/", views.lab, name="lab"),
    path("modules/<slug:module>/labs/<slug:lab>/submit/", views.submit, name="submit"),
    path("modules/<slug:module>/labs/<slug:lab>/draft/", draft_views.save, name="draft"),
    path("modules/<slug:module>/labs/<slug:lab>/history/", draft_views.history, name="history"),
    path(
        "modules/<slug:module>/labs/<slug:lab>/history/<uuid:key>/",
        draft_views.version,
        name="version",
    ),
    path("submissions/<uuid:pk>/", views.submission, name="submission"),
    path("submissions/<uuid:pk>/pictures/<slug:picture>/", picture_views.picture, name="picture"),
]
