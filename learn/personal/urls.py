"""URLs of the settings' page on data."""

from django.urls import path

from learn.personal import views

app_name = "personal"

urlpatterns = [
    path("settings/data/", views.data, name="data"),
    path("settings/data/export/", views.download, name="download"),
    path("settings/data/close/", views.close, name="close"),
]
