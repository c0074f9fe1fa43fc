"""Leaving, coming back, and taking one's data along: the services."""

import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.utils import timezone

from accounts import archives, care
from accounts.models import Export, User
from accounts.queries import export_file_for, export_line
from accounts.services import reactivate_user
from social.tests.helpers import at_once
from tweets.tests.factories import make_tweet
from twitterclone.lib.errors import Forbidden, NotVisible, RateLimited

pytestmark = pytest.mark.django_db


def archive_of(user: User) -> dict[str, object]:
    export = care.request_export(user=user)
    assert archives.make_archive(export.pk)
    export.refresh_from_db()
    with archives.store().open(export.name) as file, ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith("json")}


def test_deletion_hides_at_once_and_keeps_its_first_date(alice):
    first = care.request_deletion(user=alice).erase_at
    again = care.request_deletion(user=alice)
    assert again.erase_at == first
    assert not again.is_reachable
    assert timedelta(days=13) < first - timezone.now() <= timedelta(days=14)


def test_account_comes_back_whole_when_the_deletion_is_cancelled(alice):
    care.request_deletion(user=alice)
    back = reactivate_user(user=alice)
    assert (back.erase_at, back.deactivated_at, back.is_reachable) == (None, None, True)


def test_account_stays_away_when_its_erasing_has_begun(alice):
    care.request_deletion(user=alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        reactivate_user(user=alice)


def test_export_holds_what_is_ones_own(alice, bob):
    make_tweet(alice, "Mine, with ümlaut")
    make_tweet(bob, "Not mine")
    held = archive_of(alice)
    assert [row["content"] for row in held["tweets.json"]] == ["Mine, with ümlaut"]
    assert held["account.json"][0]["email"] == "alice@example.com"
    assert "password" not in held["account.json"][0]
    assert held["followers.json"][0]["username"] == "bob"
    assert held["likes.json"] == []


def test_export_is_one_at_a_time(alice):
    first = care.request_export(user=alice)
    assert care.request_export(user=alice) == first
    archives.make_archive(first.pk)
    assert care.request_export(user=alice) != first


@pytest.mark.django_db(transaction=True)
def test_export_is_one_when_it_is_asked_for_twice_at_once(alice):
    at_once(lambda: care.request_export(user=alice), lambda: care.request_export(user=alice))
    assert Export.objects.count() == 1


def test_export_is_refused_when_there_were_many_today(alice):
    for _ in range(3):
        archives.make_archive(care.request_export(user=alice).pk)
    with pytest.raises(RateLimited):
        care.request_export(user=alice)


def test_export_is_made_once_when_two_workers_want_it(alice):
    export = care.request_export(user=alice)
    assert archives.make_archive(export.pk)
    assert not archives.make_archive(export.pk)


def test_export_is_taken_over_when_its_worker_died(alice):
    export = care.request_export(user=alice)
    Export.objects.filter(pk=export.pk).update(state="running", attempts=1, touched_at=timezone.now())
    assert archives.waiting() == []
    Export.objects.filter(pk=export.pk).update(touched_at=timezone.now() - timedelta(minutes=11))
    assert archives.waiting() == [export.pk]
    assert archives.make_archive(export.pk)
    assert export_line(alice.pk).is_ready


def test_export_fails_after_three_attempts(alice, monkeypatch):
    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr(archives, "write_archive", broken)
    export = care.request_export(user=alice)
    for _ in range(3):
        assert archives.waiting() == [export.pk]
        assert not archives.make_archive(export.pk)
    assert archives.waiting() == []
    assert export_line(alice.pk).is_failed


def test_file_is_its_owners_and_goes_after_a_week(alice, bob):
    export = care.request_export(user=alice)
    archives.make_archive(export.pk)
    name = export_file_for(alice.pk, export.pk)
    with pytest.raises(NotVisible):
        export_file_for(bob.pk, export.pk)
    Export.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(NotVisible):
        export_file_for(alice.pk, export.pk)
    assert archives.sweep_archives() == 1
    assert not archives.store().exists(name)
    assert export_line(alice.pk) is None


def test_password_cannot_be_guessed(alice):
    assert care.check_password(user=alice, password="correct horse")
    for _ in range(9):
        assert not care.check_password(user=alice, password="wrong")
    with pytest.raises(RateLimited):
        care.check_password(user=alice, password="correct horse")
