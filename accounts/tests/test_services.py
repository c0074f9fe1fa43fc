"""Accounts: what may be written, what is refused, and who is told."""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import services
from accounts.models import FormerUsername, User, default_privacy_settings
from accounts.services import EmailTaken, NameRefused, PrivacyRefused, UsernameRefused, WebsiteRefused
from accounts.tests.cast import Person
from twitterclone.lib.errors import Forbidden, RateLimited

pytestmark = pytest.mark.django_db


def register(username: str, **fields: str) -> User:
    email = fields.pop("email", f"{username.lower()}@example.com")
    return services.register_user(username=username, email=email, password="correct horse", **fields)


def events_about(user: User) -> list[str]:
    query = "SELECT event FROM outbox WHERE consumer = 'sessions' AND payload->>'user_id' = %s"
    with connection.cursor() as cursor:
        return [row[0] for row in cursor.execute(query, [str(user.pk)]).fetchall()]


def test_newcomer_keeps_the_case_of_the_name(db: None) -> None:
    user = register("Zoe_9", email="Zoe@Example.COM", display_name="  Zoë\u202e  Q ", language="de")

    assert (user.username, user.username_cased, user.email) == ("zoe_9", "Zoe_9", "zoe@example.com")
    assert (user.display_name, user.language) == ("Zoë Q", "de")
    assert user.check_password("correct horse")
    assert user.privacy_settings == default_privacy_settings()


@pytest.mark.parametrize("name", ["", " \u200b\u2800 ", "\u202e"])
def test_newcomer_is_shown_by_username_when_the_name_is_blank(name: str) -> None:
    assert register("zoe", display_name=name).display_name == "zoe"


def test_unknown_language_becomes_the_sites(db: None) -> None:
    assert register("zoe", language="tlh").language == "en"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("admin", "reserved"),
        ("Adm1n", "reserved"),
        ("settings", "reserved"),
        ("alice", "has this username"),
        ("ALICE", "has this username"),
        ("a1ice", "almost the same"),
        ("aIice", "almost the same"),
        ("x" * 21, "1 to 20"),
        ("", "1 to 20"),
        ("zo ë", "1 to 20"),
        ("аdam", "1 to 20"),
    ],
)
def test_username_is_refused_with_the_reason(alice: User, name: str, words: str) -> None:
    with pytest.raises(UsernameRefused, match=words):
        register(name, email="new@example.com")


def test_address_of_somebody_else_is_refused(alice: User) -> None:
    with pytest.raises(EmailTaken):
        register("zoe", email="ALICE@example.com")


def test_former_username_stays_its_owners(alice: User, bob: User) -> None:
    services.change_username(user=alice, username="alicia")

    with pytest.raises(UsernameRefused):
        services.change_username(user=bob, username="alice")
    with pytest.raises(UsernameRefused):
        register("Alice")
    services.change_username(user=alice, username="Alice")
    assert set(FormerUsername.objects.values_list("username", "user_id")) == {("alicia", alice.pk)}


def test_change_of_case_leaves_no_former_name(alice: User) -> None:
    services.change_username(user=alice, username="aLICE")

    alice.refresh_from_db()
    assert alice.username_cased == "aLICE"
    assert not FormerUsername.objects.exists()


def test_own_look_alike_is_allowed(alice: User) -> None:
    services.change_username(user=alice, username="a1ice")

    alice.refresh_from_db()
    assert alice.username == "a1ice"


def test_changes_of_name_are_limited(alice: User, settings: object) -> None:
    settings.RATE_LIMITS = True
    for n in range(5):
        services.change_username(user=alice, username=f"name_{n}")

    with pytest.raises(RateLimited, match="username often"):
        services.change_username(user=alice, username="name_6")


@pytest.mark.django_db(transaction=True)
def test_one_of_two_gets_the_name_when_both_ask_at_once() -> None:
    results: list[str] = []
    start = threading.Barrier(2)

    def run(email: str) -> None:
        start.wait()
        try:
            register("zoe", email=email)
            results.append("made")
        except UsernameRefused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[f"{n}@example.com"]) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["made", "refused"]


