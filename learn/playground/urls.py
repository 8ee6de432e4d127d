"""URLs of the playground."""

from django.urls import path

from learn.playground import picture_views, snippet_views, views

app_name = "playground"

urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.blank, name="blank"),
    path("run/", views.run, name="run"),
    path("runs/<uuid:pk>/", views.result, name="result"),
    path("runs/<uuid:pk>/pictures/<slug:picture>/", picture_views.picture, name="picture"),
    path("examples/<slug:module>/<slug:lesson>/<int:number>/", views.example, name="example"),
    path("snippets/", snippet_views.save_new, name="save"),
    path("snippets/<uuid:pk>/", snippet_views.snippet, name="snippet"),
    path("snippets/<uuid:pk>/settings/", snippet_views.settings, name="settings"),
    path("snippets/<uuid:pk>/sharing/", snippet_views.sharing, name="sharing"),
    path("snippets/<uuid:pk>/delete/", snippet_views.delete, name="delete"),
]
