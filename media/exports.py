"""Uploads: their descriptions and files in an export; rows and files gone with the account."""

from collections.abc import Iterator

from django.core.files.base import File
from django.core.files.storage import default_storage

from media.models import Media
from media.services import remove_media
from twitterclone.lib.belongings import Row, erased, exported, exported_files, in_batches, plain

FILES = 50  # a batch of files, each with its sizes


@exported("media")
def media_rows(user_id: int) -> Iterator[Row]:
    for media in in_batches(Media.objects.filter(owner_id=user_id)):
        row = plain(media, "id", "kind", "state", "alt_text", "width", "height", "created_at")
        yield row | {"file": _path(media) if media.state == Media.State.READY else ""}


@exported_files("media")
def media_files(user_id: int) -> Iterator[tuple[str, File]]:
    """The largest form of each that is ready; a file that is lost is left out."""
    for media in in_batches(Media.objects.filter(owner_id=user_id, state=Media.State.READY)):
        try:
            yield _path(media), default_storage.open(media.file)
        except FileNotFoundError:
            continue


@erased("media")
def erase_media(user_id: int) -> int:
    ids = list(Media.objects.filter(owner_id=user_id).values_list("pk", flat=True)[:FILES])
    remove_media(ids)
    return len(ids)


def _path(media: Media) -> str:
    return f"media/{media.pk}.{media.file.rpartition('.')[2]}"
