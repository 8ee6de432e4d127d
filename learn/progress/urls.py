"""URLs of the course map, and of what a learner has reached in it."""

from django.urls import path

from learn.progress import certificate_views, issuer_views, views

app_name = "progress"

urlpatterns = [
    path("", views.home, name="home"),
    path("progress/", views.overview, name="overview"),
    path("modules/<slug:module>/", views.module, name="module"),
    path("certificates/", certificate_views.own, name="own_certificate"),
    path("certificates/issuer/", issuer_views.issuer, name="issuer"),
    path("certificates/course/", issuer_views.completed_course, name="achievement"),
    path("certificates/revoked/", issuer_views.revocations, name="revocations"),
    path("certificates/jwks.json", issuer_views.keys, name="keys"),
    path("certificates/keys/<str:kid>/", issuer_views.key, name="key"),
    path("certificates/<uuid:pk>/", certificate_views.certificate, name="certificate"),
    path("certificates/<uuid:pk>/certificate.pdf", certificate_views.pdf, name="pdf"),
    path("certificates/<uuid:pk>/badge.jwt", certificate_views.badge, name="badge"),
    path("certificates/<uuid:pk>/publish/", certificate_views.publish, name="publish"),
    path("certificates/<uuid:pk>/revoke/", certificate_views.revoke, name="revoke"),
]
