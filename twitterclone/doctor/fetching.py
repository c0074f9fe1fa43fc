"""The site as a stranger meets it: asked by its public address, redirects told and not followed."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 5
MOST = 1_000_000  # bytes of an answer that are read
AGENT = "twitterclone-doctor"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's status, headers (names in lower case, repeated ones joined by a comma) and beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


def fetch(
    path: str, *, headers: Mapping[str, str] | None = None, url: str = "", verify: bool = True
) -> Answer:
    """GETs a path of the site (or of another `url`); OSError or HTTPException when that fails.

    A certificate that does not fit is an ssl.SSLError.
    """
    peer = connected(url or settings.SITE_URL, verify=verify)
    try:
        peer.request("GET", path, headers={"User-Agent": AGENT, "Accept": "*/*", **(headers or {})})
        answer = peer.getresponse()
        body = b"" if answer.status == 101 else answer.read(MOST)
        told: dict[str, str] = {}
        for name, value in answer.getheaders():
            low = name.lower()
            told[low] = f"{told[low]}, {value}" if low in told else value
        return Answer(answer.status, told, body)
    finally:
        peer.close()


def connected(url: str, *, verify: bool = True) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme != "https":
        return http.client.HTTPConnection(host, port, timeout=SECONDS)
    context = ssl.create_default_context() if verify else ssl._create_unverified_context()  # noqa: S323 -- looked at, not trusted
    return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)


def certificate_ends(patience: float = SECONDS) -> datetime | None:
    """When the site's certificate ends; None without TLS. ssl.SSLError when browsers refuse it."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https":
        return None
    where = (parts.hostname or "", parts.port or 443)
    context = ssl.create_default_context()
    with (
        socket.create_connection(where, patience) as raw,
        context.wrap_socket(raw, server_hostname=where[0]) as peer,
    ):
        told = peer.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
