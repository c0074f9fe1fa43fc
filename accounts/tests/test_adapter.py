"""Sign-up, log-in, confirmation and reset as a person meets them."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts import adapter
from accounts.models import User
from accounts.services import register_user
from accounts.sessions import live_sessions
from accounts.tests.cast import Person
from twitterclone.lib import limits, outbox
from twitterclone.lib.limits import Window

pytestmark = pytest.mark.django_db

ZOE = {
    "display_name": "Zoë Q",
    "username": "Zoe_9",
    "email": "Zoe@Example.com",
    "password1": "battery staple 9",
}


def sign_up(client: Client, **fields: str) -> object:
    return client.post("/accounts/signup/", {**ZOE, **fields})


def log_in(client: Client, login: str, password: str = "correct horse", **query: str) -> object:
    return client.post("/accounts/login/", {"login": login, "password": password}, query_params=query)


def last_link() -> str:
    outbox.drain()
    return re.search(r"https?://testserver(\S+)", mail.outbox[-1].body)[1]


def errors_of(answer: object) -> str:
    return str(answer.context["form"].errors)


def test_newcomer_confirms_the_address_and_is_in(client: Client) -> None:
    answer = sign_up(client)

    assert (answer.status_code, answer.url) == (302, "/accounts/confirm-email/")
    user = User.objects.get(username="zoe_9")
    assert (user.username_cased, user.display_name, user.email) == ("Zoe_9", "Zoë Q", "zoe@example.com")
    assert client.get("/settings/").status_code == 302
    link = last_link()
    assert client.get(link).status_code == 200
    client.post(link)
    assert client.get("/settings/").status_code == 200


def test_unconfirmed_address_gets_no_further_than_the_reminder(client: Client) -> None:
    sign_up(client)

    answer = log_in(Client(), "zoe_9", ZOE["password1"])

    assert answer.url == "/accounts/confirm-email/"
    assert live_sessions(User.objects.get(username="zoe_9").pk) == []


def test_reminder_says_how_to_get_another_link_and_keeps_the_promise(
    client: Client, settings: object
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    sign_up(client)
    last_link()
    assert "Log in" in client.get("/accounts/confirm-email/").content.decode()

    log_in(Client(), "zoe_9", ZOE["password1"])

    link = last_link()
    assert len(mail.outbox) == 2
    client.post(link)
    assert EmailAddress.objects.get(email="zoe@example.com").verified


def test_newcomer_is_in_at_once_when_confirmation_is_off(client: Client, settings: object) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"

    answer = sign_up(client)

    assert answer.url == "/"
    assert client.get("/settings/").status_code == 200


def test_account_of_a_command_needs_no_confirmation(client: Client, alice: User) -> None:
    assert not EmailAddress.objects.exists()

    assert log_in(client, "alice").url == "/"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "", "required"),
        ("username", "admin", "reserved"),
        ("username", "a1ice", "almost the same"),
        ("username", "Alice", "has this username"),
        ("username", "x" * 21, "at most 20"),
        ("username", "zo\u202ee", "letters without accents"),
        ("username", "zoë", "letters without accents"),
        ("username", "<script>", "letters without accents"),
        ("username", "zoe\x00", "Null characters"),
        ("display_name", "", "required"),
        ("display_name", "\u202e \u200b", "required"),
        ("display_name", "\u3164", "required"),
        ("display_name", "x" * 51, "at most 50"),
        ("email", "no address", "valid email"),
        ("email", "", "required"),
        ("password1", "short", "too short"),
        ("password1", "password", "too common"),
        ("password1", "zoe@example.com", "too much like your name"),
    ],
)
def test_sign_up_says_in_place_what_is_wrong_and_keeps_the_text(
    client: Client, alice: User, field: str, value: str, words: str
) -> None:
    answer = sign_up(client, **{field: value})

    assert answer.status_code == 200
    assert words in errors_of(answer)
    kept = "Zoe_9" if field != "username" else "Zoë Q"
    assert kept in answer.content.decode()
    assert not User.objects.filter(email="zoe@example.com").exists()


def test_address_in_use_is_not_betrayed_when_confirmation_is_on(client: Client, alice: User) -> None:
    answer = sign_up(client, email="alice@example.com")

    assert answer.url == "/accounts/confirm-email/"
    outbox.drain()
    assert mail.outbox[0].to == ["alice@example.com"]
    assert "already" in mail.outbox[0].body
    assert User.objects.count() == 1


def test_address_in_use_is_refused_in_place_when_confirmation_is_off(
    client: Client, alice: User, settings: object
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "none"

    assert "already registered" in errors_of(sign_up(client, email="alice@example.com"))


def test_name_taken_in_the_last_moment_is_refused_in_place(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accounts import adapter  # noqa: PLC0415 -- patched below

    def quicker(username: str) -> None:
        if not User.objects.filter(username="zoe_9").exists():
            register_user(username="Zoe_9", email="quicker@example.com", password=None)

    monkeypatch.setattr(adapter, "check_username", quicker)

    answer = sign_up(client)

    assert answer.status_code == 200
    assert "Somebody has this username" in errors_of(answer)
    assert "zoe@example.com" in answer.content.decode().lower()


def test_sign_ups_of_one_network_are_limited_in_place(
    client: Client, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setitem(limits.LIMITS, "signup", (Window(1, 3600),))
    sign_up(client)

    answer = sign_up(Client(), username="other", email="other@example.com")

    assert "Many accounts were made from your network" in errors_of(answer)
    assert not User.objects.filter(username="other").exists()


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.com"])
def test_log_in_leads_back_to_where_one_came_from(client: Client, alice: User, login: str) -> None:
    answer = log_in(client, login, next="/settings/privacy/")

    assert (answer.status_code, answer.url) == (302, "/settings/privacy/")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil"]
)
def test_log_in_never_leads_to_another_site(client: Client, alice: User, target: str) -> None:
    assert log_in(client, "alice", next=target).url == "/"


@pytest.mark.parametrize(
    "login", ["nobody", "nobody@example.com", "alice", "'; DROP TABLE users; --", "🦊" * 99]
)
def test_log_in_says_one_and_the_same_when_anything_is_wrong(client: Client, alice: User, login: str) -> None:
    answer = log_in(client, login, "wrong")

    assert answer.status_code == 200
    assert "do not belong together" in errors_of(answer)


def test_attempts_for_one_account_are_limited_from_any_network(
    alice: User, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setitem(limits.LIMITS, "login-account", (Window(2, 3600),))
    for n in range(2):
        log_in(Client(REMOTE_ADDR=f"192.0.2.{n}"), "alice", "wrong")

    answer = log_in(Client(REMOTE_ADDR="192.0.2.99"), "Alice")

    assert "Too many attempts for this account" in errors_of(answer)


def test_suspended_account_gets_a_clear_page(client: Client, person: Person) -> None:
    person("dora", suspended_at="2026-01-01T00:00Z")

    answer = client.post("/accounts/login/", {"login": "dora", "password": "correct horse"}, follow=True)

    assert answer.redirect_chain == [("/accounts/inactive/", 302)]
    assert "This account is suspended" in answer.content.decode()
    assert client.post("/accounts/inactive/").status_code == 200
    assert not User.objects.get(username="dora").is_reachable


def test_deactivated_account_can_be_brought_back(client: Client, person: Person) -> None:
    user = person("dora", deactivated_at="2026-01-01T00:00Z")

    page = client.post("/accounts/login/", {"login": "dora", "password": "correct horse"}, follow=True)
    assert "You deactivated this account" in page.content.decode()
    answer = client.post("/accounts/inactive/")

    assert answer.url == "/"
    user.refresh_from_db()
    assert user.is_reachable
    assert client.get("/settings/").status_code == 200


def test_session_has_another_key_when_it_brought_the_account_back(client: Client, person: Person) -> None:
    person("dora", deactivated_at="2026-01-01T00:00Z")
    client.post("/accounts/login/", {"login": "dora", "password": "correct horse"})
    before = client.cookies["sessionid"].value

    client.post("/accounts/inactive/")

    assert client.cookies["sessionid"].value != before
    assert Client(headers={"cookie": f"sessionid={before}"}).get("/settings/").status_code == 302


def test_closed_page_opens_nothing_for_a_visitor(client: Client, person: Person) -> None:
    person("dora", deactivated_at="2026-01-01T00:00Z")

    assert client.post("/accounts/inactive/").url == "/accounts/login/"
    assert not User.objects.get(username="dora").is_reachable


@pytest.mark.parametrize("late", ["quarter of an hour", "another password"])
def test_closed_page_opens_nothing_when_the_proof_is_old(
    client: Client, person: Person, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    user = person("dora", deactivated_at="2026-01-01T00:00Z")
    client.post("/accounts/login/", {"login": "dora", "password": "correct horse"})
    if late == "another password":
        user.set_password("battery staple 9")
        user.save()
    else:
        monkeypatch.setattr(adapter, "INACTIVE_SECONDS", -1)

    assert client.post("/accounts/inactive/").url == "/accounts/login/"
    user.refresh_from_db()
    assert not user.is_reachable


def test_password_is_reset_by_mail_and_old_sessions_end(
    client: Client, alice: User, django_capture_on_commit_callbacks: object
) -> None:
    old = Client()
    old.force_login(alice)
    client.post("/accounts/password/reset/", {"email": "ALICE@example.com"})
    page = client.get(last_link(), follow=True)
    target = page.redirect_chain[-1][0]

    with django_capture_on_commit_callbacks(execute=True):
        client.post(target, {"password1": "battery staple 9", "password2": "battery staple 9"})

    assert old.get("/settings/").status_code == 302
    assert log_in(Client(), "alice", "battery staple 9").status_code == 302


def test_reset_for_an_unknown_address_looks_the_same(client: Client, alice: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_reset_link_that_is_nonsense_is_a_page(client: Client) -> None:
    assert client.get("/accounts/password/reset/key/zz-nonsense/").status_code == 200
    assert client.get("/accounts/confirm-email/nonsense/").status_code == 200


def test_address_of_another_account_cannot_be_added(client: Client, alice: User, bob: User) -> None:
    client.force_login(bob)
    add = {"email": "alice@example.com", "action_add": ""}

    assert "reauthenticate" in client.post("/accounts/email/", add).url
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    answer = client.post("/accounts/email/", add)

    assert "Another account uses this address" in errors_of(answer)


def test_addresses_cannot_be_tried_without_end(client: Client, bob: User, settings: object) -> None:
    settings.RATE_LIMITS = True
    client.force_login(bob)
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    limit = limits.LIMITS["mail"][0].limit
    for _ in range(limit):
        limits.check("mail", bob.pk)

    answer = client.post("/accounts/email/", {"email": "x@example.com", "action_add": ""})

    assert answer.status_code == 429


def test_address_has_its_own_buttons(client: Client, alice: User) -> None:
    for email, primary, verified in (("alice@example.com", True, True), ("new@example.com", False, False)):
        EmailAddress.objects.create(user=alice, email=email, primary=primary, verified=verified)
    client.force_login(alice)

    page = client.get("/accounts/email/").text

    assert page.count('name="action_send"') == page.count('name="action_remove"') == 1
    assert "action_primary" not in page
    assert 'type="radio"' not in page


def test_form_that_is_too_old_gets_its_page(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/accounts/login/", {"login": "alice", "password": "correct horse"})

    assert answer.status_code == 403
    assert "<h1>" in answer.content.decode()
