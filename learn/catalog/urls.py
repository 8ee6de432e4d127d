"""URLs of the course's pages."""

from django.urls import path

from learn.catalog import views

app_name = "catalog"

urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("pages/<slug:page>/", views.page, name="page"),
]
