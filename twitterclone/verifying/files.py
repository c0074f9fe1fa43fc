"""Rows and files that belong together, in both storages of media, and the downloads of people's data."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from accounts.archives import store as exports
from accounts.models import Export, User
from media.models import Media
from media.strays import missing_files, stray_files, stray_uploads
from twitterclone.lib.findings import Finding, error, warning
from twitterclone.verifying.walking import Look, checks


@checks.check("media", "every picture has its file, every file its row, in both storages")
def media(look: Look) -> Iterator[Finding]:
    """Rows without a file, files without a row; faces and headers whose file is not there."""
    for row, name in missing_files(look.tell):
        where = "UPLOADS_ROOT" if row.state == Media.State.PENDING else "MEDIA_ROOT"
        yield error(
            f"media {row.pk} ({row.state}): {name} is not in {where}",
            "make restore ARGS=--media; of a bucket, the version before that it keeps",
        )
    users = User.objects.exclude(avatar="", header="").order_by("id").values_list("id", "avatar", "header")
    for user_id, *names in users.iterator(chunk_size=500):
        for name in filter(None, names):
            if not default_storage.exists(name):
                yield error(
                    f"users {user_id}: {name} is not in MEDIA_ROOT",
                    "make restore ARGS=--media; of a bucket, the version before that it keeps",
                )
    for name in stray_files(look.tell):
        yield warning(f"MEDIA_ROOT/{name} belongs to no row", "manage.py sweep_media --strays")
    for name in stray_uploads():
        yield warning(f"UPLOADS_ROOT/{name} belongs to no row", "manage.py sweep_media (after a day)")


@checks.check("exports", "every download of somebody's data is there")
def downloads(look: Look) -> Iterator[Finding]:
    """Finished exports without their file."""
    ready = Export.objects.filter(state=Export.State.READY).order_by("id")
    for export in ready.iterator(chunk_size=500):
        if not exports().exists(export.name):
            yield error(
                f"exports {export.pk}: its file is not in EXPORTS_ROOT",
                "delete the row; its owner can ask for it again (such files need no backup)",
            )
