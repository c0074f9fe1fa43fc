"""Making the file of an export, and taking it away. A worker that dies leaves a row for the next one."""

import logging
import secrets
import tempfile
from collections.abc import Callable
from datetime import timedelta

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.mail import send_notice
from accounts.models import Export
from twitterclone.lib.belongings import write_archive

KEPT = timedelta(days=7)
PATIENCE = timedelta(minutes=10)  # a running export that says nothing for so long has lost its worker
MOST_ATTEMPTS = 3
TOLD_EVERY = timedelta(seconds=1)

log = logging.getLogger(__name__)


def store() -> Storage:
    """The private store of the finished files; nothing serves it but the owner's download."""
    return storages["exports"]


def waiting() -> list[int]:
    """Exports nobody works at: their wake-up was lost, or their worker died."""
    return list(Export.objects.filter(_unclaimed()).order_by("id").values_list("id", flat=True)[:20])


def make_archive(export_id: int) -> bool:
    """Makes the export's file and tells its owner; False when another worker has it, or it is done."""
    export = _claim(export_id)
    if export is None:
        return False
    try:
        with tempfile.TemporaryFile(suffix=".zip") as target:
            write_archive(target, export.user_id, _teller(export))
            size = target.tell()
            target.seek(0)
            name = store().save(f"{secrets.token_urlsafe(24)}.zip", File(target))
    except Exception:
        log.exception("export %s failed", export.pk)
        _fail(export)
        return False
    _finish(export, name, size)
    return True


def sweep_archives() -> int:
    """Removes files whose time is over, and gives up exports that failed again and again."""
    now = timezone.now()
    stuck = Export.objects.filter(state=Export.State.RUNNING, attempts__gte=MOST_ATTEMPTS)
    stuck.filter(touched_at__lt=now - PATIENCE).update(state=Export.State.FAILED)
    over = list(Export.objects.filter(state=Export.State.READY, expires_at__lt=now)[:100])
    for export in over:
        remove_archive(export)
        Export.objects.filter(pk=export.pk).update(state=Export.State.EXPIRED, name="")
    return len(over)


def remove_archive(export: Export) -> None:
    """Removes the file; one that is gone already is fine."""
    if export.name:
        store().delete(export.name)


def _unclaimed() -> Q:
    silent = Q(state=Export.State.RUNNING, touched_at__lt=timezone.now() - PATIENCE)
    return (Q(state=Export.State.WAITING) | silent) & Q(attempts__lt=MOST_ATTEMPTS)


@transaction.atomic
def _claim(export_id: int) -> Export | None:
    taken = Export.objects.filter(_unclaimed(), pk=export_id).update(
        state=Export.State.RUNNING, attempts=F("attempts") + 1, touched_at=timezone.now(), progress=0
    )
    return Export.objects.select_related("user").get(pk=export_id) if taken else None


def _teller(export: Export) -> Callable[[int], None]:
    """Writes the progress down, not more than once a second."""
    last = timezone.now() - TOLD_EVERY

    def tell(percent: int) -> None:
        nonlocal last
        if timezone.now() - last < TOLD_EVERY:
            return
        last = timezone.now()
        Export.objects.filter(pk=export.pk).update(progress=percent, touched_at=last)

    return tell


@transaction.atomic
def _finish(export: Export, name: str, size: int) -> None:
    changed = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING).update(
        state=Export.State.READY,
        progress=100,
        name=name,
        byte_size=size,
        touched_at=timezone.now(),
        expires_at=timezone.now() + KEPT,
    )
    if changed:
        send_notice(export.user, "export_ready")
    else:  # its owner was erased meanwhile, or it was given up
        store().delete(name)


def _fail(export: Export) -> None:
    again = export.attempts < MOST_ATTEMPTS
    state = Export.State.WAITING if again else Export.State.FAILED
    Export.objects.filter(pk=export.pk, state=Export.State.RUNNING).update(state=state)
