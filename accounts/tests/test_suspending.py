"""Somebody suspended learns why, and whom to write to; what they learn is written once."""

import json

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Suspension, User
from accounts.services import suspend_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(person):
    return person("keeper", is_staff=True)


def mails() -> list[dict]:
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT payload FROM outbox WHERE event = 'mail.requested' ORDER BY id")
        return [json.loads(payload) for (payload,) in rows.fetchall()]


def log_in(user: User):
    asked = {"login": user.username, "password": "correct horse"}
    return Client().post("/accounts/login/", asked, follow=True)


def test_mail_and_log_in_say_why_and_whom_to_write_to(settings, alice, keeper):
    settings.CONTACT_EMAIL = "help@example.org"
    suspend_user(actor=keeper, user=alice, reason="Threats <b>and</b> worse")
    (mail,) = mails()
    assert mail["recipient"] == alice.email
    assert "suspended" in mail["subject"]
    assert "Threats <b>and</b> worse" in mail["text"]
    assert "write to help@example.org" in mail["text"]
    assert "Threats &lt;b&gt;and&lt;/b&gt; worse" in mail["html"]
    assert 'href="mailto:help@example.org"' in mail["html"]
    assert "keeper" not in mail["text"] + mail["html"]
    page = log_in(alice).text
    assert "This account is suspended" in page
    assert "Threats &lt;b&gt;and&lt;/b&gt; worse" in page
    assert 'href="mailto:help@example.org"' in page
    assert "keeper" not in page


def test_rules_and_operators_are_named_when_nothing_was_given(settings, alice, keeper):
    settings.CONTACT_EMAIL = ""
    suspend_user(actor=keeper, user=alice)
    assert "/rules/" in mails()[0]["text"]
    page = log_in(alice).text
    assert 'href="/rules/"' in page
    assert "write to the people who run this place" in page
    assert "mailto:" not in page


def test_second_suspension_changes_nothing_until_the_first_is_lifted(alice, keeper):
    first = suspend_user(actor=keeper, user=alice, reason="Threats").suspended_at
    assert suspend_user(actor=keeper, user=alice, reason="Spam").suspended_at == first
    assert [(one.reason, one.by) for one in Suspension.objects.all()] == [("Threats", keeper)]
    suspend_user(actor=keeper, user=alice, suspended=False)
    suspend_user(actor=keeper, user=alice, suspended=False)
    assert [mail["subject"].endswith("is back") for mail in mails()] == [False, True]
    assert Suspension.objects.get().lifted_at
    assert "is suspended" not in log_in(alice).text
    suspend_user(actor=keeper, user=alice, reason="Spam")
    assert "Spam" in log_in(alice).text
    assert Suspension.objects.count() == 2


def test_contact_stands_on_about_when_there_is_one(settings, client):
    settings.CONTACT_EMAIL = "help@example.org"
    assert 'href="mailto:help@example.org"' in client.get("/about/").text
    assert "mailto:" not in client.get("/rules/").text
    assert client.get("/api/v2/instance").json()["contact"]["email"] == "help@example.org"
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in client.get("/about/").text
    assert "Nothing is hidden" not in client.get("/about/").text
