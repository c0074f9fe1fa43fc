"""Sessions know their user, stay true, and end at once."""

import time
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import services, sessions
from accounts.models import SessionRecord, User
from accounts.sessions import SessionStore, SessionUser, facts_of, refresh_sessions, viewer_of
from accounts.tests.cast import Person
from social.models import Follow
from twitterclone.lib import outbox
from twitterclone.lib import sessions as store
from twitterclone.lib.sessions import digest_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_commit(django_capture_on_commit_callbacks: object) -> object:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def logged_in(user: User) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    client.force_login(user)
    return client


def key_of(client: Client) -> str:
    return client.session.session_key


def facts_in(client: Client) -> dict[str, str]:
    return store.read(digest_of(key_of(client)))


def is_in(client: Client) -> bool:
    return viewer_of(client.cookies["sessionid"].value) is not None


def test_hash_holds_what_a_request_needs(alice: User) -> None:
    facts = facts_in(logged_in(alice))

    assert facts["user_id"] == str(alice.pk)
    assert (facts["username"], facts["username_cased"]) == ("alice", "Alice")
    assert facts["display_name"] == "Alice Bergström"
    assert (facts["is_staff"], facts["is_private"], facts["language"]) == ("", "", "en")
    assert alice.password not in str(facts)


def test_viewer_is_known_from_the_key_alone(alice: User, django_assert_num_queries: object) -> None:
    client = logged_in(alice)

    with django_assert_num_queries(0):
        viewer = viewer_of(client.cookies["sessionid"].value)

    assert viewer.is_authenticated
    assert (viewer.id, viewer.handle, viewer.initials, viewer.url) == (alice.pk, "Alice", "AB", "/alice/")


@pytest.mark.parametrize("key", [None, "", "x", "unknown-but-long-enough", "\x00" * 40])
def test_nobody_is_the_viewer_when_the_key_is_nonsense(key: str | None) -> None:
    assert viewer_of(key) is None


def test_request_user_answers_from_the_session(
    alice: User, bob: User, django_assert_num_queries: object
) -> None:
    user = SessionUser(facts_of(alice))

    with django_assert_num_queries(0):
        assert isinstance(user, User)
        assert user == alice
        assert hash(user) == hash(alice)
        assert user.is_authenticated
        assert user
        assert (user.pk, user.username_cased, user.is_staff) == (alice.pk, "Alice", False)
    with django_assert_num_queries(1):
        assert Follow.objects.filter(follower=bob, following=user).count() == 1
    with django_assert_num_queries(1):
        Follow.objects.create(follower=user, following=bob)
    with django_assert_num_queries(1):
        assert (user.email, user.bio) == ("alice@example.com", "")


def test_request_user_is_nobody_when_the_row_is_gone(alice: User) -> None:
    user = SessionUser(facts_of(alice))
    User.objects.filter(pk=alice.pk).delete()

    assert user.get_username() == AnonymousUser().username


def test_every_session_shows_the_new_name_after_a_change(alice: User, at_commit: object) -> None:
    clients = [logged_in(alice), logged_in(alice)]

    with at_commit():
        services.change_username(user=alice, username="Alicia")
        services.update_profile(user=alice, display_name="Alicia B")

    for client in clients:
        viewer = viewer_of(key_of(client))
        assert (viewer.username, viewer.handle, viewer.display_name) == ("alicia", "Alicia", "Alicia B")


def test_change_reaches_sessions_through_the_outbox_when_redis_was_away(alice: User) -> None:
    client = logged_in(alice)
    services.change_username(user=alice, username="Alicia")
    assert viewer_of(key_of(client)).username == "alice"

    outbox.drain()

    assert viewer_of(key_of(client)).username == "alicia"


def test_staff_flag_is_gone_at_once_when_it_is_taken_away(person: Person, at_commit: object) -> None:
    admin = person("dora", is_staff=True)
    client = logged_in(admin)
    assert viewer_of(key_of(client)).is_staff

    with at_commit():
        admin.is_staff = False
        admin.save()

    assert not viewer_of(key_of(client)).is_staff


@pytest.mark.parametrize("close", ["suspend", "deactivate", "disable", "delete"])
def test_sessions_end_at_once_when_the_account_is_closed(
    alice: User, person: Person, at_commit: object, close: str
) -> None:
    admin, client = person("dora", is_staff=True), logged_in(alice)

    with at_commit():
        if close == "suspend":
            services.suspend_user(actor=admin, user=alice)
        elif close == "deactivate":
            services.deactivate_user(user=alice)
        elif close == "disable":
            alice.is_active = False
            alice.save()
        else:
            alice.delete()

    assert not is_in(client)
    assert client.get("/settings/").status_code == 302


def test_other_sessions_end_and_this_one_stays_when_the_password_changes(
    alice: User, at_commit: object
) -> None:
    here, there = logged_in(alice), logged_in(alice)
    old_key = key_of(here)

    with at_commit():
        answer = here.post(
            "/accounts/password/change/",
            {
                "oldpassword": "correct horse",
                "password1": "battery staple 9",
                "password2": "battery staple 9",
            },
        )

    assert answer.status_code == 302, answer.content.decode()
    assert not is_in(there)
    assert is_in(here)
    assert key_of(here) != old_key
    assert viewer_of(old_key) is None
    assert here.get("/settings/").status_code == 200
    record = SessionRecord.objects.get(digest=digest_of(key_of(here)))
    assert record.ended_at is None


