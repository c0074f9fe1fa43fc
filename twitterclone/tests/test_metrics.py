"""The figures: true ones, for operators alone, and looking never hurts."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as configured
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from twitterclone.lib.metrics import count_request
from twitterclone.monitoring import database, exposition, machine, processes, stores
from twitterclone.monitoring.families import FAMILIES, Found

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-some-length"
PAGE = Path(configured.BASE_DIR) / "docs" / "operations" / "monitoring.md"


@pytest.fixture(autouse=True)
def looked_anew(settings, tmp_path):
    settings.METRICS_TOKEN, settings.DATA_DIR = TOKEN, tmp_path
    exposition.looked.forget()
    yield
    exposition.looked.forget()


def scrape(client) -> dict[str, float]:
    """Every sample by its name and labels as they are written."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return samples(answer.text)


def samples(text: str) -> dict[str, float]:
    return {
        name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize(
    ("token", "allowed", "proxies", "headers", "address", "status"),
    [
        ("", [], 0, {}, "127.0.0.1", 404),
        (TOKEN, [], 0, {}, "127.0.0.1", 404),
        (TOKEN, [], 0, {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        (TOKEN, [], 0, {"Authorization": f"Bearer {TOKEN}"}, "203.0.113.9", 200),
        ("", [], 0, {"Authorization": "Bearer "}, "127.0.0.1", 404),
        ("", ["10.1.0.0/24"], 0, {}, "10.1.0.7", 200),
        ("", ["10.1.0.0/24"], 0, {}, "10.1.1.7", 404),
        ("", ["127.0.0.1"], 0, {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 404),
        ("", ["127.0.0.1"], 1, {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 404),
        ("", ["10.1.0.0/24"], 1, {"X-Forwarded-For": "10.1.0.7"}, "127.0.0.1", 200),
        ("", ["10.1.0.0/24"], 1, {"X-Forwarded-For": "10.1.0.7, 203.0.113.9"}, "127.0.0.1", 404),
        ("", ["2001:db8::/32"], 0, {}, "2001:db8::1", 200),
    ],
)
def test_figures_are_for_operators_alone(client, settings, token, allowed, proxies, headers, address, status):
    settings.METRICS_TOKEN, settings.METRICS_ALLOWED, settings.TRUSTED_PROXIES = token, allowed, proxies
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status
    assert ("twitterclone_info" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("token", "allowed", "found"),
    [
        ("short", [], ["twitterclone.E003"]),
        (TOKEN, ["10.0.0.0/8"], []),
        ("", ["0.0.0.0/0", "::/0"], ["twitterclone.E005", "twitterclone.E005"]),
        ("", ["everywhere"], ["twitterclone.E004"]),
    ],
)
def test_settings_that_open_the_figures_are_refused(settings, token, allowed, found):
    settings.METRICS_TOKEN, settings.METRICS_ALLOWED = token, allowed
    assert [problem.id for problem in run_checks() if problem.id.startswith("twitterclone.")] == found


def test_requests_are_counted_by_view_and_not_by_address(client, alice):
    client.get("/alice/")
    client.get("/nobody-of-this-name/")
    client.generic("BREW", "/alice/")
    found = scrape(client)
    views = {name for name in found if name.startswith("twitterclone_request_seconds_count")}
    assert any('view="profile",' in name or 'view="profile"}' in name for name in views), views
    assert any('method="other"' in name for name in views)
    assert not any("alice" in name or "nobody" in name or "BREW" in name for name in found)


def test_outbox_tells_its_age_and_what_is_parked(client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox (event, consumer, payload, created_at, available_at) VALUES"
            " ('test.a', 'b', '{}', now() - interval '90 seconds', now()),"
            " ('test.a', 'c', '{}', now() - interval '9 days', 'infinity')"
        )
        found = Found()
        database._outbox(cursor, found)
    assert found.of("outbox_open") == {"test.a": 1}
    assert found.get("outbox_parked") == 1
    assert 89 < found.get("fanout_lag_seconds") < 120


def test_look_that_takes_long_is_broken_off_and_the_others_go_on(client, monkeypatch):
    monkeypatch.setattr(database, "LOOK_MS", 100)
    monkeypatch.setitem(database.LOOKS, "outbox", lambda cursor, found: cursor.execute("SELECT pg_sleep(5)"))
    begun = time.monotonic()
    found = scrape(client)
    assert time.monotonic() - begun < 2
    assert found['twitterclone_part_up{part="outbox"}'] == 0
    assert found['twitterclone_part_up{part="tables"}'] == 1


def test_scrape_without_database_and_redis_still_answers(client, monkeypatch, settings):
    monkeypatch.setattr(database, "address", lambda: "host=127.0.0.1 port=1 dbname=x")
    settings.REDIS_ROLES = {**settings.REDIS_ROLES, "cache": "redis://127.0.0.1:1/0"}
    stores.client.cache_clear()
    try:
        found = scrape(client)
    finally:
        stores.client.cache_clear()
    assert found['twitterclone_part_up{part="outbox"}'] == 0
    assert found['twitterclone_redis_up{role="cache"}'] == 0
    assert found['twitterclone_redis_up{role="sessions"}'] == 1


def test_servers_are_looked_at_once_however_often_it_is_asked(client, monkeypatch):
    looks = []
    monkeypatch.setattr(database, "look", looks.append)
    for _ in range(3):
        scrape(client)
    assert len(looks) == 1


def test_backups_tell_their_age(tmp_path):
    now = timezone.now()
    entries = [
        {"kind": "full", "finished_at": (now - timedelta(hours=50)).isoformat(), "ok": True,
         "verified_at": (now - timedelta(hours=49)).isoformat()},
        {"kind": "full", "finished_at": (now - timedelta(hours=2)).isoformat(), "ok": False},
        {"kind": "logical", "finished_at": (now - timedelta(hours=5)).isoformat(), "ok": True},
    ]  # fmt: skip
    path = tmp_path / "status.json"
    path.write_text(json.dumps(entries))
    found = Found()
    stores.look_at_backups(found, path)
    assert found.get("backup_ok", "full") == 0
    assert found.get("backup_age_seconds", "full") == pytest.approx(50 * 3600, abs=60)
    assert found.get("backup_verified_age_seconds", "full") == pytest.approx(49 * 3600, abs=60)
    assert found.get("backup_age_seconds", "logical") == pytest.approx(5 * 3600, abs=60)
    path.write_text("[{}]")
    broken = Found()
    stores.look_at_backups(broken, path)
    assert broken.values == [("part_up", ("backups",), 0.0)]


def test_disks_certificate_and_clocks_are_looked_at(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path))
    machine.look_at_folders(found := Found())
    assert found.get("folder_size_bytes", "archive") >= found.get("folder_free_bytes", "data") > 0
    stores.look_at_redis(found)
    database.look(found)
    clocks = found.of("clock_off_seconds")
    assert set(clocks) == {"postgresql", "redis-timelines"}
    assert max(clocks.values()) < 1
    monkeypatch.setattr(stores, "time", SimpleNamespace(time=lambda: time.time() + 50))
    stores.look_at_redis(late := Found())
    assert late.get("clock_off_seconds", "redis-timelines") == pytest.approx(50, abs=5)
    machine.look_at_certificate(found)
    assert found.get("certificate_left_seconds") is None
    settings.SITE_URL = "https://127.0.0.1:1"
    machine._left.forget()
    machine.look_at_certificate(found)
    machine._left.forget()
    assert found.get("part_up", "certificate") == 0


def test_statements_are_named_by_their_text_and_hold_no_values():
    with connection.cursor() as cursor:
        cursor.execute("SELECT username FROM users WHERE email = 'secret@example.org'")
        found = Found()
        database._statements(cursor, found)
    assert len(found.of("statement_calls")) == len(set(found.of("statement_calls"))) > 0
    assert all(re.fullmatch("[0-9a-f]{12}", name) for name in found.of("statement_calls"))
    database.statements()
    told = database.statements()
    assert [seconds for _, _, seconds, _, _ in told] == sorted((one[2] for one in told), reverse=True)
    assert not any(word in text for _, text, *_ in told for word in ("secret@", "pg_stat_statements"))


def test_what_the_dead_say_of_now_does_not_count(tmp_path, monkeypatch):
    for name in ("gauge_livesum_999999999.db", "counter_999999999.db", "gauge_livesum_1.db"):
        path = tmp_path / "sockets" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    read = {path.name for path in processes._files(tmp_path)}
    assert read == {"counter_999999999.db", "gauge_livesum_1.db"}


def test_every_figure_is_in_the_table_of_the_handbook_and_no_other(client):
    count_request("home", "GET", 200, 0.01)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    told = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(answer.text)
    }
    table = set(re.findall(r"^\| `((?:twitterclone|django)_[a-z_]+)` \|", PAGE.read_text(), re.MULTILINE))
    assert told == table
    assert len(FAMILIES) < len(told)
