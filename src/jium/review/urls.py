"""Addresses of the officer's desk."""

from django.urls import path

from jium.review import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("groups/<uuid:group_id>/", views.group, name="group"),
    path("groups/<uuid:group_id>/decide/", views.decide, name="decide"),
    path("groups/<uuid:group_id>/undo/", views.undo, name="undo"),
    path("matches/<uuid:match_id>/<str:side>.jpg", views.match_preview, name="match_preview"),
]
