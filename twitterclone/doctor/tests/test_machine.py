"""Settings, mail, folders, backups: each check in a good and in a bad state."""

import json
import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from twitterclone.doctor.tests.helpers import bad, found

pytestmark = pytest.mark.unit

OURS = "https://tweets.example.net"
PRODUCTION = {
    "DEBUG": False,
    "SITE_URL": OURS,
    "SECRET_KEY": "0123456789abcdef" * 4,
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["tweets.example.net"],
    "CSRF_TRUSTED_ORIGINS": ["https://tweets.example.net"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_SSL_REDIRECT": True,
    "RATE_LIMITS": True,
    "CONFIRM_EMAIL": True,
    "CONTACT_EMAIL": "people@example.net",
    "DEFAULT_FROM_EMAIL": "Tweets <noreply@example.net>",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
WRONG = [
    ("site.debug", {"DEBUG": True}, "error: DEBUG is on"),
    ("site.key", {"SECRET_KEY": "short"}, "error: SECRET_KEY is short"),
    ("site.key", {"SECRET_KEY": "ab" * 40}, "error: SECRET_KEY is short"),
    ("site.key", {"SECRET_KEY_FALLBACKS": ["django-insecure-" + "x0123456789a" * 4]}, "error: SECRET_KEY_F"),
    ("site.address", {"SITE_URL": "http://tweets.example.net"}, "error: SITE_URL is not https"),
    ("site.address", {"SITE_URL": "tweets.example.net"}, "error: SITE_URL is no address"),
    ("site.hosts", {"ALLOWED_HOSTS": ["*"]}, "error: ALLOWED_HOSTS lets every name in"),
    ("site.hosts", {"ALLOWED_HOSTS": ["localhost"]}, "error: ALLOWED_HOSTS lacks tweets.example.net"),
    ("site.origins", {"CSRF_TRUSTED_ORIGINS": []}, "warning: CSRF_TRUSTED_ORIGINS lacks"),
    ("site.origins", {"CSRF_TRUSTED_ORIGINS": [OURS, "https://*.net"]}, "warning: CSRF_TRUSTED_ORIGINS trusts https://*.net"),
    ("site.origins", {"CSRF_TRUSTED_ORIGINS": [OURS, "http://a.net"]}, "warning: CSRF_TRUSTED_ORIGINS trusts http://a.net"),
    ("site.cookies", {"SESSION_COOKIE_SECURE": False}, "error: SESSION_COOKIE_SECURE off"),
    ("site.hsts", {"SECURE_HSTS_SECONDS": 60}, "warning: HSTS is off or short"),
    ("site.limits", {"RATE_LIMITS": False}, "error: RATE_LIMITS is off"),
    ("site.limits", {"CONFIRM_EMAIL": False}, "warning: addresses are not confirmed"),
    ("site.contact", {"CONTACT_EMAIL": ""}, "warning: CONTACT_EMAIL is no address"),
    ("mail.way", {"EMAIL_BACKEND": "a.console.EmailBackend"}, "error: mails go nowhere"),
    ("mail.sender", {"DEFAULT_FROM_EMAIL": "a@localhost"}, "warning: DEFAULT_FROM_EMAIL is of no domain"),
]  # fmt: skip


@pytest.fixture
def production(settings: Any) -> Any:
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


@pytest.mark.parametrize("name", sorted({name for name, _, _ in WRONG}))
def test_nothing_is_bad_in_production_as_it_should_be(production: Any, name: str) -> None:
    assert bad(name) == []


@pytest.mark.parametrize(("name", "changed", "told"), WRONG)
def test_setting_is_told_when_it_is_wrong(
    production: Any, name: str, changed: dict[str, Any], told: str
) -> None:
    for key, value in changed.items():
        setattr(production, key, value)
    [line] = bad(name)
    assert line.startswith(told)


def test_machine_of_ones_own_gets_hints(settings: Any) -> None:
    settings.SITE_URL, settings.DEBUG, settings.RATE_LIMITS = "http://127.0.0.1:8000", True, False
    for name in ("site.debug", "site.address", "site.limits", "mail.way"):
        assert found(name)[0].startswith("hint: ")


class Postmaster(socketserver.StreamRequestHandler):
    """A mail server that speaks just enough; what it refuses stands on its server."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper().decode()
            if verb == "EHLO":
                self.wfile.write(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n")
            elif verb == "AUTH":
                self.wfile.write(b"535 no\r\n" if self.server.refuses == "AUTH" else b"235 yes\r\n")  # type: ignore[attr-defined]
            elif verb == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"421 tired\r\n" if self.server.refuses == verb else b"250 yes\r\n")  # type: ignore[attr-defined]


@contextmanager
def postmaster(settings: Any, refuses: str = "") -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postmaster) as server:
        server.daemon_threads, server.refuses = True, refuses  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        settings.EMAIL_BACKEND = PRODUCTION["EMAIL_BACKEND"]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "we", "the password"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield
        server.shutdown()
        thread.join()


def test_mail_server_is_asked_and_takes_us(settings: Any) -> None:
    with postmaster(settings):
        [line] = found("mail.server")
    assert line.endswith("takes us, without TLS")


def test_mail_server_is_told_when_it_does_not_take_us(settings: Any) -> None:
    with postmaster(settings, refuses="AUTH"):
        [line] = found("mail.server")
    assert "refuses the user of EMAIL_URL (535)" in line
    with postmaster(settings, refuses="NOOP"):
        [line] = found("mail.server")
    assert "answers NOOP with 421" in line
    [line] = found("mail.server")  # nobody listens any more
    assert "cannot be used: ConnectionRefusedError" in line


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR, settings.BASE_DIR = tmp_path, tmp_path
    for name in ("secrets", "run", "log", "media"):
        (tmp_path / name).mkdir(mode=0o700)
    (tmp_path / "secrets" / "secret-key").touch(mode=0o600)
    location = {"location": tmp_path / "media"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": location},
    }
    return tmp_path


def test_folder_is_told_when_others_may_look_into_it(folder: Path) -> None:
    assert bad("folders.secrets") == bad("folders.writable") == []
    (folder / "secrets" / "secret-key").chmod(0o644)
    (folder / ".env").touch(mode=0o600)
    (folder / ".env").chmod(0o640)
    (folder / "media").chmod(0o777)
    assert bad("folders.secrets") == [
        f"error: {folder}/secrets/secret-key may be read by others (0644)",
        f"error: {folder}/.env may be read by others (0640)",
    ]
    assert bad("folders.writable") == [f"error: media ({folder}/media) may be written by everybody"]


@pytest.mark.parametrize(
    ("free", "inodes", "told"),
    [
        (0.5, 0.9, ["error: 0.5 GB"]),
        (4, 0.9, ["warning: 4.0 GB"]),
        (60, 0.9, []),
        (60, 0.01, ["error: 1 of 100 inodes"]),
    ],
)
def test_disk_is_told_when_it_fills(
    folder: Path, monkeypatch: Any, free: float, inodes: float, told: list[str]
) -> None:
    state = SimpleNamespace(
        f_bavail=int(free * 10**9), f_frsize=1, f_blocks=100 * 10**9, f_files=100, f_favail=int(inodes * 100)
    )
    monkeypatch.setattr(os, "statvfs", lambda _: state)
    lines = bad("folders.room") + bad("folders.inodes")
    assert len(lines) == len(told)
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True))


def test_demo_is_told_when_others_may_come(folder: Path, production: Any) -> None:
    (folder / "demo.json").write_text('"never"')
    assert bad("folders.demo") == []
    (folder / "demo.json").write_text('"loaded"')
    assert bad("folders.demo")[0].startswith("warning: the demo is loaded")


def backup(
    hours: float, kind: str = "full", *, ok: bool = True, verified: float | None = 24
) -> dict[str, Any]:
    now = timezone.now()
    when = (now - timedelta(hours=verified)).isoformat() if verified is not None else ""
    return {
        "kind": kind,
        "finished_at": (now - timedelta(hours=hours)).isoformat(),
        "verified_at": when,
        "ok": ok,
    }


MEDIA = backup(3, "media")


@pytest.mark.parametrize(
    ("told", "fresh", "restorable"),
    [
        (None, ["error: no backups are made"], []),
        ([backup(3), MEDIA], [], []),
        ([backup(3)], ["warning: pictures are in no backup"], []),
        ([backup(50), backup(3, "diff"), MEDIA], [], []),
        ([backup(50), MEDIA], ["error: the newest good backup of the database is 50 hours old"], []),
        (
            [backup(24 * 9), backup(3, "diff"), backup(30, "dump"), MEDIA],
            ["warning: the newest good dump backup is 30 h", "warning: the newest good full backup is 9 d"],
            [],
        ),
        (
            [backup(3), backup(1, ok=False), MEDIA],
            ["error: the newest full backup, 1 hours ago, is not good"],
            [],
        ),
        (
            [backup(3), backup(9, "redis", ok=False), MEDIA],
            ["error: the newest redis backup, 9 hours ago"],
            [],
        ),
        ([backup(3, verified=None), MEDIA], [], ["warning: no backup of the database was ever restored"]),
        ([backup(3, verified=24 * 20), MEDIA], [], ["warning: no backup of the database was restored since"]),
        ({"kind": "full"}, ["error: "], None),
        ([{"kind": "full", "finished_at": "soon", "ok": True}], ["error: "], None),
    ],
)
def test_backups_are_told_when_they_are_old_or_were_never_tried(
    folder: Path, production: Any, told: Any, fresh: list[str], restorable: list[str] | None
) -> None:
    (folder / "backups").mkdir()
    if told is not None:
        (folder / "backups" / "status.json").write_text(json.dumps(told))
    lines = bad("backups.fresh")
    assert len(lines) == len(fresh)
    assert all(line.startswith(start) for line, start in zip(lines, fresh, strict=True))
    if restorable is not None:
        lines = bad("backups.restorable")
        assert len(lines) == len(restorable)
        assert all(line.startswith(start) for line, start in zip(lines, restorable, strict=True))
