"""URLs that belong to no feature."""

from django.urls import path
from django.views.i18n import set_language

from learn.core import views

app_name = "core"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("language", set_language, name="set_language"),
]
