"""Uploading a file, describing it, giving it to a tweet or message, and taking it back."""

import secrets
import time
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from media import housekeeping
from media.models import Media
from media.processing import can_video
from media.processing.stores import uploads
from media.rules import ALT_LENGTH, HEAD, IMAGES, MOST_PER_TWEET, VIDEOS, most_bytes, sniffed
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError
from twitterclone.lib.text import normalise

Focus = tuple[float, float]
POLL_SECONDS: Final = 0.1


class EmptyFile(DomainError):
    code = "empty_file"
    message = _("The file is empty. Choose another one.")


class UnknownKind(DomainError):
    code = "unknown_kind"
    message = _("This is not a picture we can read. Use JPEG, PNG, GIF, WebP or AVIF.")


class TooBig(DomainError):
    code = "too_big"
    message = _("The file is too large: a picture may have %(mb)d MB.")


class QuotaFull(DomainError):
    code = "quota_full"
    message = _("Your space for pictures is full. Delete tweets with pictures you no longer need.")


class NoVideo(DomainError):
    code = "no_video"
    message = _("This site cannot take videos or moving GIFs. Use a still picture.")


class MediaGone(DomainError):
    code = "media_gone"
    message = _("One of the pictures is gone. Add it again.")


class MediaNotReady(DomainError):
    code = "media_not_ready"
    message = _("A picture is still being prepared. Try again in a moment.")


class MediaTaken(DomainError):
    code = "media_taken"
    message = _("One of the pictures was already sent. Add it again.")


class TooManyMedia(DomainError):
    code = "too_many_media"
    message = _("Up to four pictures, or one GIF or video.")


class AltTooLong(DomainError):
    code = "alt_too_long"
    message = _("The description is longer than 1,500 characters. Shorten it a little.")


@transaction.atomic
def upload_media(
    *, owner: User, file: File, alt_text: str = "", focus: Focus = (0, 0), purpose: str = ""
) -> Media:
    """Takes a file in, to be decoded by a worker; the row is pending until then.

    Told by its first bytes, not its name; `purpose` "avatar" or "header" asks for that crop. Refuses
    nothing (EmptyFile), what is no picture (UnknownKind), too much (TooBig, QuotaFull), video where there
    is no ffmpeg (NoVideo), too often (RateLimited).
    """
    form = _accepted_form(file)
    if purpose and form in VIDEOS:
        raise UnknownKind
    description = _accepted_alt(alt_text)
    limits.check("media", owner.pk)
    _check_quota(owner, file.size or 0)
    name = uploads().save(secrets.token_urlsafe(24), file)
    media = Media.objects.create(
        owner=owner,
        kind=Media.Kind.VIDEO if form in VIDEOS else Media.Kind.IMAGE,
        file=name,
        byte_size=file.size or 0,
        sizes={"purpose": purpose} if purpose else {},
        alt_text=description,
        focus_x=_between(focus[0]),
        focus_y=_between(focus[1]),
    )
    outbox.emit("media.uploaded", media_id=media.pk)
    return media


@transaction.atomic
def describe_media(
    *, owner: User, media: Media, alt_text: str | None = None, focus: Focus | None = None
) -> Media:
    """Changes the description for people who do not see it, and what must stay visible when it is cropped."""
    if media.owner_id != owner.pk:
        raise MediaGone
    if alt_text is not None:
        media.alt_text = _accepted_alt(alt_text)
    if focus is not None:
        media.focus_x, media.focus_y = _between(focus[0]), _between(focus[1])
    media.save(update_fields=["alt_text", "focus_x", "focus_y"])
    return media


@transaction.atomic
def discard_media(*, owner: User, media: Media) -> None:
    """Takes an upload back that no tweet has taken (MediaTaken); doing it twice is doing it once."""
    row = Media.objects.select_for_update().filter(pk=media.pk, owner=owner).first()
    if row is None:
        return
    if row.attached_at is not None:
        raise MediaTaken
    row.delete()
    transaction.on_commit(lambda: housekeeping.remove_stored(row), robust=True)


@transaction.atomic
def claim_media(*, owner: User, ids: Sequence[int], most: int = MOST_PER_TWEET) -> list[Media]:
    """The uploads in the order given, taken for good by the caller's transaction.

    Refuses what is not the owner's, gone or failed (MediaGone), still being decoded (MediaNotReady), in
    another tweet (MediaTaken), too many, or a video or GIF together with anything else (TooManyMedia).
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > most:
        raise TooManyMedia
    rows = Media.objects.select_for_update().filter(pk__in=wanted, owner=owner).order_by("pk")
    found = {media.pk: media for media in rows}
    taken = [found[pk] for pk in wanted if pk in found]
    _check_claim(taken, len(wanted))
    Media.objects.filter(pk__in=wanted).update(attached_at=timezone.now())
    return taken


@transaction.atomic
def release_media(media_ids: Sequence[int]) -> None:
    """Lets go of what a tweet held that is gone: its owner may take it for another one within a day."""
    Media.objects.filter(pk__in=media_ids).update(attached_at=None, loose_since=timezone.now())


def remove_media(media_ids: Sequence[int]) -> None:
    """Removes rows and files for good, with the tweet or account they belonged to."""
    gone = list(Media.objects.filter(pk__in=media_ids))
    Media.objects.filter(pk__in=[media.pk for media in gone]).delete()
    for media in gone:
        transaction.on_commit(lambda media=media: housekeeping.remove_stored(media), robust=True)  # type: ignore[misc]


def await_ready(media_ids: Sequence[int], seconds: float) -> bool:
    """Waits until none of them is pending, for a browser without JavaScript; False when it takes longer."""
    deadline = time.monotonic() + seconds
    while Media.objects.filter(pk__in=list(media_ids), state=Media.State.PENDING).exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _accepted_form(file: File) -> str:
    if not file.size:
        raise EmptyFile
    file.seek(0)
    form = sniffed(file.read(HEAD))
    file.seek(0)
    if form not in IMAGES | VIDEOS:
        raise UnknownKind
    if file.size > most_bytes(form):
        raise TooBig(TooBig.message % {"mb": most_bytes(form) // 1024 // 1024})
    if form in VIDEOS and not can_video():
        raise NoVideo
    return form


def _accepted_alt(text: str) -> str:
    description = normalise(text).strip()
    if len(description) > ALT_LENGTH:
        raise AltTooLong
    return description


def _check_quota(owner: User, size: int) -> None:
    used = Media.objects.filter(owner=owner).aggregate(total=Sum("byte_size"))["total"] or 0
    if used + size > settings.MEDIA_QUOTA:
        raise QuotaFull


def _check_claim(taken: list[Media], wanted: int) -> None:
    if len(taken) < wanted or any(media.state == Media.State.FAILED for media in taken):
        raise MediaGone
    if any(media.attached_at for media in taken):
        raise MediaTaken
    if any(media.state == Media.State.PENDING for media in taken):
        raise MediaNotReady
    if len(taken) > 1 and any(media.kind != Media.Kind.IMAGE for media in taken):
        raise TooManyMedia


def _between(value: float) -> float:
    return max(-1.0, min(1.0, float(value)))
