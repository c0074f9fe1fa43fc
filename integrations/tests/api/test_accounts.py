"""One's own account through the API: made, read, changed."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from accounts.models import User
from accounts.tests.cast import Person
from integrations.models import OUT_OF_BAND
from integrations.services import issue_token, register_application
from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db
Api = Callable[..., Any]

NEWCOMER = {
    "username": "Nova",
    "email": "nova@example.com",
    "password": "a long enough one",
    "agreement": True,
    "locale": "de",
}


@pytest.fixture
def program() -> Client:
    """A program with a token of its own."""
    app, _secret = register_application(name="Client", redirect_uris=[OUT_OF_BAND], scopes=["read", "write"])
    token = issue_token(user=None, application=app, scopes=["read", "write"])
    return Client(headers={"authorization": f"Bearer {token}"})


def register(program: Client, **fields: Any) -> Any:
    return program.post("/api/v1/accounts", json.dumps(NEWCOMER | fields), content_type="application/json")


def bearer(answer: Any) -> Client:
    return Client(headers={"authorization": f"Bearer {answer.json()['access_token']}"})


def test_newcomer_can_act_at_once_when_addresses_are_not_confirmed(program: Client, settings: Any) -> None:
    settings.CONFIRM_EMAIL = False
    answer = register(program)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["token_type"], answer.json()["scope"]) == ("Bearer", "read write")
    own = bearer(answer).get("/api/v1/accounts/verify_credentials")
    assert own.json()["acct"] == "Nova"
    assert User.objects.get(username="nova").language == "de"


def test_newcomer_waits_for_the_mail_when_addresses_are_confirmed(program: Client, settings: Any) -> None:
    settings.CONFIRM_EMAIL = True
    answer = register(program)
    assert answer.status_code == 200, answer.content
    assert answer.json()["scope"] == "read write"
    waiting = bearer(answer).get("/api/v1/accounts/verify_credentials")
    assert (waiting.status_code, waiting.json()["error"]) == (
        403,
        "Your login is missing a confirmed e-mail address",
    )
    outbox.drain()
    assert [message.to for message in mail.outbox] == [["nova@example.com"]]
    EmailAddress.objects.update(verified=True)
    for _time in range(2):
        assert bearer(answer).get("/api/v1/accounts/verify_credentials").status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "kind"),
    [
        ({"username": ""}, "username", "ERR_BLANK"),
        ({"username": "Alice"}, "username", "ERR_TAKEN"),
        ({"username": "a1ice"}, "username", "ERR_TAKEN"),
        ({"username": "no way"}, "username", "ERR_INVALID"),
        ({"username": "admin"}, "username", "ERR_RESERVED"),
        ({"username": "x" * 21}, "username", "ERR_TOO_LONG"),
        ({"email": "alice@example.com"}, "email", "ERR_TAKEN"),
        ({"email": "nobody"}, "email", "ERR_INVALID"),
        ({"email": ""}, "email", "ERR_BLANK"),
        ({"password": "short"}, "password", "ERR_TOO_SHORT"),
        ({"password": ""}, "password", "ERR_BLANK"),
        ({"password": "x" * 5000}, "password", "ERR_TOO_LONG"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED"),
    ],
)
def test_newcomer_is_told_what_is_wrong_in_the_protocols_words(
    program: Client, alice: User, fields: dict[str, Any], field: str, kind: str
) -> None:
    answer = register(program, **fields)
    assert answer.status_code == 422
    assert answer.json()["details"][field][0]["error"] == kind
    assert answer.json()["error"].startswith("Validation failed")
    assert User.objects.count() == 1


def test_newcomer_is_told_everything_at_once(program: Client) -> None:
    answer = program.post("/api/v1/accounts", {})
    assert set(answer.json()["details"]) == {"username", "email", "password", "agreement"}


def test_registering_needs_a_program(api: Api, alice: User, settings: Any) -> None:
    assert register(api()).status_code == 401
    assert register(api(alice, "read")).status_code == 403


def test_every_limit_is_lifted_when_limits_are_off(program: Client, settings: Any) -> None:
    settings.CONFIRM_EMAIL, settings.RATE_LIMITS = False, False
    for number in range(12):
        answer = register(program, username=f"nova{number}_", email=f"nova{number}@example.com")
        assert answer.status_code == 200, answer.content


def test_signups_are_limited_by_network(program: Client, settings: Any) -> None:
    settings.CONFIRM_EMAIL = False
    statuses = [register(program, username="no way").status_code for _time in range(11)]
    assert statuses == [422] * 10 + [429]


def test_own_account_shows_what_others_do_not_see(api: Api, person: Person) -> None:
    dora = person("dora", bio="<3", is_private=True)
    told = api(dora).get("/api/v1/accounts/verify_credentials").json()
    assert (told["note"], told["source"]["note"]) == ("<p>&lt;3</p>", "<3")
    assert told["source"]["privacy"] == "private"
    assert told["role"]["id"] == "-99"
    assert api(dora, "write").get("/api/v1/accounts/verify_credentials").status_code == 403


def test_token_of_a_program_is_nobodys_account(program: Client) -> None:
    answer = program.get("/api/v1/accounts/verify_credentials")
    assert (answer.status_code, answer.json()["error"]) == (422, "This method requires an authenticated user")


@pytest.mark.parametrize("method", ["patch", "put"])
def test_account_is_changed_where_something_was_sent(api: Api, alice: User, method: str) -> None:
    User.objects.filter(pk=alice.pk).update(bio="old", location="Rome")
    program = api(alice)
    body = {"display_name": "Ali", "locked": True, "source": {"language": "de", "privacy": "private"}}
    told = program.call(method, "/api/v1/accounts/update_credentials", body).json()
    assert (told["display_name"], told["locked"], told["source"]["note"]) == ("Ali", True, "old")
    alice.refresh_from_db()
    assert (alice.language, alice.location, alice.is_private) == ("de", "Rome", True)


def test_account_is_changed_by_a_form_with_fields_in_brackets(api: Api, alice: User) -> None:
    form = (
        "note=Hi&locked=0&fields_attributes[0][name]=Website&fields_attributes[0][value]=https://a.com"
        "&fields_attributes[1][name]=Place&fields_attributes[1][value]=Rome&fields_attributes[2][name]=Pronouns"
    )
    answer = api(alice).patch(
        "/api/v1/accounts/update_credentials", form, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200, answer.content
    assert [row["value"] for row in answer.json()["source"]["fields"]] == ["https://a.com", "Rome"]
    assert answer.json()["locked"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"display_name": "x" * 51},
        {"note": "x" * 161},
        {"note": ["a"]},
        {"locked": "perhaps"},
        {"locked": [True]},
        {"fields_attributes": "none"},
        {"fields_attributes": [1, 2]},
        {"fields_attributes": [{"name": "Website", "value": "javascript:alert(1)"}]},
        {"source": [1]},
        {"avatar": "a path"},
        {"avatar": {"a": 1}},
    ],
)
def test_account_stays_as_it_was_when_a_field_is_wrong(api: Api, alice: User, body: dict[str, Any]) -> None:
    answer = api(alice).call(
        "patch", "/api/v1/accounts/update_credentials", {"display_name": "Changed"} | body
    )
    assert answer.status_code == 422
    assert answer.json()["error"]
    alice.refresh_from_db()
    assert alice.display_name == "Alice Bergström"


def test_name_falls_back_to_the_username_when_it_is_emptied(api: Api, alice: User) -> None:
    answer = api(alice).call("patch", "/api/v1/accounts/update_credentials", {"display_name": "\u200b"})
    assert answer.json()["display_name"] == "Alice"


def test_picture_is_refused_when_it_is_none(api: Api, alice: User) -> None:
    file = SimpleUploadedFile("a.png", b"no picture", "image/png")
    answer = Client.post(api(alice), "/api/v1/profile", {"avatar": file})
    assert answer.status_code == 405
    body = _multipart({"avatar": file})
    answer = api(alice).patch("/api/v1/accounts/update_credentials", body, content_type=KIND)
    assert (answer.status_code, bool(answer.json()["error"])) == (422, True)


@pytest.mark.django_db(transaction=True)
def test_picture_is_worn_and_taken_off(api: Api, alice: User) -> None:
    picture = BytesIO()
    Image.new("RGB", (500, 500), "#3366aa").save(picture, "PNG")
    body = _multipart({"avatar": SimpleUploadedFile("a.png", picture.getvalue(), "image/png")})
    answer = api(alice).patch("/api/v1/accounts/update_credentials", body, content_type=KIND)
    assert answer.status_code == 200, answer.content
    assert not answer.json()["avatar"].endswith("missing.png")
    assert api(alice).delete("/api/v1/profile/avatar").json()["avatar"].endswith("/original/missing.png")


def test_preferences_follow_the_account(api: Api, person: Person) -> None:
    told = api(person("dora", is_private=True)).get("/api/v1/preferences").json()
    assert told["posting:default:visibility"] == "private"
    assert told["posting:default:language"] == "en"
    assert set(told) >= {"posting:default:sensitive", "reading:expand:media", "reading:expand:spoilers"}


KIND = MULTIPART_CONTENT


def _multipart(fields: dict[str, Any]) -> bytes:
    return encode_multipart(BOUNDARY, fields)
