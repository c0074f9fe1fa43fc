"""About, rules, terms, privacy."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from moderation.models import Page

pytestmark = pytest.mark.django_db
defaults = import_module("moderation.migrations.0002_pages")


@pytest.mark.parametrize("slug", ["about", "rules", "terms", "privacy"])
def test_new_installation_has_the_page(client: Client, slug: str) -> None:
    Page.objects.all().delete()
    defaults.write_pages(apps, None)

    answer = client.get(reverse("page", args=[slug]))

    assert answer.status_code == 200
    assert Page.objects.get(slug=slug).title in answer.content.decode()


def test_text_of_the_admin_is_not_overwritten(client: Client) -> None:
    Page.objects.update_or_create(slug="rules", defaults={"title": "Mine", "body": "Mine alone."})

    defaults.write_pages(apps, None)

    assert "Mine alone." in client.get("/rules/").content.decode()


def test_page_that_was_deleted_is_a_404(client: Client) -> None:
    Page.objects.filter(slug="terms").delete()

    assert client.get("/terms/").status_code == 404
