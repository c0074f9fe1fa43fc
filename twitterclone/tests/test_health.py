"""What load balancers ask: the truth about each part, soon, whatever the host and the scheme."""

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from twitterclone import health
from twitterclone.sockets import application as sockets
from twitterclone.watching import PROBES

pytestmark = pytest.mark.django_db

PARTS = {"database", "migrations", "partitions"} | {
    f"redis-{role}" for role in ("timelines", "sessions", "cache", "broker", "channels")
}


@pytest.fixture(autouse=True)
def asked_anew():
    health.examined.forget()
    yield
    health.examined.forget()


@pytest.fixture
def by_address(settings) -> Client:
    """A load balancer: by IP, over http, to a site that wants https."""
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["example.org"]
    return Client(headers={"host": "10.1.2.3:8000"})


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("address", sorted(PROBES))
def test_probe_answers_whatever_the_host_and_the_scheme(by_address, address):
    assert by_address.get("/").status_code in (301, 400)
    if address.startswith("/metrics"):
        assert by_address.get(address).status_code == 404
        return
    answer = by_address.get(address)
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer["Cache-Control"] == "no-store"
    assert answer.cookies == {}
    assert by_address.head(address).status_code == 200


def test_ready_says_of_each_part_how_it_is_and_how_long_it_took(client):
    answer = client.get("/health/ready").json()
    assert set(answer["parts"]) == PARTS
    assert {part["state"] for part in answer["parts"].values()} == {"ok"}
    assert all(0 < part["ms"] < 2000 for part in answer["parts"].values())
    needed = {name for name, part in answer["parts"].items() if part["needed"]}
    assert needed == {"database", "migrations", "partitions", "redis-sessions"}


def test_ready_asks_the_parts_once_in_a_second(client, monkeypatch):
    asked = []
    ask = health._examine
    monkeypatch.setattr(health, "_examine", lambda leaves: asked.append(leaves) or ask(leaves))
    for _ in range(5):
        client.get("/health/ready")
    assert len(asked) == 1


def test_not_ready_while_a_migration_lacks_or_the_month(client, monkeypatch):
    apps, names = health._leaves()
    monkeypatch.setattr(health, "_leaves", lambda: ([*apps, "tweets"], [*names, "9999_of_tomorrow"]))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"]["state"] == "behind"
    monkeypatch.undo()
    monkeypatch.setattr(health, "MONTHS", health.MONTHS.replace("now()", "now() + interval '2 years'"))
    health.examined.forget()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["partitions"]["state"] == "missing"


def test_without_sessions_not_ready_and_without_timelines_degraded(client, settings):
    settings.REDIS_ROLES = {**settings.REDIS_ROLES, "timelines": "redis://127.0.0.1:1/0"}
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"]["redis-timelines"]["state"] == "away"
    settings.REDIS_ROLES = {**settings.REDIS_ROLES, "sessions": "redis://:secret@127.0.0.1:1/0"}
    health.examined.forget()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert client.get("/health/live").status_code == 200


def test_replica_that_is_away_is_told_and_not_needed(client, settings, monkeypatch):
    settings.REPLICAS = {"replica1": "", "replica2": ""}
    here = health.address()
    monkeypatch.setattr(
        health, "address", lambda alias="default": f"{here} port=1" if alias == "replica2" else here
    )
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"]["replica1"]["state"] == "ok"
    assert answer.json()["parts"]["replica2"] | {"ms": 0} == {"state": "away", "ms": 0, "needed": False}


def test_answer_comes_though_database_and_redis_say_nothing(client, settings, silent, monkeypatch):
    host, port = silent.split(":")
    monkeypatch.setattr(
        health, "address", lambda alias="default": f"host={host} port={port} dbname=x password=secret"
    )
    settings.REDIS_ROLES = {**settings.REDIS_ROLES, "sessions": f"redis://{silent}/0"}
    begun = time.monotonic()
    waiting = [threading.Thread(target=client.get, args=["/health/ready"]) for _ in range(3)]
    for thread in waiting:
        thread.start()
    answer = client.get("/health/ready")
    for thread in waiting:
        thread.join()
    assert time.monotonic() - begun < 2 * health.PATIENCE
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts["database"]["state"] == parts["redis-sessions"]["state"] == "late"
    assert parts["migrations"]["state"] == "unknown"
    assert parts["redis-broker"]["state"] == "ok"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"), [("/health/live", 200), ("/health/ready/", 200), ("/", 404), ("/alice/", 404)]
)
async def test_server_of_sockets_answers_probes_and_nothing_else(path, status):
    sent = await _asked(path)
    assert sent[0]["status"] == status
    if status == 200:
        assert json.loads(sent[1]["body"])["status"] == "ok"


async def _asked(path: str, method: str = "GET", headers: tuple = ()) -> list[dict]:
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "root_path": ""}
    await sockets(scope | {"headers": [*headers], "client": ("10.0.0.1", 5)}, receive, send)
    return sent
