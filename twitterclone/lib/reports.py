"""What commands and nightly tasks found, kept under DATA_DIR for whoever asks later."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

KEPT = 30  # of each kind


def keep_report(kind: str, content: Any) -> None:
    """Writes one more report of this kind and removes the oldest beyond thirty."""
    folder = Path(settings.DATA_DIR) / kind
    folder.mkdir(parents=True, exist_ok=True)
    before = sorted(folder.glob("*.json"))
    path = folder / f"{timezone.now():%Y-%m-%dT%H%M%S%f}.json"
    path.write_text(json.dumps(content, indent=1))
    for old in before[: max(0, len(before) + 1 - KEPT)]:
        old.unlink(missing_ok=True)


def last_report(kind: str) -> Any:
    """The newest one; None without any."""
    kept = sorted((Path(settings.DATA_DIR) / kind).glob("*.json"))
    return json.loads(kept[-1].read_text()) if kept else None
