"""The page for being offline, and the worker that shows it."""

import json
import re

import pytest

from twitterclone.views import service_worker

pytestmark = pytest.mark.django_db


def offline_values(text):
    found = re.match(r"self\.offline = (.+);\n", text)
    assert found
    return json.loads(found[1])


def test_worker_is_served_at_the_root_and_asked_for_anew(client):
    response = client.get("/service-worker.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert 'importScripts("/static/js/service-worker.js");' in response.content.decode()


def test_worker_changes_with_the_page(rf, settings):
    first = offline_values(service_worker(rf.get("/service-worker.js")).content.decode())
    again = offline_values(service_worker(rf.get("/service-worker.js")).content.decode())
    settings.SITE_NAME = "Elsewhere"
    renamed = offline_values(service_worker(rf.get("/service-worker.js")).content.decode())
    assert first == again
    assert renamed["version"] != first["version"]


def test_offline_page_is_the_same_for_everybody(client, alice):
    visitor = client.get("/offline.html")
    client.force_login(alice)
    response = client.get("/offline.html")
    assert response.content == visitor.content
    assert response.cookies == {}
    assert "script-src 'self'" in response["Content-Security-Policy"]
