"""What else ends a site in one night: a full disk, and a certificate that nobody renewed."""

import os
import ssl
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from twitterclone.doctor.fetching import certificate_ends
from twitterclone.doctor.folders import places
from twitterclone.lib.fresh import Fresh
from twitterclone.monitoring.families import Found

SECONDS, KEPT = 2, 600.0  # for a certificate, and how long it is not asked for again


def look_at_folders(found: Found) -> None:
    """Adds the room on the disks of the site's own folders, and of its backups."""
    folders = places()
    if archive := os.environ.get("BACKUP_DIR"):
        folders["archive"] = Path(settings.BASE_DIR) / archive
    for name, path in folders.items():
        try:
            state = os.statvfs(path)
        except OSError:
            continue  # not mounted: backups say so themselves
        found.add("folder_free_bytes", state.f_bavail * state.f_frsize, name)
        found.add("folder_size_bytes", state.f_blocks * state.f_frsize, name)


def look_at_certificate(found: Found) -> None:
    """Adds how long browsers still take the site's certificate; nothing without TLS."""
    if settings.SITE_URL.startswith("https:"):
        left = _left()
        found.add("certificate_left_seconds", left)
        found.add("part_up", left is not None, "certificate")


def _ask() -> float | None:
    try:
        ends = certificate_ends(SECONDS)
    except ssl.SSLCertVerificationError:
        return 0.0
    except OSError:
        return None
    return (ends - timezone.now()).total_seconds() if ends else None


_left = Fresh(_ask, KEPT)
