"""Addresses of what is followed up."""

from django.urls import path

from jium.removal import views

urlpatterns = [
    path("targets/<int:target_id>/look/", views.look, name="look"),
]