def test_profile_is_cleaned_of_what_cannot_be_seen(alice: User) -> None:
    services.update_profile(
        user=alice,
        display_name="A\u202eB\u200b",
        bio="one\r\ntwo\u2066\x00",
        location=" x\ty ",
        website="https://example.com/",
    )

    alice.refresh_from_db()
    assert (alice.display_name, alice.bio, alice.location) == ("AB", "one\ntwo", "x y")
    assert alice.website == "https://example.com/"


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "\u2800", "\u3164"])
def test_profile_is_refused_when_the_name_cannot_be_seen(alice: User, name: str) -> None:
    with pytest.raises(NameRefused):
        services.update_profile(user=alice, display_name=name)


@pytest.mark.parametrize(
    "site", ["javascript:alert(1)", "JAVASCRIPT://x", "data:text/html,x", "ftp://x", "//x"]
)
def test_profile_is_refused_when_the_website_is_no_web_address(alice: User, site: str) -> None:
    with pytest.raises(WebsiteRefused):
        services.update_profile(user=alice, display_name="A", website=site)


def test_privacy_changes_only_what_was_given(alice: User) -> None:
    user = services.update_privacy(user=alice, is_private=True, who_may_message="nobody")

    assert user.is_private
    alice.refresh_from_db()
    assert alice.is_private
    expected = {**default_privacy_settings(), "is_private": True, "who_may_message": "nobody"}
    assert alice.privacy_settings == expected


@pytest.mark.parametrize(
    "changes",
    [{"is_private": "yes"}, {"who_may_message": "friends"}, {"is_admin": True}, {"is_private": None}],
)
def test_privacy_is_refused_when_key_or_value_does_not_exist(alice: User, changes: dict) -> None:
    with pytest.raises(PrivacyRefused):
        services.update_privacy(user=alice, **changes)


def test_presence_is_noted_once_an_hour(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(last_active_at=timezone.now() - timedelta(hours=2))

    assert services.mark_active(user_id=alice.pk)
    assert not services.mark_active(user_id=alice.pk)


def test_deactivated_account_is_hidden_until_it_comes_back(alice: User) -> None:
    assert not services.deactivate_user(user=alice).is_reachable
    assert not User.objects.reachable().filter(pk=alice.pk).exists()

    assert services.reactivate_user(user=alice).is_reachable


def test_only_staff_suspends_and_not_themselves(alice: User, bob: User, person: Person) -> None:
    admin = person("dora", is_staff=True)

    for actor, user in [(bob, alice), (admin, admin)]:
        with pytest.raises(Forbidden):
            services.suspend_user(actor=actor, user=user)
    assert not services.suspend_user(actor=admin, user=alice).is_reachable
    assert services.suspend_user(actor=admin, user=alice, suspended=False).is_reachable


def test_everybody_is_told_when_something_kept_elsewhere_changes(alice: User) -> None:
    services.update_privacy(user=alice, is_private=True)

    assert events_about(alice) == ["user.changed"]


def test_nobody_is_told_when_the_change_is_rolled_back(alice: User) -> None:
    with transaction.atomic():
        services.update_privacy(user=alice, is_private=True)
        transaction.set_rollback(True)

    assert events_about(alice) == []


def test_nobody_is_told_when_only_the_last_login_is_written(alice: User) -> None:
    alice.last_login = timezone.now()
    alice.save(update_fields=["last_login"])

    assert events_about(alice) == []


@pytest.mark.parametrize(("name", "words"), [("admin", "reserved"), ("a b", "letters without accents")])
def test_administrator_is_refused_a_name_without_a_profile(db: None, name: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("createsuperuser", "--no-input", username=name, email="a@example.com")

    call_command("createsuperuser", "--no-input", username="Keeper", email="a@example.com")

    assert User.objects.get(username="keeper").is_superuser
