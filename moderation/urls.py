"""The pages an admin writes, and reports. Their names are fixed: any other first word is a username."""

from django.urls import path, re_path

from moderation import views

urlpatterns = [
    re_path(r"^(?P<slug>about|rules|terms|privacy)/$", views.page, name="page"),
    path("reports/new/", views.report_create, name="report-create"),
    path("settings/reports/", views.own_reports, name="settings-reports"),
    path("reports/sent/", views.report_sent, name="report-sent"),
]
