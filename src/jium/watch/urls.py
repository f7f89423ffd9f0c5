"""Addresses of the sites under watch."""

from django.urls import path

from jium.watch import views

urlpatterns = [
    path("sites/", views.sites, name="sites"),
    path("sites/<int:site_id>/", views.site, name="site"),
    path("sites/<int:site_id>/delete/", views.site_delete, name="site_delete"),
    path("sites/new/", views.site_new, name="site_new"),
    path("sites/<int:site_id>/pause/", views.site_pause, name="site_pause"),
    path("sites/<int:site_id>/resume/", views.site_resume, name="site_resume"),
    path("sites/<int:site_id>/visit/", views.site_visit, name="site_visit"),
]
