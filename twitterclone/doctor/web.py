"""The site's own address: TLS, what stands in front, and what it lets through and sends along."""

import base64
import http.client
import os
import secrets
import ssl
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone

from media.queries import file_url
from twitterclone.doctor.fetching import certificate_ends, fetch
from twitterclone.doctor.registry import checks, doubtful, grave, is_https, is_public, rows
from twitterclone.lib.findings import Finding, error, fine, hint, warning

GROUND = "web.answers"
SOON, TOO_SOON = timedelta(days=21), timedelta(days=5)
YEAR = 31_536_000
COUNTED = "/api/v1/instance"  # a call that tells how often the caller's network called
# sent by the site; a proxy that adds its own must not take them off
WANTED = {
    "content-security-policy": "script-src",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin",
}


@checks.check(GROUND, "SITE_URL is where everybody is sent")
def answers() -> Iterator[Finding]:
    try:
        answer = fetch("/health/live")
    except ssl.SSLError as failure:
        yield error(f"browsers refuse the certificate: {failure.reason}", "renew it, with its whole chain")
        return
    except (OSError, http.client.HTTPException) as failure:
        why = getattr(failure, "strerror", None)
        said = f"{type(failure).__name__}{f' ({why})' if why else ''}"
        yield error(
            f"{settings.SITE_URL} does not answer this machine: {said}",
            "start the site and what stands in front; if only this machine cannot reach it: /etc/hosts",
        )
        return
    if answer.status != 200:
        yield error(f"{settings.SITE_URL}/health/live answers {answer.status}", "look at the proxy's log")
    else:
        yield fine(f"{settings.SITE_URL} answers")


@checks.check("web.certificate", "the day a certificate ends nobody comes any more", needs=GROUND)
def certificate() -> Iterator[Finding]:
    ends = certificate_ends()
    if ends is None:
        return
    left = ends - timezone.now()
    told = f"the certificate ends on {ends:%Y-%m-%d}, in {left.days} days"
    if left < TOO_SOON:
        yield error(told, "see why it is not renewed: certbot renew --dry-run, or the proxy's log")
    elif left < SOON:
        yield warning(told, "see that its renewal runs")
    else:
        yield fine(told)


@checks.check("web.https", "who types the name without https must arrive all the same", needs=GROUND)
def https() -> Iterator[Finding]:
    if not is_https():
        return
    host = urlsplit(settings.SITE_URL).hostname
    try:
        answer = fetch("/", url=f"http://{host}")
    except (OSError, http.client.HTTPException):
        yield hint(f"nobody answers at http://{host}", "let the proxy listen on port 80 and send on to https")
        return
    if answer.status not in (301, 302, 307, 308) or not answer.header("location").startswith("https://"):
        yield error(
            f"http://{host} is answered with {answer.status}, not sent on", "redirect port 80 to https"
        )


@checks.check("web.host", "a proxy must not hand on whatever name it is called by", needs=GROUND)
def host() -> Iterator[Finding]:
    name = f"{secrets.token_hex(6)}.invalid"
    answer = fetch("/about/", headers={"Host": name})
    if answer.status < 400 and name.encode() in answer.body + answer.header("location").encode():
        yield error(
            "the site takes any Host for its own", "set ALLOWED_HOSTS; let the proxy answer other names"
        )


@checks.check("web.proxies", "limits count by address: who may choose it has none", needs=GROUND)
def proxies() -> Iterator[Finding]:
    """Calls twice under made-up addresses: if each call is somebody's first, the made-up one is believed."""
    if not settings.RATE_LIMITS:
        return
    low, high = secrets.randbelow(120) + 1, secrets.randbelow(120) + 130
    first, second = (_left(f"198.51.100.{number}, 203.0.113.{number}") for number in (low, high))
    if first is None or second is None:
        yield hint(
            "the API does not tell limits, so it cannot be seen whose address is believed", "look at /api/"
        )
    elif settings.TRUSTED_PROXIES and second >= first:
        yield error(
            f"with TRUSTED_PROXIES={settings.TRUSTED_PROXIES} a made-up X-Forwarded-For is believed",
            "set it to how many of your own proxies add to the header, or let the first of them replace it",
        )
    elif settings.TRUSTED_PROXIES:
        yield fine(f"made-up addresses are not believed (TRUSTED_PROXIES={settings.TRUSTED_PROXIES})")
    elif is_public():
        yield hint(
            "TRUSTED_PROXIES is 0: right without a proxy; behind one everybody shares its address",
            "behind a proxy set TRUSTED_PROXIES=1, and one more for each before it",
        )


