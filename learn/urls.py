"""The site's URLs: each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("learn.core.urls")),
    path("", include("learn.accounts.urls")),
    path("", include("learn.catalog.urls")),
    path("", include("learn.progress.urls")),
    path("", include("learn.cohorts.urls")),
    path("", include("learn.quizzes.urls")),
    path("", include("learn.submissions.urls")),
    path("", include("learn.lessons.urls")),
    path("", include("learn.review.urls")),
    path("", include("learn.search.urls")),
    path("playground/", include("learn.playground.urls")),
    path("", include("learn.dashboard.urls")),
    path("", include("learn.personal.urls")),
]

handler400 = "learn.core.views.bad_request"
handler403 = "learn.core.views.forbidden"
handler404 = "learn.core.views.not_found"
handler429 = "learn.core.views.too_many_requests"
handler500 = "learn.core.views.server_error"
