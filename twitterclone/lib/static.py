"""Static files as they are served: hashed names, compressed, and the styles of every page in one file."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/site.css"
IMPORT = re.compile(r'^@import url\("([^"]+)"\);$', re.MULTILINE)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Puts what `css/site.css` imports in the place of its imports while files are collected.

    A stylesheet holds the first paint back, and thirty do so thirty times. The text is put in as it is: what
    is imported stands in layers, and only files beside the bundle may hold addresses.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if not dry_run and BUNDLE in paths:
            Path(self.path(BUNDLE)).write_text(bundled(paths), encoding="utf-8")
            paths[BUNDLE] = (self, BUNDLE)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def bundled(paths: dict[str, Any]) -> str:
    """The text of the bundle; `paths` says where each collected file is: name → (storage, path)."""
    return IMPORT.sub(
        lambda match: _text(paths, str(PurePosixPath(BUNDLE).parent / match[1])), _text(paths, BUNDLE)
    )


def _text(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode("utf-8")
