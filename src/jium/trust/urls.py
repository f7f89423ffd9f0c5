"""Addresses of log-in, the one-time link, and the people."""

from allauth.account import views as account_views
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from jium.trust import oidc_views, people, views
from jium.trust.policy import needs, open_to_all

own = needs("account.own")
mfa_authenticate = open_to_all(base.authenticate)
# django-allauth's pages, by the names it calls them.
FACTOR_PAGES = (
    ("app/", totp.activate_totp, "mfa_activate_totp"),
    ("app/remove/", totp.deactivate_totp, "mfa_deactivate_totp"),
    ("passkey/", webauthn.add_webauthn, "mfa_add_webauthn"),
    ("passkey/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    ("codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    ("codes/new/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    ("again/password/", account_views.reauthenticate, "account_reauthenticate"),
    ("again/code/", base.reauthenticate, "mfa_reauthenticate"),
    ("again/passkey/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
)

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/", views.login, name="account_login"),
    path("login/oidc/", oidc_views.enter, name="oidc_enter"),
    path("login/oidc/answer/", oidc_views.answered, name="oidc_answered"),
    path("login/second/", mfa_authenticate, name="mfa_authenticate"),
    path("logout/", views.logout, name="logout"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("welcome/<str:token>/oidc/", oidc_views.join, name="oidc_join"),
    path("me/", views.me, name="me"),
    path("me/sessions/end/", views.session_end, name="session_end"),
    path("me/oidc/", oidc_views.connect, name="oidc_connect"),
    path("me/oidc/again/", oidc_views.again, name="oidc_again"),
    path("me/second-factor/", views.factors, name="mfa_index"),
    path("me/second-factor/", views.factors, name="mfa_list_webauthn"),
    *(path(f"me/second-factor/{way}", own(view), name=name) for way, view, name in FACTOR_PAGES),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:account_id>/", people.person, name="person"),
    path("people/<int:account_id>/roles/", people.person_roles, name="person_roles"),
    path("people/<int:account_id>/close/", people.person_close, name="person_close"),
    path("people/<int:account_id>/reopen/", people.person_reopen, name="person_reopen"),
    path("people/<int:account_id>/log-out/", people.person_end_sessions, name="person_end_sessions"),
    path("people/<int:account_id>/disconnect/", people.person_disconnect, name="person_disconnect"),
    path("people/<int:account_id>/factors/", people.person_factors, name="person_factors"),
    path("people/<int:account_id>/link/", people.person_link, name="person_link"),
    path("people/<int:account_id>/reset/", people.person_reset, name="person_reset"),
]
