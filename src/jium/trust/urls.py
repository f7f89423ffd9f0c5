"""Addresses of log-in, the one-time link, and the people."""

from django.urls import path

from jium.trust import people, views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("me/", views.me, name="me"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:account_id>/", people.person, name="person"),
    path("people/<int:account_id>/roles/", people.person_roles, name="person_roles"),
    path("people/<int:account_id>/close/", people.person_close, name="person_close"),
    path("people/<int:account_id>/reopen/", people.person_reopen, name="person_reopen"),
    path("people/<int:account_id>/log-out/", people.person_end_sessions, name="person_end_sessions"),
    path("people/<int:account_id>/link/", people.person_link, name="person_link"),
    path("people/<int:account_id>/reset/", people.person_reset, name="person_reset"),
]
