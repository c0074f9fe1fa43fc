"""The hash of a session: what is written, what is left alone, and for how long it lives."""

import pytest
from django.contrib.sessions.backends.base import UpdateError

from twitterclone.lib.redis import client, key
from twitterclone.lib.sessions import ANONYMOUS_AGE, HashStore, digest_of, end, read, rewrite, sessions_of


def new_session(user_id: int | None = None, **entries: object) -> HashStore:
    session = HashStore()
    session.update(entries)
    if user_id:
        session.facts = {"user_id": str(user_id), "username": "alice"}
    session.create()
    return session


def test_session_comes_back_as_it_was_saved() -> None:
    session = new_session(7, basket=["a", {"b": 1}], text="Ä", nothing=None)

    again = HashStore(session.session_key)

    assert dict(again.items()) == {"basket": ["a", {"b": 1}], "text": "Ä", "nothing": None}
    assert again.facts["username"] == "alice"


def test_key_itself_is_nowhere_in_redis() -> None:
    session = new_session(7)

    names = [name.decode() for name in client("sessions").scan_iter(key("*"))]

    assert names
    assert not [name for name in names if session.session_key in name]
    assert session.session_key not in str(read(digest_of(session.session_key)))


def test_changes_of_different_entries_are_both_kept_when_two_requests_save() -> None:
    session = new_session(7, first=1, second=1, third=1)
    one, two = HashStore(session.session_key), HashStore(session.session_key)
    one["first"], two["second"] = 2, 2
    del two["third"]

    one.save()
    two.save()

    assert dict(HashStore(session.session_key).items()) == {"first": 2, "second": 2}


def test_facts_of_somebody_else_are_not_written_back_when_a_session_is_saved() -> None:
    session = new_session(7, first=1)
    slow = HashStore(session.session_key)
    slow["first"] = 2
    rewrite(digest_of(session.session_key), {"username": "alicia"})

    slow.save()

    assert HashStore(session.session_key).warm() is None
    assert read(digest_of(session.session_key))["username"] == "alicia"


def test_saving_is_refused_when_the_session_ended_meanwhile() -> None:
    session = new_session(7)
    other = HashStore(session.session_key)
    other["late"] = True
    end(digest_of(session.session_key))

    with pytest.raises(UpdateError):
        other.save()

    assert read(digest_of(session.session_key)) == {}


def test_rewrite_makes_no_session_when_it_has_ended() -> None:
    assert not rewrite(digest_of("gone-gone-gone"), {"username": "alice"})
    assert read(digest_of("gone-gone-gone")) == {}


def test_session_lives_as_long_as_the_setting_says_and_a_visitors_a_day(settings: object) -> None:
    settings.SESSION_COOKIE_AGE = 1000 * 60
    member, visitor = new_session(7), new_session(None, seen=True)

    lives = [client("sessions").ttl(key("session", digest_of(s.session_key))) for s in (member, visitor)]

    assert abs(lives[0] - 60_000) <= 2
    assert abs(lives[1] - ANONYMOUS_AGE) <= 2


def test_life_begins_anew_when_the_session_is_saved() -> None:
    session = new_session(7)
    name = key("session", digest_of(session.session_key))
    client("sessions").expire(name, 5)

    session["touched"] = True
    session.save()

    assert client("sessions").ttl(name) > 60


def test_index_lists_only_living_sessions_of_the_user() -> None:
    mine, gone, other = new_session(7), new_session(7), new_session(8)
    client("sessions").delete(key("session", digest_of(gone.session_key)))

    assert set(sessions_of(7)) == {digest_of(mine.session_key)}
    assert set(sessions_of(8)) == {digest_of(other.session_key)}


def test_ended_session_leaves_hash_and_index() -> None:
    session = new_session(7)

    assert end(digest_of(session.session_key))
    assert not end(digest_of(session.session_key))
    assert sessions_of(7) == {}
    assert not HashStore(session.session_key).exists(session.session_key)


def test_new_key_takes_everything_along_and_the_old_one_is_dead() -> None:
    session = new_session(7, first=1)
    old = session.session_key

    session.cycle_key()
    session.save()

    assert session.session_key != old
    assert read(digest_of(old)) == {}
    assert dict(HashStore(session.session_key).items()) == {"first": 1}
    assert set(sessions_of(7)) == {digest_of(session.session_key)}


def test_flushed_session_is_gone_with_its_facts() -> None:
    session = new_session(7, first=1)
    old = session.session_key

    session.flush()

    assert read(digest_of(old)) == {}
    assert session.facts == {}
    assert session.is_empty()


def test_cleared_session_loses_its_entries_when_saved() -> None:
    session = HashStore(new_session(7, first=1).session_key)

    session.clear()
    session.save()

    assert dict(HashStore(session.session_key).items()) == {}


@pytest.mark.parametrize("cookie", ["", "x", "unknown-but-long-enough", "a\x00b" * 9, "ü" * 40, "k" * 10_000])
def test_session_is_empty_when_the_cookie_is_nonsense(cookie: str) -> None:
    session = HashStore(cookie)

    assert dict(session.items()) == {}
    assert session.session_key is None
