"""As much of S3 as the storage library speaks, over real HTTP, so that nothing above the wire is replaced."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

Things = dict[str, tuple[bytes, dict[str, str]]]
KEPT = ("content-type", "cache-control", "x-amz-acl")


class Bucket(ThreadingHTTPServer):
    """One bucket; `things` holds what was put, by its key."""

    things: Things


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    """A bucket on a free port of this machine."""
    server = Bucket(("127.0.0.1", 0), _Handler)
    server.things = {}
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = _unchunked(body)
        self.server.things[self._key] = (body, {k: self.headers[k] for k in KEPT if k in self.headers})
        self._answer(200)

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if not self._key:
            self._answer(200, self._listing(query.get("prefix", [""])[0]))
        elif self._key in self.server.things:
            self._answer(200, *self.server.things[self._key])
        else:
            self._answer(404)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.server.things.pop(self._key, None)
        self._answer(204)

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _listing(self, prefix: str) -> bytes:
        """The keys right below the prefix; those deeper down are folders, and nobody asks for them."""
        keys = [key for key in self.server.things if re.fullmatch(re.escape(prefix) + "[^/]+", key)]
        rows = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in sorted(keys))
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _unchunked(body: bytes) -> bytes:
    """The content of a body sent in pieces, each with its length before it."""
    content, place = b"", 0
    while True:
        end = body.index(b"\r\n", place)
        length = int(body[place:end].split(b";")[0], 16)
        if not length:
            return content
        content += body[end + 2 : end + 2 + length]
        place = end + 4 + length
