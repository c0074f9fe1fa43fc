"""The pages on which a person lets a program in, or turns it out."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import User
from integrations.models import OUT_OF_BAND, Application
from integrations.queries import connections_of
from integrations.services import issue_token, register_application
from integrations.tests.test_oauth import HOME, address, code_of, exchange, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_question_names_program_person_and_scopes(signed_in: Client) -> None:
    app = registered(signed_in, client_name="Elk <b>")
    for path in (address(app), address(app).replace("authorize?", "authorize/?")):
        page = signed_in.get(path)
        assert page.status_code == 200
        text = page.content.decode()
        assert "Elk &lt;b&gt;" in text
        assert "@Alice" in text
        assert [grant.scope for grant in page.context["grants"]] == ["read", "write", "follow", "push"]
        assert "client.example" in text


def test_question_lets_the_browser_leave_for_the_program_alone(signed_in: Client) -> None:
    policy = signed_in.get(address(registered(signed_in)))["Content-Security-Policy"]
    assert "form-action 'self' https://client.example;" in policy + ";"
    own = registered(signed_in, redirect_uris="icecubes://login")
    assert "form-action 'self' icecubes:" in signed_in.get(address(own))["Content-Security-Policy"]
    assert code_of(signed_in, own)


def test_person_logs_in_first_when_nobody_is_logged_in(client: Client) -> None:
    app = registered(client)
    answer = client.get(address(app, force_login="true"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/oauth/authorize%3F")
    assert "force_login" not in answer["Location"]


def test_person_logs_in_again_when_the_program_wants_another_account(signed_in: Client) -> None:
    app = registered(signed_in)
    answer = signed_in.get(address(app, force_login="true"))
    assert answer["Location"].startswith("/accounts/login/")
    assert signed_in.get(address(app)).status_code == 302


def test_program_hears_no_when_the_person_says_no(signed_in: Client) -> None:
    answer = signed_in.post(address(registered(signed_in), state="x y"), {})
    assert answer["Location"].startswith(f"{HOME}?error=access_denied")
    assert "state=x+y" in answer["Location"].replace("%20", "+")
    by_hand = registered(signed_in, redirect_uris=OUT_OF_BAND)
    assert "got nothing" in signed_in.post(address(by_hand), {}).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"client_id": "a\0b"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": f"{HOME}/more"},
        {"redirect_uri": "javascript:alert(1)"},
        {"code_challenge": "x" * 5000, "code_challenge_method": "S256"},
    ],
)
def test_nobody_is_sent_away_when_the_request_is_forged(signed_in: Client, wrong: dict[str, str]) -> None:
    app = registered(signed_in)
    for send in (signed_in.get, signed_in.post):
        answer = send(address(app, **wrong))
        assert answer.status_code == 400
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"scope": "read everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_program_is_told_when_it_asks_for_what_there_is_not(
    signed_in: Client, wrong: dict[str, str], error: str
) -> None:
    answer = signed_in.get(address(registered(signed_in), **wrong))
    assert answer["Location"].startswith(f"{HOME}?error={error}")


def test_answer_needs_the_form_of_the_page(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(address(registered(strict)), {"allow": "1"}).status_code == 403


def test_programs_are_listed_with_what_they_may_when_they_were_let_in(
    signed_in: Client, alice: User, bob: User
) -> None:
    assert "No application is connected" in signed_in.get("/settings/applications/").content.decode()
    app = registered(signed_in)
    exchange(Client(), app, code=code_of(signed_in, app))
    exchange(Client(), app, code=code_of(signed_in, app, scope="read"))
    page = signed_in.get("/settings/applications/")
    assert [one.name for one, _grants in page.context["connections"]] == ["Elk"]
    assert "elk.zone" in page.content.decode()
    signed_in.force_login(bob)
    assert signed_in.get("/settings/applications/").context["connections"] == []


def test_program_loses_access_when_it_is_revoked(signed_in: Client, alice: User, bob: User) -> None:
    program, _secret = register_application(name="Bot", redirect_uris=[HOME])
    token = issue_token(user=alice, application=program, scopes=["read"])
    kept = issue_token(user=bob, application=program, scopes=["read"])
    address_of_it = f"/settings/applications/{program.pk}/"
    assert signed_in.post(address_of_it, {"_method": "DELETE"}).status_code == 302
    for one, status in ((token, 401), (kept, 200)):
        answer = Client().get("/api/v1/apps/verify_credentials", headers={"authorization": f"Bearer {one}"})
        assert answer.status_code == status
    assert signed_in.post(address_of_it, {"_method": "DELETE"}).status_code == 404


def test_programs_are_found_in_three_queries_when_there_are_one_or_twenty(
    alice: User, django_assert_num_queries: Any
) -> None:
    for count in (1, 20):
        for number in range(count - AccessToken.objects.count()):
            program, _secret = register_application(name=f"Bot {number}", redirect_uris=[HOME])
            issue_token(user=alice, application=program, scopes=["read"])
        with django_assert_num_queries(3):
            assert len(connections_of(alice.pk)) == count


def test_use_of_a_token_is_noted_once_an_hour(alice: User, django_assert_num_queries: Any) -> None:
    program, _secret = register_application(name="Bot", redirect_uris=[HOME])
    bearer = {"authorization": f"Bearer {issue_token(user=alice, application=program, scopes=['read'])}"}
    past = timezone.now() - timedelta(hours=2)
    AccessToken.objects.update(updated=past)
    User.objects.update(last_active_at=past)
    for queries in (3, 1):
        with django_assert_num_queries(queries):
            Client().get("/api/v1/apps/verify_credentials", headers=bearer)
    assert AccessToken.objects.get().updated > past
    assert User.objects.get(pk=alice.pk).last_active_at > past


def test_own_token_is_shown_once_works_and_is_revoked(client: Client, alice: User) -> None:
    url = "/settings/development/"
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})
    asked = client.post(url, {"name": "Weather bot", "scopes": ["read", "write"]})
    assert "reauthenticate" in asked.url
    made = client.post(asked.url, {"password": "correct horse"})
    token = made.context["token"]
    assert made.text.count(token) == 1
    assert f'action="{url}"' in made.text  # the page stands at the address that asked for the password
    assert token not in client.get(url).text
    bearer = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/accounts/verify_credentials", headers=bearer).status_code == 200

    [one] = connections_of(alice.pk)
    assert (one.name, one.scopes, one.is_own) == ("Weather bot", ("read", "write"), True)
    answer = client.post(f"/settings/applications/{one.id}/", {"_method": "DELETE", "next": url})
    assert answer.url == url
    assert Client().get("/api/v1/accounts/verify_credentials", headers=bearer).status_code == 401
    assert not Application.objects.filter(user=alice).exists()


@pytest.mark.parametrize(
    "data",
    [{"name": "", "scopes": ["read"]}, {"name": "x"}, {"name": "x", "scopes": ["admin"]}, {"name": "x" * 61}],
)
def test_no_token_is_made_when_the_form_is_not_right(
    client: Client, alice: User, data: dict[str, object]
) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    page = client.post("/settings/development/", data)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not AccessToken.objects.exists()