@checks.check("web.headers", "browsers protect people only when the headers arrive", needs=GROUND)
def headers() -> Iterator[Finding]:
    answer = fetch("/login/")
    if answer.status in (301, 302):
        answer = fetch(urlsplit(answer.header("location")).path or "/")
    for name, part in WANTED.items():
        if part not in answer.header(name):
            yield error(f"{name} does not arrive", "the proxy must hand the site's headers on")
        elif answer.header(name).count(part) > 1:
            yield warning(f"{name} arrives twice", "the proxy must not add what the site sends")
    if is_https() and "max-age" not in answer.header("strict-transport-security"):
        yield warning("strict-transport-security does not arrive", "SECURE_HSTS_SECONDS, X-Forwarded-Proto")
    cookies = answer.header("set-cookie")
    if is_https() and cookies and "secure" not in cookies.lower():
        yield error("a cookie comes without Secure", "run with twitterclone.settings.production")
    if answer.header("server").count("/"):
        yield hint(f"the answer tells what serves it: {answer.header('server')}", "nginx: server_tokens off")


@checks.check("web.static", "pages without styles and scripts, or fetched anew each time", needs=GROUND)
def static() -> Iterator[Finding]:
    try:
        address = staticfiles_storage.url("css/site.css")
    except ValueError:
        yield error("static files were not collected", "manage.py collectstatic")
        return
    parts = urlsplit(address)
    answer = fetch(parts.path, url=f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")
    if answer.status != 200 or not answer.header("content-type").startswith("text/css"):
        yield error(
            f"{parts.path} is answered with {answer.status}, {answer.header('content-type') or 'no type'}",
            "manage.py collectstatic; let the proxy serve STATIC_ROOT, or hand /static/ on",
        )
    elif _age(answer.header("cache-control")) < YEAR:
        yield doubtful(
            "static files are not kept by browsers", "Cache-Control: public, max-age=31536000, immutable"
        )
    if answer.status == 200 and not answer.header("content-encoding") and _is_large(answer.body):
        compressed = fetch(parts.path, headers={"Accept-Encoding": "gzip, br"})
        if not compressed.header("content-encoding"):
            yield hint(
                "styles and scripts are not compressed", "let the proxy send the .gz and .br beside them"
            )


@checks.check("web.media", "a picture is what somebody sent: it must not run as a page of ours", needs=GROUND)
def media() -> Iterator[Finding]:
    found = rows("SELECT file FROM media WHERE state = 'ready' AND file <> '' ORDER BY id DESC LIMIT 1")
    if not found:
        return
    parts = urlsplit(file_url(found[0][0]))
    answer = fetch(parts.path, url=f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")
    if answer.status != 200:
        yield error(
            f"the newest picture is answered with {answer.status}", "see MEDIA_URL, MEDIA_ROOT, the proxy"
        )
        return
    if answer.header("x-content-type-options") != "nosniff":
        yield error(
            "pictures come without X-Content-Type-Options: nosniff", "let what serves MEDIA_URL send it"
        )
    if "sandbox" not in answer.header("content-security-policy"):
        yield warning(
            "pictures come without Content-Security-Policy: sandbox", "let what serves MEDIA_URL send it"
        )
    if _age(answer.header("cache-control")) < YEAR:
        yield hint("pictures are not kept by browsers", "Cache-Control: public, max-age=31536000, immutable")


@checks.check("web.uploads", "what people sent is for nobody to see before it was decoded", needs=GROUND)
def uploads() -> Iterator[Finding]:
    for path in ("/uploads/", "/media/uploads/../../uploads/", "/media/files/../uploads/"):
        answer = fetch(path)
        if answer.status == 200 and b"Index of" in answer.body:
            yield error(f"{path} lists the raw uploads", "the proxy must never serve UPLOADS_ROOT")


@checks.check("web.sockets", "without websockets nothing on a page comes by itself", needs=GROUND)
def sockets() -> Iterator[Finding]:
    wanted = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Origin": settings.SITE_URL,
    }
    answer = fetch("/ws/", headers=wanted)
    if answer.status not in (101, 401, 403):
        yield grave(
            f"/ws/ answers a websocket with {answer.status}",
            "hand Upgrade and Connection on to a server of sockets (nginx: proxy_http_version 1.1)",
        )


def _left(forwarded: str) -> int | None:
    told = fetch(COUNTED, headers={"X-Forwarded-For": forwarded}).header("x-ratelimit-remaining")
    return int(told) if told.isdecimal() else None


def _age(cache_control: str) -> int:
    ages = [part.partition("=")[2] for part in cache_control.split(",") if "max-age" in part]
    return int(ages[0]) if ages and ages[0].strip().isdecimal() else 0


def _is_large(body: bytes) -> bool:
    return len(body) > 2000
