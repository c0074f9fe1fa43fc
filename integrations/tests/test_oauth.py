"""A program is registered, let in, gets its token, uses it and is turned out."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from accounts.models import User
from integrations.models import OUT_OF_BAND, Application

pytestmark = pytest.mark.django_db

HOME = "https://client.example/callback"
ASKED = "read write follow push"


def registered(client: Client, **fields: Any) -> dict[str, Any]:
    body = {
        "client_name": "Elk",
        "redirect_uris": HOME,
        "scopes": ASKED,
        "website": "https://elk.zone",
    } | fields
    answer = client.post("/api/v1/apps", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def address(app: dict[str, Any], **more: str) -> str:
    query = {
        "client_id": app["client_id"],
        "redirect_uri": app["redirect_uris"][0],
        "response_type": "code",
        "scope": ASKED,
    }
    return f"/oauth/authorize?{urlencode(query | more)}"


def code_of(client: Client, app: dict[str, Any], **more: str) -> str:
    answer = client.post(address(app, **more), {"allow": "1"})
    assert answer.status_code == 302, answer.content
    return parse_qs(urlsplit(answer["Location"]).query)["code"][0]


def exchange(client: Client, app: dict[str, Any], **fields: str) -> Any:
    body = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
    }
    return client.post("/oauth/token", body | fields)


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_application_is_told_its_secret_once_when_it_registers(client: Client) -> None:
    app = registered(client)
    assert set(app) >= {"id", "name", "client_id", "client_secret", "redirect_uri", "vapid_key"}
    assert (app["client_secret_expires_at"], app["scopes"]) == (0, ASKED.split())
    row = Application.objects.get(client_id=app["client_id"])
    assert app["client_secret"] not in (row.client_secret, row.name)
    assert row.client_secret == hashlib.sha256(app["client_secret"].encode()).hexdigest()


@pytest.mark.parametrize(
    "fields",
    [
        {"client_name": " "},
        {"client_name": ["a"]},
        {"redirect_uris": ""},
        {"redirect_uris": "no address"},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "https://"},
        {"redirect_uris": {"a": {"b": 1}}},
        {"scopes": "read everything"},
        {"website": "javascript:alert(1)"},
        {"website": "http://["},
    ],
)
def test_application_is_refused_when_a_field_is_wrong(client: Client, fields: dict[str, Any]) -> None:
    body = {"client_name": "Elk", "redirect_uris": HOME} | fields
    answer = client.post("/api/v1/apps", json.dumps(body), content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed")
    assert not Application.objects.exists()


@pytest.mark.parametrize("encoding", ["json", "form", "multipart"])
def test_token_is_given_for_a_code_in_every_encoding(signed_in: Client, alice: User, encoding: str) -> None:
    app = registered(signed_in)
    body = {
        "grant_type": "authorization_code",
        "code": code_of(signed_in, app, state="s&1"),
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": HOME,
    }
    kinds = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
    if encoding == "multipart":
        answer = Client().post("/oauth/token/", body)
    else:
        data = json.dumps(body) if encoding == "json" else urlencode(body)
        answer = Client().post("/oauth/token/", data, content_type=kinds[encoding])
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["token_type"], told["scope"]) == ("Bearer", ASKED)
    assert isinstance(told["created_at"], int)
    bearer = {"authorization": f"Bearer {told['access_token']}"}
    who = Client().get("/api/v1/apps/verify_credentials", headers=bearer)
    assert who.json()["name"] == "Elk"


def test_nothing_usable_is_stored_when_a_token_is_given(signed_in: Client) -> None:
    app = registered(signed_in)
    code = code_of(signed_in, app)
    assert not Grant.objects.filter(code=code).exists()
    told = exchange(Client(), app, code=code).json()
    assert AccessToken.objects.get().token == ""
    assert RefreshToken.objects.get().token == ""
    assert (
        AccessToken.objects.get().token_checksum == hashlib.sha256(told["access_token"].encode()).hexdigest()
    )


def test_code_works_once_when_it_is_sent_twice(signed_in: Client) -> None:
    app = registered(signed_in)
    code = code_of(signed_in, app)
    assert exchange(Client(), app, code=code).status_code == 200
    again = exchange(Client(), app, code=code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert AccessToken.objects.count() == 1


def test_code_is_refused_when_the_verifier_is_wrong(signed_in: Client) -> None:
    app = registered(signed_in)
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    wrong = exchange(Client(), app, code=code_of(signed_in, app, **asked), code_verifier="w" * 50)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    right = exchange(Client(), app, code=code_of(signed_in, app, **asked), code_verifier=verifier)
    assert right.status_code == 200


def test_code_is_refused_when_its_user_was_suspended_meanwhile(signed_in: Client, alice: User) -> None:
    app = registered(signed_in)
    code = code_of(signed_in, app)
    User.objects.filter(pk=alice.pk).update(suspended_at=alice.created_at)
    assert exchange(Client(), app, code=code).json()["error"] == "invalid_grant"


def test_token_is_refused_when_the_secret_is_wrong(signed_in: Client) -> None:
    app = registered(signed_in)
    answer = exchange(Client(), app, code=code_of(signed_in, app), client_secret="guess")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "grant", ["password", "implicit", "", "urn:ietf:params:oauth:grant-type:device_code"]
)
def test_grant_is_refused_when_the_site_has_none_of_its_kind(client: Client, alice: User, grant: str) -> None:
    answer = exchange(
        client, registered(client), grant_type=grant, username="alice", password="correct horse"
    )
    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}
    assert not AccessToken.objects.exists()


def test_program_gets_a_token_of_its_own_when_it_asks_as_itself(client: Client) -> None:
    app = registered(client)
    told = exchange(client, app, grant_type="client_credentials", scope="read write").json()
    assert told["scope"] == "read write"
    assert AccessToken.objects.get().user is None
    bearer = {"authorization": f"Bearer {told['access_token']}"}
    assert client.get("/api/v1/apps/verify_credentials/", headers=bearer).status_code == 200


def test_scope_is_read_when_none_is_asked(client: Client) -> None:
    told = exchange(client, registered(client), grant_type="client_credentials").json()
    assert told["scope"] == "read"


@pytest.mark.parametrize(("registered_for", "asked", "good"), [
    ("read", "read:statuses", True),
    ("read", "write", False),
    ("read:statuses", "read", False),
    ("read write", "read everything", False),
])  # fmt: skip
def test_scope_is_granted_when_the_program_was_registered_for_it(
    client: Client, registered_for: str, asked: str, good: bool
) -> None:
    app = registered(client, scopes=registered_for)
    answer = exchange(client, app, grant_type="client_credentials", scope=asked)
    assert answer.status_code == (200 if good else 400)
    assert answer.json().get("error", "") == ("" if good else "invalid_scope")


def test_refresh_token_gives_a_new_pair_and_ends_the_old(signed_in: Client) -> None:
    app = registered(signed_in)
    first = exchange(Client(), app, code=code_of(signed_in, app)).json()
    second = exchange(Client(), app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second.status_code == 200, second.content
    old = {"authorization": f"Bearer {first['access_token']}"}
    new = {"authorization": f"Bearer {second.json()['access_token']}"}
    assert Client().get("/api/v1/apps/verify_credentials", headers=old).status_code == 401
    assert Client().get("/api/v1/apps/verify_credentials", headers=new).status_code == 200
    replayed = exchange(Client(), app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert replayed.status_code == 400
    assert Client().get("/api/v1/apps/verify_credentials", headers=new).status_code == 401


def test_token_ends_when_it_is_revoked(signed_in: Client) -> None:
    app, other = registered(signed_in), registered(signed_in)
    told = exchange(Client(), app, code=code_of(signed_in, app)).json()
    bearer = {"authorization": f"Bearer {told['access_token']}"}
    for who, still in ((other, 200), (app, 401)):
        body = {
            "client_id": who["client_id"],
            "client_secret": who["client_secret"],
            "token": told["access_token"],
        }
        answer = Client().post("/oauth/revoke", json.dumps(body), content_type="application/json")
        assert (answer.status_code, answer.json()) == (200, {})
        assert Client().get("/api/v1/apps/verify_credentials", headers=bearer).status_code == still


def test_server_names_its_endpoints_when_asked(client: Client) -> None:
    told = client.get("/.well-known/oauth-authorization-server").json()
    assert told["token_endpoint"].endswith("/oauth/token")
    assert "read:statuses" in told["scopes_supported"]
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_userinfo_names_the_user_when_profile_is_granted(signed_in: Client) -> None:
    app = registered(signed_in, scopes="profile read")
    told = exchange(Client(), app, code=code_of(signed_in, app, scope="profile")).json()
    bearer = {"authorization": f"Bearer {told['access_token']}"}
    assert Client().get("/oauth/userinfo", headers=bearer).json()["preferred_username"] == "Alice"
    assert Client().get("/oauth/userinfo").status_code == 401


def test_browser_of_another_origin_may_ask_for_a_token(client: Client) -> None:
    asked = {"origin": "https://elk.zone", "access-control-request-method": "POST"}
    answer = client.options("/oauth/token", headers=asked)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "access-control-allow-credentials" not in {name.lower() for name in answer.headers}
    assert "Access-Control-Allow-Origin" not in client.options("/oauth/authorize", headers=asked).headers


def test_code_is_shown_when_the_program_has_no_address(signed_in: Client) -> None:
    app = registered(signed_in, redirect_uris=OUT_OF_BAND)
    page = signed_in.get(address(app))
    assert page.status_code == 200
    answer = signed_in.post(address(app), {"allow": "1"})
    assert answer.status_code == 200
    code = answer.context["code"]
    assert code in answer.content.decode()
    assert exchange(Client(), app, code=code).status_code == 200
