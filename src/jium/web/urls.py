"""Every address of the staff's pages. Each room brings its own."""

from django.urls import include, path

from jium.web import views

handler500 = "jium.web.known_errors.told"

urlpatterns = [
    path("language/", views.language, name="language"),
    path("session/", views.session, name="session"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("jium.desk.urls")),
    path("", include("jium.trust.urls")),
    path("", include("jium.cases.urls")),
    path("", include("jium.evidence.urls")),
    path("", include("jium.notices.urls")),
    path("", include("jium.removal.urls")),
    path("", include("jium.watch.urls")),
    path("", include("jium.reports.urls")),
]