def test_every_session_ends_when_an_admin_sets_the_password(alice: User, at_commit: object) -> None:
    client = logged_in(alice)

    with at_commit():
        alice.set_password("another one")
        alice.save()

    assert not is_in(client)


def test_session_is_refused_when_its_password_check_is_another(alice: User) -> None:
    client = logged_in(alice)
    store.rewrite(digest_of(key_of(client)), {"password_check": "other"})

    assert viewer_of(key_of(client)) is None
    assert client.get("/settings/").status_code == 302


def test_session_reads_its_user_again_after_an_hour(alice: User) -> None:
    client = logged_in(alice)
    User.objects.filter(pk=alice.pk).update(display_name="Changed behind the back")
    store.rewrite(digest_of(key_of(client)), {"checked": str(int(time.time()) - 3601)})

    answer = client.get("/settings/")

    assert "Changed behind the back" in answer.content.decode()
    assert "sessionid" in answer.cookies
    assert int(facts_in(client)["checked"]) >= int(time.time()) - 5


def test_session_ends_within_the_hour_when_nobody_told_it(alice: User) -> None:
    client = logged_in(alice)
    User.objects.filter(pk=alice.pk).update(suspended_at="2026-01-01T00:00Z")
    store.rewrite(digest_of(key_of(client)), {"checked": "1"})

    assert client.get("/settings/").status_code == 302
    assert store.sessions_of(alice.pk) == {}


def test_session_survives_when_the_secret_key_is_retired(alice: User, settings: object) -> None:
    client = logged_in(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one that is long enough to be a secret key"

    refresh_sessions(alice.pk)

    assert is_in(client)


def test_log_in_is_written_down_with_device_and_address(alice: User) -> None:
    client = Client(headers={"user-agent": "Mozilla/5.0 Firefox " + "x" * 400}, REMOTE_ADDR="2001:db8::1")
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})

    record = SessionRecord.objects.get()
    assert (record.user, record.ip_address, len(record.user_agent)) == (alice, "2001:db8::1", 300)
    assert record.digest == digest_of(key_of(client))
    client.post("/accounts/logout/")
    record.refresh_from_db()
    assert record.ended_at is not None


def test_key_changes_at_log_in_so_that_a_planted_one_is_worthless(alice: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})

    assert key_of(client) != planted
    assert viewer_of(planted) is None


def test_only_own_sessions_are_listed_and_ended(alice: User, bob: User) -> None:
    first, _second, stranger = logged_in(alice), logged_in(alice), logged_in(bob)
    theirs = sessions.live_sessions(bob.pk)[0]

    assert len(sessions.live_sessions(alice.pk)) == 2
    assert not sessions.end_session(alice.pk, theirs.record_id)
    assert is_in(stranger)
    assert sessions.end_sessions(alice.pk, besides=key_of(first)) == 1
    assert [line.digest for line in sessions.live_sessions(alice.pk)] == [digest_of(key_of(first))]


def test_sessions_of_nobody_are_none(db: None) -> None:
    refresh_sessions(404)

    assert sessions.live_sessions(404) == []


def test_session_without_facts_gets_them_at_the_next_request(alice: User) -> None:
    client = logged_in(alice)
    session = SessionStore(key_of(client))
    bare = SessionStore()
    bare.update(dict(session.items()))
    bare.create()
    client.cookies["sessionid"] = bare.session_key

    assert client.get("/settings/").status_code == 200
    assert is_in(client)


def test_clearing_expired_sessions_is_left_to_redis(db: None) -> None:
    call_command("clearsessions")


def test_log_in_outside_a_request_writes_no_session(alice: User) -> None:
    request = HttpRequest()

    from accounts.receivers import on_user_logged_in, on_user_logged_out  # noqa: PLC0415 -- signals are registered

    on_user_logged_in(request=request, user=alice)
    on_user_logged_out(request=request, user=alice)

    assert not SessionRecord.objects.exists()


def test_session_in_use_is_seen_every_few_minutes_without_a_query(alice: User) -> None:
    client = logged_in(alice)
    client.get("/settings/")
    noon = int(time.time()) - 3600
    store.rewrite(digest_of(key_of(client)), {"seen": str(noon)})
    SessionRecord.objects.update(last_seen_at=datetime.fromtimestamp(noon, UTC))

    with CaptureQueriesContext(connection) as queries:
        client.get("/settings/")

    seen = facts_in(client)["seen"]
    assert int(seen) > noon
    assert not [query["sql"] for query in queries if "session" in query["sql"]]
    assert sessions.live_sessions(alice.pk)[0].seen_at == datetime.fromtimestamp(int(seen), UTC)
    client.get("/settings/")
    assert facts_in(client)["seen"] == seen


def test_session_in_use_stands_first_and_says_so(alice: User) -> None:
    client, other = logged_in(alice), logged_in(alice)
    store.rewrite(digest_of(key_of(other)), {"seen": str(int(time.time()) + 60)})

    lines = client.get("/settings/sessions/").context["sessions"]

    assert [line["is_current"] for line in lines] == [True, False]
    assert client.get("/settings/sessions/").text.count("active now") == 1
