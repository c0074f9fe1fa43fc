"""The pages an admin writes. Their names are fixed: any other first word of an address is a username."""

from django.urls import re_path

from moderation import views

urlpatterns = [re_path(r"^(?P<slug>about|rules|terms|privacy)/$", views.page, name="page")]
