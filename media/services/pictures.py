"""The face and the header of an account."""

from typing import Final

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import set_picture
from media.models import Media
from media.services.uploads import MediaNotReady, UnknownKind, await_ready, remove_media, upload_media
from media.wording import failure_text
from twitterclone.lib.errors import DomainError

KINDS: Final = ("avatar", "header")


class PictureFailed(DomainError):
    """The upload could not be decoded; the message says why."""

    code = "picture_failed"


def change_picture(*, owner: User, kind: str, file: File, wait: float = 20.0) -> User:
    """Decodes the file, crops it about its middle, and shows it from now on; the one before is removed.

    `kind` is one of KINDS. Waits for the workers, `wait` seconds at most (MediaNotReady); refuses what
    `upload_media` refuses and what cannot be decoded (PictureFailed). Not inside a transaction: a worker
    has to see the upload.
    """
    if kind not in KINDS:
        raise UnknownKind
    media = upload_media(owner=owner, file=file, purpose=kind)
    if not await_ready([media.pk], wait):
        raise MediaNotReady
    with transaction.atomic():
        media = Media.objects.select_for_update().get(pk=media.pk)
        if media.state != Media.State.READY:
            raise PictureFailed(failure_text(media.failure))
        media.attached_at = timezone.now()
        media.save(update_fields=["attached_at"])
        return _wear(owner, kind, media.file)


@transaction.atomic
def remove_picture(*, owner: User, kind: str) -> User:
    """Back to initials, or to no header; without a picture nothing happens."""
    if kind not in KINDS:
        raise UnknownKind
    return _wear(owner, kind, "")


def _wear(owner: User, kind: str, name: str) -> User:
    before = getattr(User.objects.get(pk=owner.pk), kind)
    user = set_picture(user=owner, kind=kind, name=name)
    if before:
        remove_media(list(Media.objects.filter(owner=owner, file=before).values_list("pk", flat=True)))
    return user
