"""Addresses of removal requests and providers."""

from django.urls import path

from jium.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/<uuid:notice_id>/", views.notice, name="notice"),
    path("notices/<uuid:notice_id>/approve/", views.notice_approve, name="notice_approve"),
    path("notices/<uuid:notice_id>/second-look/", views.notice_second_look, name="notice_second_look"),
    path("notices/<uuid:notice_id>/arrived/", views.notice_arrived, name="notice_arrived"),
    path("notices/<uuid:notice_id>/resend/", views.notice_resend, name="notice_resend"),
    path("notices/<uuid:notice_id>/withdraw/", views.notice_withdraw, name="notice_withdraw"),
    path("notices/<uuid:notice_id>/again/", views.notice_again, name="notice_again"),
    path("providers/", views.providers, name="providers"),
    path("providers/new/", views.provider_new, name="provider_new"),
    path("providers/<int:provider_id>/", views.provider, name="provider"),
]
