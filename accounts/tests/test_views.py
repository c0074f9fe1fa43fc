"""The settings pages: without JavaScript, with errors in place, and each for oneself alone."""

import json
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import FormerUsername, User
from accounts.sessions import live_sessions, viewer_of
from accounts.tests.cast import Person

pytestmark = pytest.mark.django_db

PAGES = ["", "profile/", "account/", "privacy/", "appearance/", "deactivate/", "sessions/"]
PROFILE = {"display_name": "Alice B", "bio": "", "location": "", "website": ""}
PRIVACY = {"who_may_mention": "following", "who_may_message": "nobody", "is_private": "on"}


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def at_commit(django_capture_on_commit_callbacks: object) -> object:
    """Sessions are told at the commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def messages_of(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def errors_of(answer: object) -> str:
    return str(answer.context["form"].errors)


@pytest.mark.parametrize("page", PAGES)
def test_settings_ask_a_visitor_to_log_in_and_come_back(client: Client, page: str) -> None:
    answer = client.get(f"/settings/{page}")

    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next=/settings/{page}")


@pytest.mark.parametrize("page", PAGES)
def test_settings_page_is_shown_with_its_title(as_alice: Client, page: str) -> None:
    answer = as_alice.get(f"/settings/{page}")

    assert answer.status_code == 200
    assert f"<title>{answer.context['page_title']}" in answer.content.decode().replace("(1) ", "")
    assert "<h1" in answer.content.decode()


def test_profile_is_saved_and_seen_at_once(as_alice: Client, alice: User, at_commit: object) -> None:
    form = {"display_name": "Ali 🦊", "bio": "one\r\ntwo", "location": "Oslo", "website": "example.com/a"}

    with at_commit():
        answer = as_alice.post("/settings/profile/", form)

    assert (answer.status_code, answer.url) == (302, "/settings/profile/")
    assert messages_of(answer) == ["Saved."]
    alice.refresh_from_db()
    assert (alice.display_name, alice.bio, alice.location) == ("Ali 🦊", "one\ntwo", "Oslo")
    assert alice.website == "https://example.com/a"
    assert viewer_of(as_alice.session.session_key).display_name == "Ali 🦊"


def test_bio_of_160_with_line_ends_fits_as_the_browser_counted_it(as_alice: Client, alice: User) -> None:
    bio = "\n".join(["a"] * 80) + "b"

    answer = as_alice.post("/settings/profile/", {**PROFILE, "bio": bio.replace("\n", "\r\n")})

    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.bio == bio


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("display_name", "", "required"),
        ("display_name", "\u202e\u200b", "required"),
        ("display_name", "x" * 51, "at most 50"),
        ("bio", "x" * 161, "at most 160"),
        ("location", "x" * 31, "at most 30"),
        ("website", "javascript:alert(1)", "web address"),
        ("website", "JavaScript://example.com/%0aalert(1)", "web address"),
        ("website", "data:text/html,x", "web address"),
        ("website", "not a site", "web address"),
        ("website", "https://" + "x" * 200 + ".com", "at most 200"),
        ("bio", "a\x00b", "Null characters"),
    ],
)
def test_profile_says_in_place_what_is_wrong_and_keeps_the_text(
    as_alice: Client, alice: User, field: str, value: str, words: str
) -> None:
    kept = {"location": "Oslo"} if field != "location" else {"bio": "Oslo"}

    answer = as_alice.post("/settings/profile/", {**PROFILE, **kept, field: value})

    assert answer.status_code == 200
    assert words in errors_of(answer)
    assert "Oslo" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.display_name == "Alice Bergström"


def test_script_in_a_name_is_shown_and_not_run(as_alice: Client) -> None:
    as_alice.post("/settings/profile/", {**PROFILE, "display_name": "<script>alert(1)</script>"})

    assert "<script>alert" not in as_alice.get("/settings/").content.decode()


def test_account_changes_name_and_language(as_alice: Client, alice: User, at_commit: object) -> None:
    with at_commit():
        answer = as_alice.post("/settings/account/", {"username": "Alicia", "language": "de"})

    assert answer.status_code == 302
    alice.refresh_from_db()
    assert (alice.username, alice.username_cased, alice.language) == ("alicia", "Alicia", "de")
    assert viewer_of(as_alice.session.session_key).handle == "Alicia"
    assert 'lang="de"' in as_alice.get("/settings/").content.decode()


@pytest.mark.parametrize("name", ["admin", "bob", "b0b", "x y", "x" * 21, ""])
def test_account_keeps_everything_when_the_name_is_refused(
    as_alice: Client, alice: User, bob: User, name: str
) -> None:
    answer = as_alice.post("/settings/account/", {"username": name, "language": "de"})

    assert answer.status_code == 200
    assert "username" in answer.context["form"].errors
    alice.refresh_from_db()
    assert (alice.username, alice.language) == ("alice", "en")
    assert not FormerUsername.objects.exists()


def test_unknown_language_is_refused(as_alice: Client) -> None:
    assert "language" in as_alice.post(
        "/settings/account/", {"username": "Alice", "language": "tlh"}
    ).context["form"].errors  # fmt: skip


def test_privacy_shows_and_saves_every_setting(as_alice: Client, alice: User) -> None:
    assert set(as_alice.get("/settings/privacy/").context["form"].fields) == set(alice.privacy_settings)

    answer = as_alice.post("/settings/privacy/", PRIVACY)

    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.is_private
    assert alice.privacy_settings == {
        "is_private": True,
        "who_may_message": "nobody",
        "who_may_mention": "following",
        "discoverable": False,
        "indexable": False,
        "read_receipts": False,
        "hide_follower_lists": False,
    }


def test_privacy_is_saved_at_once_and_told_in_a_toast_for_htmx(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(
        "/settings/privacy/", {**PRIVACY, "is_private": "on"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["message"] == "Saved."
    alice.refresh_from_db()
    assert alice.privacy_settings["is_private"] is True


@pytest.mark.parametrize(
    ("asked", "there"), [("/alice/", "/alice/"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_profile_saved_leads_back_to_where_it_was_asked_for(as_alice: Client, asked: str, there: str) -> None:
    answer = as_alice.post(f"/settings/profile/?{urlencode({'next': asked})}", PROFILE)
    assert (answer.status_code, answer.url) == (302, there)


def test_privacy_is_refused_when_a_choice_does_not_exist(as_alice: Client, alice: User) -> None:
    answer = as_alice.post("/settings/privacy/", {**PRIVACY, "who_may_message": "friends"})

    assert "who_may_message" in answer.context["form"].errors
    alice.refresh_from_db()
    assert not alice.is_private


@pytest.mark.parametrize(("theme", "cookie"), [("dark", "dark"), ("light", "light"), ("auto", "")])
def test_appearance_is_kept_in_the_browser(as_alice: Client, theme: str, cookie: str) -> None:
    answer = as_alice.post("/settings/appearance/", {"theme": theme})

    assert answer.cookies["theme"].value == cookie
    page = as_alice.get("/settings/appearance/")
    assert page.context["theme"] == theme
    assert ('data-theme="dark"' in page.content.decode()) == (theme == "dark")


def test_single_keys_are_switched_off_in_the_browser_and_on_again(as_alice: Client) -> None:
    assert as_alice.get("/settings/appearance/").context["form"]["single_keys"].value() is True
    as_alice.post("/settings/appearance/", {"theme": "auto"})
    assert as_alice.cookies["keys"].value == "off"
    assert as_alice.get("/settings/appearance/").context["form"]["single_keys"].value() is False
    as_alice.post("/settings/appearance/", {"theme": "auto", "single_keys": "on"})
    assert as_alice.cookies["keys"].value == ""


@pytest.mark.parametrize("theme", ["", "pink", '"><script>'])
def test_appearance_of_nonsense_is_refused_and_never_shown(as_alice: Client, theme: str) -> None:
    assert "theme" in as_alice.post("/settings/appearance/", {"theme": theme}).context["form"].errors
    as_alice.cookies["theme"] = theme

    assert as_alice.get("/settings/").context["theme"] == "auto"


def test_sessions_are_listed_with_this_one_marked(as_alice: Client) -> None:
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari"}, REMOTE_ADDR="192.0.2.7")
    phone.post("/accounts/login/", {"login": "alice", "password": "correct horse"})

    here, there = as_alice.get("/settings/sessions/").context["sessions"]

    assert (here["is_current"], here["name"], here["is_phone"]) == (True, "Unknown device", False)
    assert (there["is_current"], there["name"], there["is_phone"]) == (False, "Safari on iPhone", True)
    assert there["ip"] == "192.0.2.7"


def test_ended_session_is_out_at_once(as_alice: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    line = next(s for s in as_alice.get("/settings/sessions/").context["sessions"] if not s["is_current"])

    answer = as_alice.post(line["url"], {"_method": "DELETE"})

    assert answer.url == "/settings/sessions/"
    assert other.get("/settings/").status_code == 302
    assert as_alice.get("/settings/").status_code == 200


def test_all_other_sessions_are_ended_together(as_alice: Client, alice: User) -> None:
    others = [Client(), Client()]
    for other in others:
        other.force_login(alice)

    as_alice.post(reverse("settings-sessions-others"), {"_method": "DELETE"})

    assert [other.get("/settings/").status_code for other in others] == [302, 302]
    assert as_alice.get("/settings/").status_code == 200


def test_session_of_somebody_else_is_not_there(as_alice: Client, bob: User) -> None:
    stranger = Client()
    stranger.force_login(bob)
    theirs = live_sessions(bob.pk)[0].record_id

    for record in (theirs, 404, 10**30):
        url = f"/settings/sessions/{record}/"
        assert as_alice.post(url, {"_method": "DELETE"}).status_code == 404
    assert stranger.get("/settings/").status_code == 200


def test_session_cannot_be_ended_by_following_a_link(as_alice: Client, alice: User) -> None:
    record = live_sessions(alice.pk)[0].record_id

    assert as_alice.get(f"/settings/sessions/{record}/").status_code == 405


def test_deactivation_asks_for_the_password(as_alice: Client, alice: User) -> None:
    wrong = as_alice.post("/settings/deactivate/", {"password": "wrong"})
    assert "not your password" in errors_of(wrong)

    answer = as_alice.post("/settings/deactivate/", {"password": "correct horse"})

    assert answer.url == "/"
    alice.refresh_from_db()
    assert not alice.is_reachable
    assert as_alice.get("/settings/").status_code == 302


def test_form_that_is_too_old_gets_its_page_and_changes_nothing(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)

    answer = strict.post("/settings/profile/", PROFILE)

    assert answer.status_code == 403
    alice.refresh_from_db()
    assert alice.display_name == "Alice Bergström"


def test_admin_opens_for_staff_and_for_nobody_else(client: Client, alice: User, person: Person) -> None:
    client.force_login(alice)
    assert client.get("/admin/").status_code == 302

    client.force_login(person("dora", is_staff=True, is_superuser=True))

    assert client.get("/admin/").status_code == 200


def test_language_is_not_asked_when_there_is_one(as_alice, settings):
    settings.LANGUAGES = [("en", "English")]
    assert 'name="language"' not in as_alice.get("/settings/account/").content.decode()
    answer = as_alice.post("/settings/account/", {"username": "Alice2"}, follow=True)
    assert answer.status_code == 200
    assert User.objects.get(username="alice2").language == "en"


@pytest.mark.parametrize(
    ("guessed", "found"), [("/login/", "/accounts/login/"), ("/signup/", "/accounts/signup/")]
)
def test_guessed_addresses_lead_on_with_what_was_asked(client: Client, guessed: str, found: str) -> None:
    assert client.get(f"{guessed}?next=/bob/").headers["Location"] == f"{found}?next=/bob/"


def test_too_long_username_is_refused_with_the_text_kept(as_alice: Client, alice: User) -> None:
    answer = as_alice.post("/settings/account/", {"username": "a" * 25})

    assert "at most 20 characters (it has 25)" in errors_of(answer)
    assert f'value="{"a" * 25}"' in answer.text
    alice.refresh_from_db()
    assert alice.username == "alice"
