"""Calls of programs, of the instance, and OAuth."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
