"""Files that nothing took, rows that failed: gone after a day."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from media.models import Media
from media.processing.pipeline import names_of, remove_files, remove_unfinished
from media.processing.stores import uploads

KEPT = timedelta(days=1)
BATCH = 500


def sweep(*, dry_run: bool = False) -> dict[str, int]:
    """Removes uploads that nothing took within a day and raw files without a row; how many of each.

    Can be stopped at any moment and run again.
    """
    before = timezone.now() - KEPT
    rows = sum(_sweep_batch(batch, dry_run) for batch in _loose(before))
    return {"uploads": rows, "raw files": _sweep_raw(before, dry_run)}


def _loose(before: datetime) -> Iterator[list[Media]]:
    """Old rows that no tweet and no message holds, in batches."""
    last = 0
    wanted = Media.objects.filter(Q(attached_at=None) & Q(loose_since__lt=before)).order_by("id")
    while batch := list(wanted.filter(id__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _sweep_batch(batch: list[Media], dry_run: bool) -> int:
    """Rows first given up, so that no tweet can take them any more, then files, then rows."""
    if dry_run:
        return len(batch)
    loose = Media.objects.filter(pk__in=[media.pk for media in batch], attached_at=None)
    loose.exclude(state=Media.State.PENDING).update(state=Media.State.FAILED)
    gone = [media for media in batch if media.pk in set(loose.values_list("pk", flat=True))]
    for media in gone:
        remove_stored(media)
    Media.objects.filter(pk__in=[media.pk for media in gone], attached_at=None).delete()
    return len(gone)


def remove_stored(media: Media) -> None:
    """Removes every file of the upload: the raw one, or what was made of it."""
    remove_unfinished(media)
    if media.state == Media.State.PENDING and media.file:
        uploads().delete(media.file)
    elif media.file:
        remove_files([media.file, *names_of(media.sizes)])


def _sweep_raw(before: datetime, dry_run: bool) -> int:
    """Raw files whose row went away while they were written."""
    store, count = uploads(), 0
    for name in _listed():
        if store.get_modified_time(name) < before and not Media.objects.filter(file=name).exists():
            count += 1
            if not dry_run:
                store.delete(name)
    return count


def _listed() -> Iterator[str]:
    try:
        yield from uploads().listdir("")[1]
    except FileNotFoundError:
        return
