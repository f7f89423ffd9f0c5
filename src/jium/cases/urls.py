"""Addresses of cases and their references."""

from django.urls import path

from jium.cases import mandate_views, people_views, views

urlpatterns = [
    path("cases/new/", views.case_new, name="case_new"),
    path("cases/<uuid:case_id>/intake/", views.case_edit, name="case_edit"),
    path("cases/<uuid:case_id>/mandate/", mandate_views.mandate, name="mandate"),
    path("cases/<uuid:case_id>/papers/", mandate_views.paper_bring, name="paper_bring"),
    path("papers/<uuid:document_id>/", mandate_views.paper_see, name="paper_see"),
    path("papers/<uuid:document_id>/remove/", mandate_views.paper_remove, name="paper_remove"),
    path("cases/<uuid:case_id>/consents/", mandate_views.consent_give, name="consent_give"),
    path("cases/<uuid:case_id>/consents/withdraw/", mandate_views.consent_withdraw, name="consent_withdraw"),
    path("cases/<uuid:case_id>/face-search/", mandate_views.face_search_ask, name="face_search_ask"),
    path("cases/<uuid:case_id>/face-search/end/", mandate_views.face_search_end, name="face_search_end"),
    path("cases/<uuid:case_id>/people/", people_views.case_people, name="case_people"),
    path("cases/<uuid:case_id>/register/", views.register, name="register"),
    path("references/<uuid:reference_id>/settle/", views.reference_settle, name="reference_settle"),
    path("references/<uuid:reference_id>/preview.jpg", views.reference_preview, name="reference_preview"),
]
