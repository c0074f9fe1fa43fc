"""Looking at accounts through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import FormerUsername, User
from accounts.tests.cast import Person
from social.models import Block, Follow, FollowRequest, Mute
from tweets.models import Audience
from tweets.tests.factories import make_tweet
from twitterclone.lib.ids import id_at

pytestmark = pytest.mark.django_db
Api = Callable[..., Any]


def test_account_is_shown_to_anybody_when_it_is_there(api: Api, alice: User) -> None:
    for path in (f"/api/v1/accounts/{alice.pk}", f"/api/v1/accounts/{alice.pk}/"):
        answer = api().get(path)
        assert answer.status_code == 200
        assert answer.json()["acct"] == "Alice"


def test_account_tells_the_day_of_its_newest_tweet_that_is_there(api: Api, alice: User) -> None:
    def told() -> str | None:
        return api().get(f"/api/v1/accounts/{alice.pk}").json()["last_status_at"]

    assert told() is None
    before = timezone.now() - timedelta(days=3)
    make_tweet(alice, "Old", pk=id_at(before))
    make_tweet(alice, "Gone", deleted_at=timezone.now())
    make_tweet(alice, "Hidden", hidden_at=timezone.now())
    make_tweet(alice, "Whispered", audience=Audience.MENTIONED)
    assert told() == before.date().isoformat()
    make_tweet(alice, "New")
    assert told() == timezone.now().date().isoformat()
    assert api().get("/api/v1/accounts/lookup?acct=alice").json()["last_status_at"] == told()
    assert api(alice).get("/api/v1/accounts/verify_credentials").json()["last_status_at"] == told()


def test_account_is_missing_when_it_is_suspended_or_never_was(api: Api, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(suspended_at=alice.created_at)
    for identifier in (alice.pk, 1, 0, 9223372036854775807, 99999999999999999999):
        answer = api().get(f"/api/v1/accounts/{identifier}")
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_account_says_little_when_it_has_blocked_the_viewer(
    api: Api, alice: User, mallory: User, bob: User
) -> None:
    User.objects.filter(pk=alice.pk).update(bio="secret", location="here")
    assert api(mallory).get(f"/api/v1/accounts/{alice.pk}").json()["note"] == ""
    assert api(mallory).get("/api/v1/accounts/lookup?acct=alice").json()["fields"] == []
    assert api(bob).get(f"/api/v1/accounts/{alice.pk}").json()["note"] == "<p>secret</p>"


@pytest.mark.parametrize("acct", ["alice", "@Alice", "ALICE@127.0.0.1:8000", "was_alice"])
def test_account_is_found_by_name_when_written_in_any_way(api: Api, alice: User, acct: str) -> None:
    FormerUsername.objects.create(username="was_alice", user=alice)
    assert api().get("/api/v1/accounts/lookup", {"acct": acct}).json()["id"] == str(alice.pk)


@pytest.mark.parametrize("acct", ["", "@", "nobody", "alice@elsewhere.example", "a\tb", "x" * 5000, "日本"])
def test_account_is_missing_when_the_name_is_nobodys(api: Api, alice: User, acct: str) -> None:
    assert api().get("/api/v1/accounts/lookup", {"acct": acct}).status_code == 404


def test_people_are_found_by_the_beginning_of_their_name(api: Api, alice: User, bob: User) -> None:
    program = api(bob)
    assert [one["acct"] for one in program.get("/api/v1/accounts/search?q=@ali").json()] == ["Alice"]
    assert program.get("/api/v1/accounts/search?q=ali&following=true").json()[0]["acct"] == "Alice"
    assert program.get("/api/v1/accounts/search?q=ali&offset=1").json() == []
    assert program.get("/api/v1/accounts/search?q=").json() == []
    assert api().get("/api/v1/accounts/search?q=ali").status_code == 401


def test_relationships_say_everything_when_asked_in_either_way(
    api: Api, alice: User, bob: User, charlie: User, mallory: User
) -> None:
    Mute.objects.create(muter=alice, muted=charlie, expires_at=None)
    FollowRequest.objects.create(follower=charlie, following=alice)
    ids = [bob.pk, charlie.pk, mallory.pk]
    answer = api(alice).get("/api/v1/accounts/relationships?" + "&".join(f"id[]={one}" for one in ids))
    first, second, third = answer.json()
    assert (first["id"], first["followed_by"], first["following"]) == (str(bob.pk), True, False)
    assert (second["muting"], second["muting_notifications"], second["requested_by"]) == (True, True, True)
    assert third["blocking"] is True
    single = api(bob).get(f"/api/v1/accounts/relationships?id={alice.pk}").json()
    assert (single[0]["following"], single[0]["showing_reblogs"], single[0]["note"]) == (True, True, "")


def test_relationships_cost_the_same_when_there_are_one_or_twenty(
    api: Api, alice: User, person: Person, django_assert_num_queries: Any
) -> None:
    ids = [person(f"user{number}").pk for number in range(20)]
    program = api(alice)
    for count in (1, 20):
        query = "&".join(f"id[]={one}" for one in ids[:count])
        with django_assert_num_queries(3):
            assert len(program.get(f"/api/v1/accounts/relationships?{query}").json()) == count


def test_familiar_followers_are_those_one_follows(api: Api, alice: User, bob: User, charlie: User) -> None:
    Follow.objects.create(follower=charlie, following=bob)
    program = api(charlie)
    told = program.get(f"/api/v1/accounts/familiar_followers?id[]={alice.pk}&id[]=5").json()
    assert [(one["id"], [who["acct"] for who in one["accounts"]]) for one in told] == [
        (str(alice.pk), ["bob"]),
        ("5", []),
    ]
    alice.privacy_settings["hide_follower_lists"] = True
    alice.save()
    hidden = program.get(f"/api/v1/accounts/familiar_followers?id={alice.pk}").json()
    assert hidden[0]["accounts"] == []


def test_suggestion_is_taken_off_for_good(api: Api, bob: User, charlie: User) -> None:
    for _again in range(2):
        assert api(bob).delete(f"/api/v1/suggestions/{charlie.pk}").json() == {}
    assert [row["account"]["id"] for row in api(bob).get("/api/v2/suggestions").json()].count(
        str(charlie.pk)
    ) == 0
    assert api(bob).delete("/api/v1/suggestions/7").status_code == 404
    assert api().delete(f"/api/v1/suggestions/{charlie.pk}").status_code == 401


def test_connections_are_told_by_degree(api: Api, alice: User, bob: User, charlie: User) -> None:
    Follow.objects.all().delete()
    Follow.objects.create(follower=alice, following=bob)
    Follow.objects.create(follower=bob, following=charlie)
    where = f"/api/v1/accounts/{alice.pk}/connections"
    told = [(row["account"]["id"], row["degree"], row["via"]) for row in api(bob).get(where).json()]
    assert told == [(str(bob.pk), 1, None), (str(charlie.pk), 2, str(bob.pk))]
    assert len(api().get(where, {"degree": "1"}).json()) == 1
    assert len(api().get(where, {"limit": "1"}).json()) == 1
    for wrong in ("x", "0", "5", "9", "-1"):
        refused = api().get(where, {"degree": wrong})
        assert (refused.status_code, list(refused.json()["details"])) == (422, ["degree"])
    assert api().get(where, {"degree": "4"}).status_code == 200
    alice.privacy_settings = {**alice.privacy_settings, "hide_follower_lists": True}
    alice.save()
    assert api(bob).get(where).json() == []


def test_suggestions_name_people_one_does_not_follow(api: Api, alice: User, bob: User, charlie: User) -> None:
    told = api(bob).get("/api/v2/suggestions").json()
    assert {one["account"]["acct"] for one in told} == {"charlie"}
    assert told[0]["sources"] == ["most_followed"]


def test_block_hides_from_search(api: Api, alice: User, mallory: User) -> None:
    assert Block.objects.count() == 1
    assert api(mallory).get("/api/v1/accounts/search?q=alice").json() == []
    assert api(alice).get("/api/v1/accounts/search?q=mallor").json() == []


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("v1/accounts/search?q=mallory", ["mallory"]),
        ("v1/accounts/search?q=@Mallory@127.0.0.1:8000", ["mallory"]),
        ("v1/accounts/search?q=mallory&following=true", []),
        ("v1/accounts/search?q=mallory&offset=1", []),
        ("v2/search?type=accounts&q=@Mallory", ["mallory"]),
        ("v2/search?type=accounts&q=mallory@127.0.0.1:8000", ["mallory"]),
        ("v2/search?type=accounts&q=mallor", []),
        ("v2/search?type=accounts&q=mallory&offset=1", []),
    ],
)
def test_whole_name_finds_whom_one_has_blocked(
    api: Api, alice: User, mallory: User, path: str, names: list[str]
) -> None:
    found = api(alice).get(f"/api/{path}").json()
    assert [one["acct"] for one in (found["accounts"] if "v2" in path else found)] == names


def test_address_tells_little_of_whoever_has_blocked_the_viewer(
    api: Api, alice: User, bob: User, mallory: User
) -> None:
    User.objects.filter(pk=alice.pk).update(bio="secret")
    for viewer, note in ((mallory, ""), (bob, "<p>secret</p>")):
        found = api(viewer).get("/api/v2/search?q=http://127.0.0.1:8000/alice/").json()
        assert [one["note"] for one in found["accounts"]] == [note]


@pytest.mark.parametrize(
    ("path", "queries"),
    [("v1/accounts?{ids}", 3), ("v1/accounts/familiar_followers?{ids}", 3), ("v1/accounts/search?q=user", 7),
     ("v2/suggestions", 10)],
)  # fmt: skip
def test_list_of_accounts_costs_the_same_when_there_are_one_or_twenty(
    api: Api, alice: User, bob: User, person: Person, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    program, people = api(bob), []
    for count in (1, 20):
        while len(people) < count:
            people.append(person(f"user{len(people)}"))
            Follow.objects.create(follower=alice, following=people[-1])
        cache.clear()
        ids = "&".join(f"id[]={one.pk}" for one in people)
        with django_assert_num_queries(queries):
            assert len(program.get(f"/api/{path.format(ids=ids)}").json()) == count
