"""What a person does with a status through the API: once however often it is sent, and with new figures."""

from typing import Any

import pytest

from accounts.models import User
from accounts.tests.cast import Person
from tweets.models import Bookmark, Like, PinnedTweet, Retweet
from tweets.tests.api.helpers import NOT_FOUND, STATUSES, Api, make_of_every_kind, read, send
from tweets.tests.factories import make_retweet, make_tweet
from twitterclone.lib.limits import LIMITS, Window

pytestmark = pytest.mark.django_db

PAIRS = [("favourite", "favourited", Like), ("bookmark", "bookmarked", Bookmark)]


@pytest.mark.parametrize(("verb", "key", "model"), PAIRS)
def test_done_twice_is_done_once_and_taken_back(
    alice: User, bob: User, api: Api, verb: str, key: str, model: type
) -> None:
    tweet, program = make_tweet(alice), api(bob)
    for _ in range(2):
        told = send(program, f"{STATUSES}/{tweet.pk}/{verb}")
        assert (told["id"], told[key]) == (str(tweet.pk), True)
    assert model.objects.count() == 1
    for _ in range(2):
        assert send(program, f"{STATUSES}/{tweet.pk}/un{verb}")[key] is False
    assert not model.objects.exists()


def test_likes_are_counted_in_the_answer(alice: User, bob: User, charlie: User, api: Api) -> None:
    tweet = make_tweet(alice)
    assert send(api(bob), f"{STATUSES}/{tweet.pk}/favourite")["favourites_count"] == 1
    assert send(api(charlie), f"{STATUSES}/{tweet.pk}/favourite")["favourites_count"] == 2
    assert send(api(bob), f"{STATUSES}/{tweet.pk}/unfavourite")["favourites_count"] == 1


def test_retweet_answers_the_wrapper_and_its_undoing_the_original(alice: User, bob: User, api: Api) -> None:
    tweet, program = make_tweet(alice), api(bob)
    first = send(program, f"{STATUSES}/{tweet.pk}/reblog")
    again = send(program, f"{STATUSES}/{tweet.pk}/reblog", {"visibility": "public"})
    assert first["id"] == again["id"] == str(Retweet.objects.get().retweet_id)
    assert first["account"]["acct"] == "bob"
    assert (first["reblog"]["id"], first["reblog"]["reblogs_count"]) == (str(tweet.pk), 1)
    assert (first["reblogged"], first["reblog"]["reblogged"]) == (True, True)
    told = send(program, f"{STATUSES}/{tweet.pk}/unreblog")
    assert (told["id"], told["reblogs_count"], told["reblogged"]) == (str(tweet.pk), 0, False)
    assert send(program, f"{STATUSES}/{tweet.pk}/unreblog")["reblogs_count"] == 0


def test_a_retweets_id_stands_for_its_original(alice: User, bob: User, charlie: User, api: Api) -> None:
    tweet = make_tweet(alice)
    row = make_retweet(bob, tweet)
    told = send(api(charlie), f"{STATUSES}/{row.pk}/favourite")
    assert (told["id"], told["favourites_count"]) == (str(tweet.pk), 1)


def test_what_is_not_for_everyone_is_not_retweeted(bob: User, person: Person, api: Api) -> None:
    hidden = person("hidden", is_private=True)
    tweet = make_tweet(hidden, "Hello @bob", mentioning=[bob])
    answer = send(api(bob), f"{STATUSES}/{tweet.pk}/reblog", status=403)
    assert "cannot be retweeted" in answer["error"]


def test_own_status_is_pinned_and_found_among_the_pinned(alice: User, bob: User, api: Api) -> None:
    tweet = make_tweet(alice)
    make_tweet(alice)
    assert send(api(alice), f"{STATUSES}/{tweet.pk}/pin")["pinned"] is True
    pinned = read(api(bob), f"/api/v1/accounts/{alice.pk}/statuses", pinned="true")
    assert [one["id"] for one in pinned] == [str(tweet.pk)]
    assert send(api(alice), f"{STATUSES}/{tweet.pk}/unpin")["pinned"] is False
    assert not PinnedTweet.objects.exists()
    assert send(api(bob), f"{STATUSES}/{tweet.pk}/pin", status=403)["error"]


def test_sixth_pin_is_refused(alice: User, api: Api) -> None:
    program = api(alice)
    for _ in range(5):
        send(program, f"{STATUSES}/{make_tweet(alice).pk}/pin")
    assert "Unpin" in send(program, f"{STATUSES}/{make_tweet(alice).pk}/pin", status=422)["error"]


def test_pinned_cost_the_same_when_there_are_one_or_five(
    alice: User, bob: User, api: Api, django_assert_num_queries: Any
) -> None:
    for first, count in ((0, 1), (1, 5)):
        for _ in range(first, count):
            send(api(alice), f"{STATUSES}/{make_of_every_kind(alice, bob).retweet_of.pk}/pin")
        program = api(bob)
        with django_assert_num_queries(15):
            assert len(read(program, f"/api/v1/accounts/{alice.pk}/statuses", pinned="true")) == count


@pytest.mark.parametrize(
    "verb", ["favourite", "unfavourite", "reblog", "unreblog", "bookmark", "pin", "unpin"]
)
def test_what_is_not_for_the_viewer_is_not_there(alice: User, mallory: User, api: Api, verb: str) -> None:
    tweet = make_tweet(alice)
    assert send(api(mallory), f"{STATUSES}/{tweet.pk}/{verb}", status=404) == NOT_FOUND


@pytest.mark.parametrize(
    ("verb", "scope"),
    [
        ("favourite", "write:favourites"),
        ("bookmark", "write:bookmarks"),
        ("reblog", "write:statuses"),
        ("pin", "write:accounts"),
    ],
)
def test_each_verb_has_its_scope(alice: User, api: Api, verb: str, scope: str) -> None:
    tweet = make_tweet(alice)
    others = "write:media write:follows read"
    assert api(alice, scopes=others).call("post", f"{STATUSES}/{tweet.pk}/{verb}").status_code == 403
    assert api(alice, scopes=scope).call("post", f"{STATUSES}/{tweet.pk}/{verb}").status_code == 200


@pytest.mark.parametrize(
    ("verb", "limit"), [("favourite", "like"), ("reblog", "retweet"), ("bookmark", "bookmark")]
)
def test_too_often_is_refused(
    alice: User, bob: User, api: Api, monkeypatch: pytest.MonkeyPatch, verb: str, limit: str
) -> None:
    monkeypatch.setitem(LIMITS, limit, (Window(1, 60),))
    program, tweet = api(bob), make_tweet(alice)
    send(program, f"{STATUSES}/{tweet.pk}/{verb}")
    answer = program.call("post", f"{STATUSES}/{make_tweet(alice).pk}/{verb}")
    assert (answer.status_code, list(answer.json())) == (429, ["error"])
    assert 0 < int(answer.headers["Retry-After"]) <= 60
