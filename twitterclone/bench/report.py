"""What stays of a run: `latest.json`, a list of rows, and `latest.png`, its growth curves."""

import json
from collections.abc import Sequence
from pathlib import Path

from twitterclone.bench.plot import draw
from twitterclone.bench.rows import Row


def write(folder: Path, rows: Sequence[Row]) -> list[Path]:
    """Writes both; without a curve there is no picture, and an older one goes."""
    folder.mkdir(parents=True, exist_ok=True)
    text, picture = folder / "latest.json", folder / "latest.png"
    draft = text.with_suffix(".new")
    draft.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")
    draft.replace(text)
    curves = [row for row in rows if len(row.points) > 1]
    if not curves:
        picture.unlink(missing_ok=True)
        return [text]
    draw(curves, picture)
    return [text, picture]
