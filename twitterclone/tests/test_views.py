"""The page for being offline, the worker that shows it, and addresses that are no pages."""

import json
import re

import pytest

from tweets.tests.factories import make_tweet
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


@pytest.mark.parametrize("address", ["/search/saved/", "/tweets/17/", "/tweets/17/like/"])
def test_address_of_forms_is_a_page_of_the_site_when_it_is_opened(client, alice, address):
    client.force_login(alice)
    opened = client.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
    assert opened.status_code == 405
    assert "GET" not in opened["Allow"]
    assert "This address is not a page" in opened.text
    assert client.get(address, headers={"Accept": "application/json"}).text == ""
    assert client.get(address, headers={"HX-Request": "true"}).text == ""


def test_line_waits_for_the_next_page_and_is_shown_once(client, alice):
    client.force_login(alice)
    mine, other = (make_tweet(alice, text) for text in ("first", "second"))
    client.post(f"/tweets/{mine.pk}/", {"_method": "DELETE"})
    client.post(f"/tweets/{other.pk}/like/", headers={"HX-Request": "true"})
    assert ["The tweet is deleted." in client.get("/settings/").text for _ in range(2)] == [True, False]
