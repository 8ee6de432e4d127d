"""The settings, and django-allauth's pages in this site's design."""

from django.urls import include, path
from django.views.generic import RedirectView

from learn.accounts import views

settings_patterns = [
    path("", views.profile, name="profile"),
    path("security/", views.security, name="security"),
    path("security/sessions/end/", views.end_other_sessions, name="end_other_sessions"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/theme/", views.theme, name="theme"),
]

urlpatterns = [
    path("settings/", include((settings_patterns, "settings"))),
    # The page on security says what allauth's page would.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="settings:security")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/", include("allauth.account.urls")),
]
