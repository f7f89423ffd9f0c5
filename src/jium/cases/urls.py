"""Addresses of cases and their references."""

from django.urls import path

from jium.cases import cost_views, given_views, mandate_views, people_views, referral_views, same_person_views, views

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
    path("cases/<uuid:case_id>/services/", given_views.case_services, name="case_services"),
    path("cases/<uuid:case_id>/referrals/new/", referral_views.referral_new, name="referral_new"),
    path("referrals/<uuid:referral_id>/", referral_views.referral, name="referral"),
    path("referrals/<uuid:referral_id>/move/", referral_views.referral_move, name="referral_move"),
    path("referrals/<uuid:referral_id>/letter.pdf", referral_views.referral_letter_pdf, name="referral_letter"),
    path("organisations/", referral_views.organisations, name="organisations"),
    path("organisations/new/", referral_views.organisation, name="organisation_new"),
    path("organisations/<int:organisation_id>/", referral_views.organisation, name="organisation"),
    path("cases/<uuid:case_id>/costs/", cost_views.case_costs, name="case_costs"),
    path("claims/<uuid:claim_id>/", cost_views.claim, name="claim"),
    path("claims/<uuid:claim_id>/move/", cost_views.claim_move, name="claim_move"),
    path("claims/<uuid:claim_id>/notice.pdf", cost_views.claim_notice, name="claim_notice"),
    path("costs/", cost_views.cost_basis, name="cost_basis"),
    path("services/<int:given_id>/take-back/", given_views.service_take_back, name="service_take_back"),
    path("cases/<uuid:case_id>/people/", people_views.case_people, name="case_people"),
    path("cases/<uuid:case_id>/same-person/", same_person_views.same_person_say, name="same_person"),
    path("cases/<uuid:case_id>/register/", views.register, name="register"),
    path("references/<uuid:reference_id>/settle/", views.reference_settle, name="reference_settle"),
    path("references/<uuid:reference_id>/preview.jpg", views.reference_preview, name="reference_preview"),
]
