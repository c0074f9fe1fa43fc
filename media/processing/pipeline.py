"""One upload, from waiting to ready or failed. Any number of workers, any number of times."""

import logging
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.utils import timezone

from media.models import Media
from media.processing import programs
from media.processing.stores import uploads
from media.rules import HEAD, VIDEOS, sniffed
from twitterclone.lib.realtime import tell_users

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)  # longer than any decoding: whoever claimed it has died
MAX_ATTEMPTS = 3  # a file that kills its worker again and again is given up


def process(media_id: int) -> bool:
    """Decodes the upload if it waits and nobody is at it; False when there was nothing to do."""
    media = _claim(media_id)
    if media is None:
        return False
    raw = media.file
    try:
        facts = _decoded(media)
    except programs.Undecodable as reason:
        facts = {"state": Media.State.FAILED, "failure": str(reason)[:40], "file": ""}
    except FileNotFoundError:
        facts = {"state": Media.State.FAILED, "failure": "gone", "file": ""}
    written = Media.objects.filter(pk=media.pk, state=Media.State.PENDING).update(**facts)
    if not written and facts["file"]:  # discarded while it was decoded
        remove_files([facts["file"], *names_of(facts["sizes"])])
    uploads().delete(raw)
    tell_users([media.owner_id], {"type": "media.ready", "id": str(media.pk)})
    return True


def waiting(limit: int = 100) -> list[int]:
    """Uploads that nobody decodes at this moment, oldest first."""
    found = Media.objects.filter(_unclaimed(), state=Media.State.PENDING).order_by("id")
    return list(found.values_list("id", flat=True)[:limit])


def names_of(sizes: dict[str, Any]) -> list[str]:
    """The names of all files a `Media.sizes` tells of."""
    return [variant["name"] for variant in sizes.get("variants", ())]


def remove_files(names: Iterable[str]) -> None:
    """Removes published files and the folder they leave empty; one that is gone already is fine."""
    wanted = set(filter(None, names))
    for name in wanted:
        default_storage.delete(name)
    for place in {name.rpartition("/")[0] for name in wanted} - {""}:
        with suppress(OSError):  # somebody else's file is still in it
            default_storage.delete(place)


def remove_unfinished(media: Media) -> None:
    """Removes what a worker published that died before it could write the row."""
    if place := media.sizes.get("place"):
        with suppress(FileNotFoundError):
            remove_files(f"{place}/{name}" for name in default_storage.listdir(place)[1])


def _unclaimed() -> Q:
    return Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - PATIENCE)


def _claim(media_id: int) -> Media | None:
    """Takes the row before the work begins; a file whose worker died often enough is failed instead."""
    waits = Media.objects.filter(_unclaimed(), pk=media_id, state=Media.State.PENDING)
    waits.filter(attempts__gte=MAX_ATTEMPTS).update(state=Media.State.FAILED, failure="too_large")
    if not waits.update(claimed_at=timezone.now(), attempts=F("attempts") + 1):
        return None
    media = Media.objects.filter(pk=media_id).first()
    if media:
        remove_unfinished(media)
        # written before the first file is: whatever happens, somebody can find them
        media.sizes["place"] = f"{media.pk // 64 % 256:02x}/{media.pk:x}-{secrets.token_urlsafe(12)}"
        Media.objects.filter(pk=media_id).update(sizes=media.sizes)
    return media


def _decoded(media: Media) -> dict[str, Any]:
    """The row's new values, its files published. The child sees nothing but a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="media-") as name:
        folder = Path(name)
        raw = folder / "raw"
        with uploads().open(media.file) as source, raw.open("wb") as target:
            shutil.copyfileobj(source, target)
        told, kind = _told(raw, folder, media.sizes.get("purpose", ""))
        raw.unlink()
        return {"state": Media.State.READY, "kind": kind, "failure": "", **_published(media, told, folder)}


def _told(raw: Path, folder: Path, purpose: str) -> tuple[dict[str, Any], str]:
    with raw.open("rb") as source:
        form = sniffed(source.read(HEAD))
    if form in VIDEOS:
        return programs.decode_motion(raw, form, folder), Media.Kind.VIDEO
    told = programs.decode_image(raw, folder, purpose)
    if purpose == "" and form == "gif" and told["frames"] > 1:
        if not programs.can_video():
            raise programs.Undecodable("no_video")
        return programs.decode_motion(raw, form, folder), Media.Kind.GIF
    return told, Media.Kind.IMAGE


def _published(media: Media, told: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Moves the files to where they are served from, under a name that nobody can guess."""
    variants, total = [], 0
    for variant in told["variants"]:
        path = folder / variant["name"]
        total += path.stat().st_size
        with path.open("rb") as source:
            file = File(source)
            file.content_type = variant["type"]  # type: ignore[attr-defined]  # a bucket tells it to browsers
            name = default_storage.save(f"{media.sizes['place']}/{variant['name']}", file)
        variants.append({**variant, "name": name})
    return {
        "file": next(each["name"] for each in variants if each["type"] != "image/avif"),
        "sizes": {"color": told["color"], "variants": variants},
        "width": told["width"],
        "height": told["height"],
        "blurhash": told["blurhash"],
        "byte_size": total,
    }
