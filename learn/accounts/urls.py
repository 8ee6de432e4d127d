"""Log-in, sign-up and passwords: django-allauth's pages in this site's design."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
