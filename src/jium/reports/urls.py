"""Addresses of the reports."""

from django.urls import path

from jium.reports import views

urlpatterns = [
    path("cases/<uuid:case_id>/report.pdf", views.case_report, name="case_report"),
    path("cases/<uuid:case_id>/own-data.pdf", views.own_data, name="own_data"),
]
