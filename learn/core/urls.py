"""URLs that belong to no feature."""

from django.urls import path

from learn.core import views

app_name = "core"

urlpatterns = [path("healthz", views.healthz, name="healthz")]
