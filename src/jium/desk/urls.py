"""Addresses of the officer's desk."""

from django.urls import path

from jium.desk import audit_log, case_list, case_page, comparing, correcting, queue, second_looks, system

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("desk/", comparing.desk, name="desk"),
    path("groups/<uuid:group_id>/", comparing.group, name="group"),
    path("groups/<uuid:group_id>/decide/", comparing.decide, name="decide"),
    path("groups/<uuid:group_id>/undo/", comparing.undo, name="undo"),
    path("matches/<uuid:match_id>/<str:side>.jpg", comparing.match_preview, name="match_preview"),
    path("cases/", case_list.cases, name="cases"),
    path("cases/<uuid:case_id>/", case_page.case, name="case"),
    path("cases/<uuid:case_id>/timeline/", case_page.case_timeline, name="case_timeline"),
    path("cases/<uuid:case_id>/addresses/<uuid:sighting_id>/correct/", correcting.correct, name="correct"),
    path("second-looks/", second_looks.second_looks, name="second_looks"),
    path("second-looks/<int:look_id>/confirm/", second_looks.second_look_confirm, name="second_look_confirm"),
    path("second-looks/<int:look_id>/refuse/", second_looks.second_look_refuse, name="second_look_refuse"),
    path("audit/", audit_log.audit_log, name="audit_log"),
    path("audit/export/", audit_log.audit_log_export, name="audit_log_export"),
    path("jobs/", system.jobs, name="jobs"),
]
