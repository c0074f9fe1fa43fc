"""Calls about follows, blocks and mutes, under /api/v1/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
