"""Files and rows that lost each other, as after a recovery of the database alone."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from media.models import Media
from media.processing.pipeline import names_of, remove_files
from media.processing.stores import uploads

BATCH: Final = 500
YOUNG: Final = timedelta(hours=1)  # a file is written before its row says so

Tell = Callable[[str, int], object]


def missing_files(tell: Tell = lambda *_: None) -> Iterator[tuple[Media, str]]:
    """Rows whose file is not there, each with the file's name: a raw upload that waits, or what is shown."""
    last = seen = 0
    while batch := list(Media.objects.filter(id__gt=last).order_by("id")[:BATCH]):
        for media in batch:
            store = uploads() if media.state == Media.State.PENDING else default_storage
            for name in _names(media):
                if not store.exists(name) and _still_names(media, name):
                    yield media, name
        last, seen = batch[-1].pk, seen + len(batch)
        tell("media", seen)


def stray_files(tell: Tell = lambda *_: None) -> Iterator[str]:
    """Published files that no row names, an hour old at least."""
    names = _old_files(default_storage, "", timezone.now() - YOUNG)
    seen = 0
    while batch := list(islice(names, BATCH)):
        rows = Media.objects.in_bulk({number for name in batch if (number := _id_in(name))})
        for name in batch:
            media = rows.get(_id_in(name))
            if media is None or (name not in _names(media) and not _is_in_work(media, name)):
                yield name
        seen += len(batch)
        tell("published files", seen)


def stray_uploads() -> Iterator[str]:
    """Raw files that no row waits for, an hour old at least."""
    names = _old_files(uploads(), "", timezone.now() - YOUNG)
    while batch := list(islice(names, BATCH)):
        known = set(Media.objects.filter(file__in=batch).values_list("file", flat=True))
        yield from (name for name in batch if name not in known)


def remove_strays(*, dry_run: bool = False) -> int:
    """Removes published files that no row names; returns how many."""
    count = 0
    for name in stray_files():
        count += 1
        if not dry_run:
            remove_files([name])
    return count


def _names(media: Media) -> list[str]:
    if media.state == Media.State.FAILED:
        return []
    names = [media.file] if media.state == Media.State.PENDING else [media.file, *names_of(media.sizes)]
    return list(dict.fromkeys(filter(None, names)))


def _still_names(media: Media, name: str) -> bool:
    """Whether the row is as it was read: it may have been decoded or removed since."""
    return Media.objects.filter(pk=media.pk, state=media.state, file=media.file).exists()


def _is_in_work(media: Media, name: str) -> bool:
    """Whether a worker is about to say that it published the file."""
    place = media.sizes.get("place")
    return media.state == Media.State.PENDING and bool(place) and name.startswith(f"{place}/")


def _id_in(name: str) -> int:
    """The upload's id in a published file's name; 0 for a name that no worker gave."""
    folder = name.split("/")[1:2]
    try:
        return int(folder[0].partition("-")[0], 16) if folder else 0
    except ValueError:
        return 0


def _old_files(store: Storage, folder: str, before: datetime) -> Iterator[str]:
    """The names of all files, folder by folder."""
    try:
        folders, files = store.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        path = f"{folder}/{name}" if folder else name
        try:
            is_old = store.get_modified_time(path) < before
        except FileNotFoundError:  # removed since it was listed
            continue
        if is_old:
            yield path
    for name in sorted(folders):
        yield from _old_files(store, f"{folder}/{name}" if folder else name, before)
