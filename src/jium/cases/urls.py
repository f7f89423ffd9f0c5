"""Addresses of cases and their references."""

from django.urls import path

from jium.cases import views

urlpatterns = [
    path("cases/new/", views.case_new, name="case_new"),
    path("cases/<uuid:case_id>/register/", views.register, name="register"),
    path("references/<uuid:reference_id>/settle/", views.reference_settle, name="reference_settle"),
    path("references/<uuid:reference_id>/preview.jpg", views.reference_preview, name="reference_preview"),
]
