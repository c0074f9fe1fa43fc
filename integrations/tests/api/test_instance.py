"""What the site says of itself, to programs nobody has logged into yet."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_instance_tells_its_limits(client: Client, alice: User) -> None:
    told = client.get("/api/v2/instance/").json()
    assert told["domain"] == "127.0.0.1:8000"
    assert told["version"].startswith("4.")
    configuration = told["configuration"]
    assert configuration["statuses"]["max_characters"] == 280
    assert configuration["statuses"]["characters_reserved_per_url"] == 23
    assert configuration["polls"]["max_options"] == 4
    assert configuration["urls"]["streaming"] == "ws://127.0.0.1:8000"
    assert "image/png" in configuration["media_attachments"]["supported_mime_types"]
    assert told["usage"]["users"]["active_month"] == 1
    assert told["registrations"]["enabled"] is True
    assert told["api_versions"]["mastodon"] >= 1


def test_older_instance_names_the_bare_domain(client: Client) -> None:
    told = client.get("/api/v1/instance").json()
    assert told["uri"] == "127.0.0.1:8000"
    assert told["urls"]["streaming_api"].startswith("ws")
    assert set(told["stats"]) == {"user_count", "status_count", "domain_count"}


def test_rules_are_those_an_admin_wrote(client: Client) -> None:
    told = client.get("/api/v1/instance/rules").json()
    assert [rule["id"] for rule in told] == [str(number) for number in range(1, len(told) + 1)]
    assert told
    assert all(rule["text"] for rule in told)


@pytest.mark.parametrize("page", ["extended_description", "privacy_policy", "terms_of_service"])
def test_pages_are_given_as_html(client: Client, page: str) -> None:
    assert "<p>" in client.get(f"/api/v1/instance/{page}").json()["content"]


def test_terms_tell_since_when_they_hold(client: Client) -> None:
    told = client.get("/api/v1/instance/terms_of_service").json()
    assert (told["effective"], told["succeeded_by"]) == (True, None)
    assert date.fromisoformat(told["effective_date"]) <= timezone.now().date()


def test_nothing_is_translated_from_any_language(client: Client) -> None:
    answer = client.get("/api/v1/instance/translation_languages")
    assert (answer.status_code, answer.json()) == (200, {})


def test_health_is_a_word_for_programs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (200, b"OK")
    monkeypatch.setattr("twitterclone.views._redis_answers", lambda: False)
    assert client.get("/health").status_code == 503


def test_nodeinfo_is_found_from_its_link(client: Client) -> None:
    link = client.get("/.well-known/nodeinfo").json()["links"][0]["href"]
    told = client.get(link.removeprefix(settings.SITE_URL)).json()
    assert told["software"]["name"] == "mastodon"
    assert set(told["usage"]) == {"users", "localPosts"}


@pytest.mark.parametrize("name", ["custom_emojis", "announcements", "domain_blocks", "followed_tags"])
def test_list_is_empty_when_there_are_none(client: Client, name: str) -> None:
    answer = client.get(f"/api/v1/{name}")
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("path", ["/api/v1/instance", "/nodeinfo/2.0", "/.well-known/nodeinfo"])
def test_facts_are_open_to_browsers_of_other_origins(client: Client, path: str) -> None:
    answer = client.get(path, headers={"origin": "https://elk.zone"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Link" in answer["Access-Control-Expose-Headers"]
    assert not answer.cookies


def test_document_describes_every_call_and_every_answer(client: Client) -> None:
    document = client.get("/api/schema/").json()
    calls: list[Any] = [call for methods in document["paths"].values() for call in methods.values()]
    assert len(calls) > 60
    assert len({call["operationId"] for call in calls}) == len(calls)
    assert document["paths"]["/api/v1/accounts/{account_id}/follow"]["post"]["security"] == [
        {"Token": ["write:follows"]}
    ]
    assert "Account" in document["components"]["schemas"]


def test_docs_page_brings_everything_itself(client: Client) -> None:
    for path in ("/api/docs", "/api/docs/"):
        page = client.get(path)
        assert page.status_code == 200
        text = page.content.decode()
        assert "https://" not in text.replace("http://127.0.0.1", "")
        assert "<script>" not in text
    assert "'unsafe-inline'" in page["Content-Security-Policy"].partition("style-src")[2].partition(";")[0]
    assert "unsafe" not in page["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]


def test_own_limits_are_told_and_kept(client: Client, settings: Any) -> None:
    answer = client.get("/api/v1/custom_emojis")
    assert (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) == ("300", "299")
    assert answer["X-RateLimit-Reset"].endswith("Z")
    for _time in range(299):
        client.get("/api/v1/custom_emojis")
    refused = client.get("/api/v1/custom_emojis")
    assert (refused.status_code, refused["X-RateLimit-Remaining"]) == (429, "0")
    assert refused.json()["error"]
    assert int(refused["Retry-After"]) <= 300
    settings.RATE_LIMITS = False
    free = client.get("/api/v1/custom_emojis")
    assert (free.status_code, free["X-RateLimit-Remaining"]) == (200, "300")
