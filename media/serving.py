"""Serving published files from the site itself. Larger sites put a web server or a bucket in front."""

import re
from typing import Final

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse

from twitterclone.lib.errors import NotVisible

NAME: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]+-[\w-]+/[\w-]+\.(avif|jpg|png|mp4)")
TYPES: Final = {"avif": "image/avif", "jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4"}
PIECE: Final = 2 * 1024 * 1024  # a player that asks for "the rest" is given so much of it at a time
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",  # programs on other sites show them too
    "Access-Control-Allow-Origin": "*",
    "Accept-Ranges": "bytes",
}


def file_response(request: HttpRequest, name: str) -> HttpResponse:
    """The file, or the piece of it that `Range` asks for; NotVisible when there is none of that name."""
    found = NAME.fullmatch(name)
    if found is None or not default_storage.exists(name):
        raise NotVisible
    size = default_storage.size(name)
    wanted = _range(request.headers.get("Range", ""), size)
    if wanted is None:
        start, end, status = 0, size, 200
    elif wanted[0] >= wanted[1]:
        return HttpResponse(status=416, headers={**HEADERS, "Content-Range": f"bytes */{size}"})
    else:
        (start, end), status = wanted, 206
    with default_storage.open(name) as source:
        source.seek(start)
        response = HttpResponse(source.read(end - start), status=status, headers=HEADERS)
    response.headers["Content-Type"] = TYPES[found[1]]
    if status == 206:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    """From where to where (exclusive); None when all is wanted; an empty span cannot be given."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip())
    if found is None or found.groups() == ("", ""):
        return None  # several ranges, or none: the whole file is a right answer too
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    end = min(int(last) + 1, size) if last else size
    return int(first), min(end, int(first) + PIECE)
