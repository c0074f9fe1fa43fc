"""Traces and errors at a real collector on this machine; without the packages one clear line."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from twitterclone.observing import cleaned

pytestmark = pytest.mark.django_db

FAILING = """
import django; django.setup()
from unittest.mock import patch
from django.test import Client
from opentelemetry import trace
import twitterclone.tasks_watched as watched
from twitterclone import tasks, views
from twitterclone.lib import tracing
headers = {"Host": "127.0.0.1", "X-Forwarded-For": "203.0.113.7"}
client = Client(raise_request_exception=False, headers=headers)
secret = "4242-secret"
client.get("/health/?token=" + secret)
def fail():
    password = secret
    raise RuntimeError("no mail to bob@example.org, access_token=" + secret)
with patch.object(views, "_database_answers", fail):
    print(client.get("/health/?token=" + secret, headers={"Cookie": "sessionid=" + secret}).status_code)
tasks.tidy_outbox.apply()
import sentry_sdk
sentry_sdk.flush(5)
tracing._tracer.span_processor.force_flush(5000)
"""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Its address, and what it got: paths and bodies."""
    got: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            got.append((self.path, gzip.decompress(body) if packed else body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def run(code: str, **variables: str) -> subprocess.CompletedProcess:
    parts = urlsplit(os.environ.get("DATABASE_URL", "postgresql://127.0.0.1:5432/twitterclone"))
    database = urlunsplit(parts._replace(path="/" + quote(connection.settings_dict["NAME"])))
    env = {**os.environ, "DATABASE_URL": database, "TEST_REDIS_PREFIX": settings.REDIS_PREFIX}
    env |= {"DJANGO_SETTINGS_MODULE": "twitterclone.settings.test", "PYTEST_XDIST_WORKER": "", **variables}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_traces_and_errors_arrive_and_hold_nothing_personal(collector):
    address, got = collector
    done = run(
        FAILING,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}",
        SENTRY_DSN=f"http://key@{address}/1",
        PROCESS_ROLE="web",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "500"
    spans = {span.name: span for span in _spans(got)}
    assert {"GET health", "task twitterclone.tasks.tidy_outbox", "SELECT", "DELETE"} <= set(spans)
    request = next(span for span in _spans(got) if span.name == "GET health")
    assert spans["DELETE"].parent_span_id == spans["task twitterclone.tasks.tidy_outbox"].span_id
    statuses = {a.value.int_value for a in request.attributes if a.key == "http.response.status_code"}
    assert statuses == {200}
    errors = [json.loads(line) for path, body in got if path == "/api/1/envelope/" for line in _items(body)]
    (error,) = [one for one in errors if "exception" in one]
    told = error["exception"]["values"][-1]
    assert told["type"] == "RuntimeError"
    assert told["value"] == "no mail to [address], access_token=[hidden]"
    assert error["tags"]["request_id"]
    everything = b"".join(body for _, body in got)
    for secret in (b"4242-secret", b"bob@", b"203.0.113.7"):
        assert secret not in everything


@pytest.mark.unit
@pytest.mark.parametrize(
    ("variable", "missing", "package"),
    [
        ("SENTRY_DSN", "sentry_sdk", "sentry-sdk"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.sdk.trace", "opentelemetry-sdk"),
    ],
)
def test_missing_package_is_named(variable, missing, package):
    code = f"import sys; sys.modules[{missing!r}] = None; import django; django.setup()"
    done = run(code, **{variable: "http://key@127.0.0.1:1/1"})
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert f"{variable} is set, but the package {package} is not installed" in last
    assert "requirements-observe.txt" in last


@pytest.mark.unit
def test_without_settings_nothing_of_it_is_imported():
    names = {"sentry_sdk", "opentelemetry.exporter.otlp.proto.http"}
    code = f"import sys, django; django.setup(); print(sorted({names} & set(sys.modules)))"
    done = run(code, SENTRY_DSN="", OTEL_EXPORTER_OTLP_ENDPOINT="")
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.unit
def test_error_is_sent_without_its_request():
    event = {
        "request": {"url": "https://x/?q=1"}, "user": {"id": 7}, "extra": {"a": 1}, "breadcrumbs": {},
        "logentry": {"message": "mail to %s", "params": ["bob@example.org"], "formatted": "mail to b@c.org"},
    }  # fmt: skip
    assert cleaned(event, {}) == {"logentry": {"message": "mail to [address]"}}


def _spans(got: list[tuple[str, bytes]]) -> list:
    found = []
    for path, body in got:
        if path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                found += [span for scope in resource.scope_spans for span in scope.spans]
    return found


def _items(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if line.startswith(b"{")]
