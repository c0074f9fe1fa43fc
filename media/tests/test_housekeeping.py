"""What nothing took goes after a day; what was taken stays."""

import os
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from media import housekeeping
from media.models import Media
from media.processing import process
from media.processing.stores import uploads
from media.services import claim_media, release_media, upload_media
from media.tests import corpus

pytestmark = pytest.mark.django_db


def ready(owner: User) -> Media:
    media = upload_media(owner=owner, file=ContentFile(corpus.picture(), name="x"))
    process(media.pk)
    media.refresh_from_db()
    return media


def age(**filters: object) -> None:
    Media.objects.filter(**filters).update(loose_since=timezone.now() - timedelta(days=2))


def test_loose_uploads_go_with_their_files_after_a_day(alice: User) -> None:
    old, taken, fresh = ready(alice), ready(alice), ready(alice)
    claim_media(owner=alice, ids=[taken.pk])
    age(pk__in=[old.pk, taken.pk])
    waiting = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    age(pk=waiting.pk)

    assert housekeeping.sweep(dry_run=True)["uploads"] == 2
    assert Media.objects.count() == 4
    assert housekeeping.sweep()["uploads"] == 2

    assert set(Media.objects.values_list("pk", flat=True)) == {taken.pk, fresh.pk}
    assert not default_storage.exists(old.file)
    assert default_storage.exists(taken.file)
    assert uploads().listdir("")[1] == []
    assert housekeeping.sweep()["uploads"] == 0


def test_files_of_a_worker_that_died_go_with_the_row(alice: User) -> None:
    media = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    left = default_storage.save("07/7-left/full.jpg", ContentFile(b"half of it"))
    Media.objects.filter(pk=media.pk).update(state="failed", sizes={"place": "07/7-left"})
    age(pk=media.pk)
    assert housekeeping.sweep()["uploads"] == 1
    assert not default_storage.exists(left)


def test_what_a_tweet_let_go_of_is_kept_for_a_day(alice: User) -> None:
    media = ready(alice)
    claim_media(owner=alice, ids=[media.pk])
    age(pk=media.pk)
    release_media([media.pk])
    assert housekeeping.sweep()["uploads"] == 0
    assert claim_media(owner=alice, ids=[media.pk]) == [media]


def test_raw_files_without_a_row_go_after_a_day(alice: User) -> None:
    kept = upload_media(owner=alice, file=ContentFile(corpus.picture(), name="x"))
    name = uploads().save("orphan", ContentFile(b"raw"))
    long_ago = time.time() - 3 * 24 * 3600
    for each in (name, kept.file):
        os.utime(uploads().path(each), (long_ago, long_ago))
    out = StringIO()
    call_command("sweep_media", "--dry-run", stdout=out)
    assert "raw files: 1 would go" in out.getvalue()
    call_command("sweep_media", stdout=out)
    assert uploads().listdir("")[1] == [kept.file]
