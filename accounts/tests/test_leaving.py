"""Leaving, coming back, taking one's data along: as a person meets it, and as a thief does."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import archives
from accounts.models import Export, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"


@pytest.fixture
def as_alice(client, alice):
    """Logged in, and has just typed her password once more."""
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def as_thief(client, alice):
    """Somebody at her open browser, long after she typed her password."""
    client.force_login(alice)
    return client


def ready_export(alice: User) -> Export:
    export = Export.objects.create(user=alice)
    assert archives.make_archive(export.pk)
    export.refresh_from_db()
    return export


def test_account_is_hidden_when_deletion_is_asked_for_and_back_after_log_in(as_alice, alice):
    answer = as_alice.post("/settings/delete/", {"password": PASSWORD, "sure": "on"})
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.erase_at
    assert as_alice.get("/settings/").status_code == 302

    other = Client()
    answer = other.post("/accounts/login/", {"login": "alice", "password": PASSWORD}, follow=True)
    assert "will be erased on" in answer.text
    other.post("/accounts/inactive/")
    alice.refresh_from_db()
    assert (alice.erase_at, alice.deactivated_at) == (None, None)
    assert other.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    "data", [{}, {"password": "wrong", "sure": "on"}, {"password": PASSWORD}, {"password": "x" * 100_000}]
)
def test_nothing_happens_when_the_form_is_not_right(as_alice, alice, data):
    assert as_alice.post("/settings/delete/", data).status_code == 200
    alice.refresh_from_db()
    assert alice.is_reachable


def test_thief_can_neither_leave_nor_take_anything_along(as_thief, alice):
    export = ready_export(alice)
    for address in ("/settings/delete/", "/settings/deactivate/", "/settings/data/"):
        as_thief.post(address, {"password": "guess", "sure": "on"})
    alice.refresh_from_db()
    assert alice.is_reachable
    assert Export.objects.count() == 1
    answer = as_thief.get(f"/settings/data/{export.pk}/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]


def test_thief_cannot_take_the_account_over_by_another_address(as_thief, alice):
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    answer = as_thief.post("/accounts/email/", {"action_add": "", "email": "thief@example.com"})
    assert "reauthenticate" in answer.headers["Location"]
    assert not EmailAddress.objects.filter(email="thief@example.com").exists()
    as_thief.post(
        "/accounts/password/change/",
        {"oldpassword": "guess", "password1": "stolen stolen", "password2": "stolen stolen"},
    )
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_address_can_be_added_when_the_password_was_just_given(as_alice, alice):
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    as_alice.post("/accounts/email/", {"action_add": "", "email": "new@example.com"})
    assert EmailAddress.objects.filter(email="new@example.com", verified=False).exists()


def test_data_is_offered_when_it_is_ready(as_alice, alice):
    answer = as_alice.post("/settings/data/", {"password": PASSWORD}, follow=True)
    assert "being collected" in answer.text
    assert 'hx-trigger="every 3s"' in answer.text
    export = Export.objects.get()
    assert archives.make_archive(export.pk)
    page = as_alice.get("/settings/data/").text
    assert f"/settings/data/{export.pk}/" in page
    file = as_alice.get(f"/settings/data/{export.pk}/")
    assert file.headers["Content-Type"] == "application/zip"
    assert b"".join(file.streaming_content).startswith(b"PK")


def test_page_says_so_when_the_data_could_not_be_collected(as_alice, alice):
    Export.objects.create(user=alice, state="failed")
    assert "could not be collected" in as_alice.get("/settings/data/").text


def test_file_is_not_there_for_others_when_over_or_lost(as_alice, alice, bob):
    theirs = ready_export(bob)
    assert as_alice.get(f"/settings/data/{theirs.pk}/").status_code == 404
    own = ready_export(alice)
    Export.objects.filter(pk=own.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_alice.get(f"/settings/data/{own.pk}/").status_code == 404
    lost = ready_export(alice)
    archives.store().delete(lost.name)
    assert as_alice.get(f"/settings/data/{lost.pk}/").status_code == 404
    assert as_alice.get(f"/settings/data/{2**62}/").status_code == 404
    assert as_alice.get(f"/settings/data/{'9' * 30}/").status_code == 404


def test_visitor_logs_in_first(client):
    for address in ("/settings/data/", "/settings/data/1/", "/settings/delete/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "login" in answer.headers["Location"]
