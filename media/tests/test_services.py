"""Uploading, describing, giving to a tweet, taking back: and everything that is refused."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from media import services
from media.models import Media
from media.processing import process, programs
from media.processing.stores import uploads
from media.services import claim_media, discard_media, upload_media
from media.tests import corpus
from twitterclone.lib.errors import DomainError, RateLimited
from twitterclone.lib.outbox import drain

pytestmark = pytest.mark.django_db


def upload(owner: User, data: bytes | None = None, **fields: str) -> Media:
    return upload_media(owner=owner, file=ContentFile(data or corpus.picture(), name="x.jpg"), **fields)


def ready(owner: User) -> Media:
    media = upload(owner)
    process(media.pk)
    media.refresh_from_db()
    return media


def test_upload_waits_unseen_until_a_worker_had_it(alice: User) -> None:
    media = upload(alice, alt_text=" A gradient\x00 ")
    assert (media.state, media.alt_text) == ("pending", "A gradient")
    assert uploads().exists(media.file)
    assert not default_storage.exists(media.file)
    drain()
    media.refresh_from_db()
    assert media.state == "ready"
    assert uploads().listdir("")[1] == []


@pytest.mark.parametrize("name", corpus.IMPOSTORS)
def test_upload_is_refused_when_it_is_no_picture(alice: User, name: str) -> None:
    with pytest.raises(services.UnknownKind):
        upload_media(owner=alice, file=ContentFile(corpus.IMPOSTORS[name], name=name))
    assert not Media.objects.exists()
    assert uploads().listdir("")[1] == []


def test_upload_is_refused_when_empty_large_or_too_much(alice: User, settings) -> None:
    with pytest.raises(services.EmptyFile):
        upload_media(owner=alice, file=ContentFile(b"", name="x.png"))
    with pytest.raises(services.TooBig, match="16 MB"):
        upload(alice, corpus.picture() + bytes(16 * 1024 * 1024))
    settings.MEDIA_QUOTA = 1000
    with pytest.raises(services.QuotaFull):
        upload(alice)
    with pytest.raises(services.AltTooLong):
        upload(alice, alt_text="x" * 1501)


def test_video_is_refused_clearly_when_there_is_no_ffmpeg(alice: User, settings) -> None:
    settings.FFMPEG = "off"
    programs.ffmpeg.cache_clear()
    try:
        with pytest.raises(services.NoVideo):
            upload(alice, b"\x00\x00\x00\x18ftypisom" + bytes(100))
        media = upload(alice, corpus.animation())
        process(media.pk)
        media.refresh_from_db()
        assert (media.state, media.failure) == ("failed", "no_video")
    finally:
        programs.ffmpeg.cache_clear()


def test_uploads_are_limited_when_there_are_many(alice: User, settings) -> None:
    settings.RATE_LIMITS = True
    for _ in range(100):
        upload(alice, corpus.picture("GIF", (1, 1)))
    with pytest.raises(RateLimited):
        upload(alice)


def test_claimed_media_come_in_the_order_given(alice: User) -> None:
    first, second = ready(alice), ready(alice)
    assert claim_media(owner=alice, ids=[second.pk, first.pk, second.pk]) == [second, first]
    with pytest.raises(services.MediaTaken):
        claim_media(owner=alice, ids=[first.pk])
    with pytest.raises(services.MediaTaken):
        discard_media(owner=alice, media=first)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"state": "pending"}, services.MediaNotReady),
        ({"state": "failed"}, services.MediaGone),
        ({"kind": "video"}, services.TooManyMedia),
        ({"kind": "gif"}, services.TooManyMedia),
    ],
)
def test_claim_is_refused_when_one_cannot_be_taken(
    alice: User, change: dict[str, str], error: type[DomainError]
) -> None:
    good, other = ready(alice), ready(alice)
    Media.objects.filter(pk=other.pk).update(**change)
    with pytest.raises(error):
        claim_media(owner=alice, ids=[good.pk, other.pk])
    assert Media.objects.get(pk=good.pk).attached_at is None


def test_claim_is_refused_when_foreign_unknown_or_too_many(alice: User, bob: User) -> None:
    with pytest.raises(services.MediaGone):
        claim_media(owner=bob, ids=[ready(alice).pk])
    with pytest.raises(services.MediaGone):
        claim_media(owner=alice, ids=[7])
    with pytest.raises(services.TooManyMedia):
        claim_media(owner=alice, ids=[1, 2, 3, 4, 5])


def test_files_go_when_an_upload_is_discarded(
    alice: User, django_capture_on_commit_callbacks: Callable
) -> None:
    media = ready(alice)
    name = media.file
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        discard_media(owner=alice, media=media)
        discard_media(owner=alice, media=media)
    assert not default_storage.exists(name)
    assert not Media.objects.exists()


def test_foreign_upload_is_neither_described_nor_discarded(alice: User, bob: User) -> None:
    media = ready(alice)
    with pytest.raises(services.MediaGone):
        services.describe_media(owner=bob, media=media, alt_text="mine")
    discard_media(owner=bob, media=media)
    assert Media.objects.filter(pk=media.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["avatar", "header"])
def test_picture_is_worn_and_the_old_one_goes(alice: User, kind: str) -> None:
    for _ in range(2):
        file = ContentFile(corpus.picture(), name="me.jpg")
        before = getattr(User.objects.get(pk=alice.pk), kind)
        services.change_picture(owner=alice, kind=kind, file=file)
    now = getattr(User.objects.get(pk=alice.pk), kind)
    assert now != before
    assert default_storage.exists(now)
    assert not default_storage.exists(before)
    services.remove_picture(owner=alice, kind=kind)
    assert getattr(User.objects.get(pk=alice.pk), kind) == ""
    assert not default_storage.exists(now)
    with pytest.raises(services.UnknownKind):
        services.remove_picture(owner=alice, kind="password")


@pytest.mark.django_db(transaction=True)
def test_picture_is_refused_in_words_when_it_cannot_be_decoded(alice: User) -> None:
    with pytest.raises(DomainError, match="megapixels"):
        services.change_picture(owner=alice, kind="avatar", file=ContentFile(corpus.bomb(), name="x.png"))
    assert User.objects.get(pk=alice.pk).avatar == ""
