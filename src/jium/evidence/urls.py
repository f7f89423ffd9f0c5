"""Addresses of evidence packages."""

from django.urls import path

from jium.evidence import views

urlpatterns = [
    path("captures/<uuid:capture_id>/package.zip", views.capture_package, name="capture_package"),
    path("captures/<uuid:capture_id>/settle/", views.capture_settle, name="capture_settle"),
    path("captures/<uuid:capture_id>/again/", views.capture_again, name="capture_again"),
    path("captures/<uuid:capture_id>/vouch/", views.capture_vouch, name="capture_vouch"),
]
