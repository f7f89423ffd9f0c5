"""Addresses of log-in, the one-time link, and the people."""

from django.urls import path

from jium.trust import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("welcome/<str:token>/", views.welcome, name="welcome"),
    path("me/", views.me, name="me"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
]
