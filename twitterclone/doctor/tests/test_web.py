"""The public address: a real site is well, and what a proxy set up badly does is told."""

import ssl
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.models import User
from media.models import Media
from twitterclone.doctor.registry import checks
from twitterclone.doctor.tests.helpers import Told, answering, bad, found
from twitterclone.tests.site import Site

GOOD = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


@pytest.mark.flow
@pytest.mark.django_db(transaction=True)
def test_running_site_is_well_and_told_when_its_worker_dies(site: Site, settings: Any) -> None:
    settings.SITE_URL = site.url
    settings.CELERY_TASK_ALWAYS_EAGER = False
    owner = User.objects.create_user("owner", "owner@example.com", "correct horse")
    name = "00/1-here/full.jpg"
    picture = site.folder / settings.REDIS_PREFIX / "media" / name
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    Media.objects.create(owner=owner, state="ready", file=name)
    names = [check.name for check in checks.chosen(["web", "queues"])]
    told = {name: bad(name) for name in names}
    assert told == {name: [] for name in told}
    site.end("worker")
    assert bad("queues.workers") == [
        "error: no worker takes from fanout, fanout-big, outbox, default, media, mail"
    ]
    site.end("web")
    assert bad("web.answers")[0].endswith(
        "does not answer this machine: ConnectionRefusedError (Connection refused)"
    )


@pytest.mark.unit
def test_beat_is_told_when_it_is_away(monkeypatch: Any) -> None:
    class Peer:
        value: bytes | None = None

        def get(self, _: str) -> bytes | None:
            return self.value

    monkeypatch.setattr("twitterclone.doctor.queues.client", lambda _: Peer)
    monkeypatch.setattr(Peer, "get", staticmethod(lambda _: None))
    assert bad("queues.beat") == ["error: no sweep ran lately"]
    monkeypatch.setattr(Peer, "get", staticmethod(lambda _: b"5.0"))
    assert bad("queues.beat")[0].startswith("error: the last sweep ran ")


def bad_proxy(path: str, headers: dict[str, str]) -> Told:
    """Takes any name, eats headers, serves folders, knows no websockets."""
    if path == "/uploads/":
        return 200, {}, b"<title>Index of /uploads</title>"
    if path.startswith("/static/"):
        return 404, {"Content-Type": "text/html"}, b""
    if path == "/ws/":
        return 400, {}, b""
    return 200, {"Server": "nginx/1.2.3"}, f"welcome to {headers['host']}".encode()


@pytest.mark.unit
def test_bad_proxy_is_told(settings: Any) -> None:
    with answering(bad_proxy) as settings.SITE_URL:
        assert bad("web.answers") == []
        assert bad("web.host") == ["error: the site takes any Host for its own"]
        assert [line.split()[1] for line in bad("web.headers")] == [
            "content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
        ]  # fmt: skip
        assert bad("web.static")[0].startswith("error: /static/css/site.css is answered with 404, text/html")
        assert bad("web.uploads") == ["error: /uploads/ lists the raw uploads"]
        assert found("web.sockets") == ["hint: /ws/ answers a websocket with 400"]
    with answering(lambda *_: (502, {}, b"")) as settings.SITE_URL:
        assert bad("web.answers")[0].endswith("/health/live answers 502")


@pytest.mark.unit
def test_good_headers_are_well_and_doubled_ones_told(settings: Any) -> None:
    css = {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=315360000, public, immutable"}
    with answering(lambda path, _: (200, css if "css" in path else GOOD, b"")) as settings.SITE_URL:
        assert bad("web.headers") == bad("web.static") == bad("web.host") == []
    twice = {**GOOD, "X-Frame-Options": "DENY, DENY"}
    with answering(lambda *_: (200, twice, b"")) as settings.SITE_URL:
        assert bad("web.headers") == ["warning: x-frame-options arrives twice"]


@pytest.mark.parametrize(("believes", "told"), [(True, ["error"]), (False, [])])
@pytest.mark.unit
def test_made_up_address_is_told_when_it_is_believed(settings: Any, believes: bool, told: list[str]) -> None:
    """A stand-in for the API counts calls by address, once without a proxy that adds the real one."""
    used: Counter[str] = Counter()

    def count(_: str, headers: dict[str, str]) -> Told:
        who = headers["x-forwarded-for"].rpartition(",")[2] if believes else "the real one"
        used[who] += 1
        return 200, {"X-RateLimit-Remaining": str(300 - used[who])}, b"{}"

    settings.TRUSTED_PROXIES = 1
    with answering(count) as settings.SITE_URL:
        assert [line.partition(":")[0] for line in bad("web.proxies")] == told


def certificate(folder: Path, ends: datetime) -> ssl.SSLContext:
    """A context with a certificate of 127.0.0.1; its own authority lies in ca.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC) - timedelta(days=90)).not_valid_after(ends)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(made.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(("days", "told"), [(60, []), (14, ["warning"]), (3, ["error"])])
@pytest.mark.unit
def test_certificate_is_told_before_it_ends(
    settings: Any, tmp_path: Path, monkeypatch: Any, days: int, told: list[str]
) -> None:
    tls = certificate(tmp_path, datetime.now(UTC) + timedelta(days=days, hours=1))
    with answering(lambda *_: (200, {}, b""), tls) as settings.SITE_URL:
        assert bad("web.answers")[0].startswith("error: browsers refuse the certificate: ")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert bad("web.answers") == []
        assert [line.partition(":")[0] for line in bad("web.certificate")] == told
        assert "warning: strict-transport-security does not arrive" in bad("web.headers")
