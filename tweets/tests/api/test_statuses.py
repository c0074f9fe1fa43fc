"""Statuses through the API: sent in three encodings, read by whom they are for, and taken back."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.cast import Person
from social.models import Follow
from tweets.models import Bookmark, Like, Poll, Tweet
from tweets.queries.contexts import context_for
from tweets.services.posting import delete_tweet
from tweets.tests.api.helpers import NOT_FOUND, STATUSES, Api, ids, make_of_every_kind, read, send, texts
from tweets.tests.factories import make_media, make_retweet, make_tweet
from tweets.wire import Status
from twitterclone.lib.limits import LIMITS, Window

pytestmark = pytest.mark.django_db


def test_plain_status_is_sent_and_answered_whole(alice: User, api: Api) -> None:
    told = send(api(alice), STATUSES, {"status": "Good morning <all>\n\nof #You", "language": "en"})
    assert set(told) == set(Status.__annotations__)
    tweet = Tweet.objects.get()
    assert (tweet.content, tweet.audience, tweet.language) == (
        "Good morning <all>\n\nof #You",
        "public",
        "en",
    )
    assert told["content"].startswith("<p>Good morning &lt;all&gt;</p><p>of <a href=")
    assert (told["id"], told["account"]["acct"], told["visibility"]) == (str(tweet.pk), "Alice", "public")
    assert [tag["name"] for tag in told["tags"]] == ["you"]
    assert told["url"].endswith(f"/alice/status/{tweet.pk}/")
    assert (told["reblog"], told["quote"], told["poll"], told["in_reply_to_id"]) == (None,) * 4


@pytest.mark.parametrize("encoding", ["json", "form", "multipart"])
def test_everything_a_status_may_carry_is_kept(alice: User, bob: User, api: Api, encoding: str) -> None:
    parent, quoted, picture = make_tweet(bob), make_tweet(bob, "quoted"), make_media(alice)
    json = {
        "status": "Hello @bob",
        "media_ids": [str(picture.pk)],
        "in_reply_to_id": str(parent.pk),
        "quoted_status_id": str(quoted.pk),
        "spoiler_text": "food",
        "sensitive": True,
        "visibility": "private",
        "language": "de",
        "unknown": {"deep": [1]},
    }
    if encoding == "json":
        told = send(api(alice), STATUSES, json)
    else:
        form = {**json, "media_ids[]": [str(picture.pk)], "sensitive": "1"}
        del form["media_ids"], form["unknown"]
        kind = {"content_type": "application/x-www-form-urlencoded"} if encoding == "form" else {}
        body = "&".join(
            f"{name}={value}"
            for name, values in form.items()
            for value in ([values] if isinstance(values, str) else values)
        )
        program = api(alice)
        answer = program.post(STATUSES, body if kind else form, **kind)
        assert answer.status_code == 200, answer.content
        told = answer.json()
    assert told["in_reply_to_id"] == str(parent.pk)
    assert told["in_reply_to_account_id"] == str(bob.pk)
    assert (told["quote"]["state"], told["quote"]["quoted_status"]["id"]) == ("accepted", str(quoted.pk))
    assert (told["spoiler_text"], told["sensitive"], told["language"]) == ("food", True, "de")
    assert told["visibility"] == "private"
    assert [one["id"] for one in told["media_attachments"]] == [str(picture.pk)]
    assert told["media_attachments"][0]["meta"]["original"]["width"] == 1200
    assert told["mentions"] == [
        {"id": str(bob.pk), "username": "bob", "acct": "bob", "url": told["mentions"][0]["url"]}
    ]
    assert f'href="{told["mentions"][0]["url"]}"' in told["content"]


def test_poll_is_sent_along(alice: User, api: Api) -> None:
    poll = {"options": ["Tea", "Coffee"], "expires_in": 3600, "multiple": True}
    told = send(api(alice), STATUSES, {"status": "Which?", "poll": poll})
    stored = Poll.objects.get()
    assert told["poll"]["id"] == str(stored.pk)
    assert [option["title"] for option in told["poll"]["options"]] == ["Tea", "Coffee"]
    assert (told["poll"]["multiple"], told["poll"]["expired"], told["poll"]["voted"]) == (True, False, False)
    assert abs(stored.expires_at - stored.created_at - timedelta(hours=1)) < timedelta(seconds=5)


def test_poll_of_a_form_is_read_as_rails_nests_it(alice: User, api: Api) -> None:
    form = {"status": "Which?", "poll[options][]": ["a", "b", "c"], "poll[expires_in]": "600"}
    answer = api(alice).post(STATUSES, form)
    assert answer.status_code == 200, answer.content
    assert [option["title"] for option in answer.json()["poll"]["options"]] == ["a", "b", "c"]


def test_same_key_sends_once(alice: User, api: Api) -> None:
    program = api(alice)
    for key in ("short", "long " * 60):
        first = send(program, STATUSES, {"status": key[:9]}, **{"Idempotency-Key": key})
        again = send(program, STATUSES, {"status": key[:9]}, **{"Idempotency-Key": key})
        assert first["id"] == again["id"]
    assert Tweet.objects.count() == 2
    send(program, STATUSES, {"status": "other"}, **{"Idempotency-Key": "long " * 60 + "!"})
    assert Tweet.objects.count() == 3


@pytest.mark.parametrize(
    ("visibility", "audience", "told"),
    [
        ("public", "public", "public"),
        ("unlisted", "public", "public"),
        ("private", "followers", "private"),
        ("direct", "mentioned", "direct"),
    ],
)
def test_visibility_becomes_our_audience(
    alice: User, bob: User, api: Api, visibility: str, audience: str, told: str
) -> None:
    answer = send(api(alice), STATUSES, {"status": "For @bob", "visibility": visibility})
    assert (Tweet.objects.get().audience, answer["visibility"]) == (audience, told)


def test_public_words_of_a_protected_account_are_private_on_the_wire(person: Person, api: Api) -> None:
    assert send(api(person("hidden", is_private=True)), STATUSES, {"status": "Hi"})["visibility"] == "private"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": ""},
        {"status": "   "},
        {"status": "x" * 281},
        {"status": "x" * 20_000},
        {"status": None},
        {"status": "x", "visibility": "secret"},
        {"status": "x", "visibility": "direct"},
        {"status": "x", "media_ids": ["1"]},
        {"status": "x", "media_ids": ["x"]},
        {"status": "x", "media_ids": [[1]]},
        {"status": "x", "media_ids": [{"a": 1}]},
        {"status": "x", "media_ids": list(range(300))},
        {"status": "x", "poll": "yes"},
        {"status": "x", "poll": {"options": ["a", "b"]}},
        {"status": "x", "poll": {"options": ["a"], "expires_in": 600}},
        {"status": "x", "poll": {"options": [], "expires_in": 600}},
        {"status": "x", "poll": {"options": ["a", {"b": 1}], "expires_in": 600}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 1}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 10**15}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": "soon"}},
        {"status": "x", "scheduled_at": "2030-01-01T00:00:00Z"},
        {"status": "x", "spoiler_text": "y" * 201},
        {"status": "x", "language": "y" * 11},
        {"status": ["x"]},
        {"status": {"a": "b"}},
        {"status": True},
        {"status": "x", "sensitive": "perhaps"},
        {"status": "x", "sensitive": {}},
        {"status": "x", "in_reply_to_id": "-1"},
        {"status": "x", "in_reply_to_id": 1.5},
        {"status": "x", "in_reply_to_id": [1]},
        {"status": "a\0b"},
        {"status": "x", "nested": {"a": "\0"}},
    ],
)
def test_what_cannot_be_a_status_is_refused(alice: User, api: Api, body: dict[str, Any]) -> None:
    answer = api(alice).call("post", STATUSES, body)
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"]
    assert not Tweet.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        "[]",
        "5",
        '"x"',
        "null",
        "[" * 50_000,
        '{"a":' * 3_000,
        '{"status": NaN}',
        "\xff",
    ],
)
def test_body_that_is_no_object_is_refused(alice: User, api: Api, raw: str) -> None:
    answer = api(alice).post(STATUSES, raw.encode("latin-1"), content_type="application/json")
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()["error"]


def test_body_that_is_huge_is_refused(alice: User, api: Api) -> None:
    answer = api(alice).post(
        STATUSES, b'{"status": "' + b"x" * 2_000_000 + b'"}', content_type="application/json"
    )
    assert (answer.status_code, list(answer.json())) == (413, ["error"])
    assert api(alice).post(STATUSES, b"<a/>", content_type="application/xml").status_code == 415


@pytest.mark.parametrize("kind", ["deleted", "hidden", "mentioned", "protected", "blocked", "unknown"])
@pytest.mark.parametrize("call", ["", "/context", "/favourited_by", "/reblogged_by", "/quotes"])
def test_what_is_not_for_the_viewer_is_not_there(
    alice: User, bob: User, charlie: User, mallory: User, person: Person, api: Api, kind: str, call: str
) -> None:
    viewer = mallory if kind == "blocked" else charlie
    author = person("hidden", is_private=True) if kind == "protected" else alice
    fields = {
        "deleted": {"deleted_at": alice.created_at},
        "hidden": {"hidden_at": alice.created_at},
        "mentioned": {"audience": "mentioned", "mentioning": [bob]},
    }.get(kind, {})
    tweet = make_tweet(author, **fields)
    identifier = 12345 if kind == "unknown" else tweet.pk
    answer = api(viewer).get(f"{STATUSES}/{identifier}{call}")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_answer_or_quote_of_what_is_not_there_is_refused(
    alice: User, bob: User, mallory: User, api: Api
) -> None:
    tweet = make_tweet(alice)
    for name in ("in_reply_to_id", "quoted_status_id"):
        assert send(api(mallory), STATUSES, {"status": "x", name: str(tweet.pk)}, 404) == NOT_FOUND
        assert send(api(bob), STATUSES, {"status": "x", name: str((1 << 63) - 1)}, 404) == NOT_FOUND


def test_public_status_is_read_without_a_token(alice: User, api: Api) -> None:
    tweet = make_tweet(alice)
    told = read(api(), f"{STATUSES}/{tweet.pk}")
    assert (told["favourited"], told["bookmarked"], told["quote_approval"]["current_user"]) == (
        False,
        False,
        "denied",
    )
    assert read(api(), f"{STATUSES}/{tweet.pk}/") == told


def test_token_must_cover_reading_even_what_is_open(alice: User, api: Api) -> None:
    tweet = make_tweet(alice)
    assert api(alice, scopes="write").get(f"{STATUSES}/{tweet.pk}").status_code == 403


def test_several_are_read_at_once_in_their_order(alice: User, mallory: User, api: Api) -> None:
    one, two, three = (
        make_tweet(alice, "1"),
        make_tweet(alice, "2"),
        make_tweet(alice, "3", audience="followers"),
    )
    query = "&".join(f"id[]={pk}" for pk in (two.pk, one.pk, 99, three.pk))
    answer = api().get(f"{STATUSES}?{query}")
    assert texts(answer.json()) == ["2", "1"]
    assert api(mallory).get(f"{STATUSES}?{query}").json() == []
    assert api().get(STATUSES).json() == []


def test_retweet_is_a_wrapper_around_the_original(alice: User, bob: User, api: Api) -> None:
    row = make_of_every_kind(alice, bob)
    told = read(api(bob), f"{STATUSES}/{row.pk}")
    inner = told["reblog"]
    assert (told["id"], inner["id"]) == (str(row.pk), str(row.retweet_of_id))
    assert (told["account"]["acct"], inner["account"]["acct"]) == ("Alice", "Alice")
    assert told["content"] == inner["content"]
    assert inner["quote"]["quoted_status"]["poll"]["options"][0]["title"] == "Tea"
    assert len(inner["media_attachments"]) == 2
    assert (told["quote"], inner["reblog"]) == (None, None)


def test_quote_of_what_is_gone_says_so(alice: User, bob: User, api: Api) -> None:
    quoted = make_tweet(bob)
    quoting = make_tweet(alice, quote_of=quoted)
    delete_tweet(actor=bob, tweet=quoted)
    told = read(api(), f"{STATUSES}/{quoting.pk}")
    assert told["quote"] == {"state": "unauthorized", "quoted_status": None}


def test_context_holds_the_whole_conversation(alice: User, bob: User, mallory: User, api: Api) -> None:
    first = make_tweet(bob, "first")
    focus = make_tweet(alice, "focus", in_reply_to=first)
    one = make_tweet(bob, "one", in_reply_to=focus)
    two = make_tweet(bob, "two", in_reply_to=focus)
    make_tweet(alice, "one's answer", in_reply_to=one)
    make_tweet(mallory, "hidden", in_reply_to=focus)
    make_tweet(alice, "deleted", in_reply_to=two, deleted_at=two.created_at)
    told = read(api(alice), f"{STATUSES}/{focus.pk}/context")
    assert texts(told["ancestors"]) == ["first"]
    assert texts(told["descendants"]) == ["one", "one&#x27;s answer", "two"]


def test_context_is_answered_without_whoever_left_in_this_moment(
    alice: User, bob: User, charlie: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    focus = make_tweet(alice, "focus", in_reply_to=make_tweet(bob, "first"))
    make_tweet(bob, "gone", in_reply_to=focus)
    make_tweet(charlie, "stays", in_reply_to=focus)

    def found_and_left(*asked: Any) -> Any:
        found = context_for(*asked)
        User.objects.filter(pk=bob.pk).update(suspended_at=bob.created_at)
        return found

    monkeypatch.setattr("tweets.api.statuses.context_for", found_and_left)
    told = read(api(alice), f"{STATUSES}/{focus.pk}/context")
    assert (texts(told["ancestors"]), texts(told["descendants"])) == ([], ["stays"])


def test_context_has_an_end_however_deep_or_broad_it_is(alice: User, api: Api, monkeypatch: Any) -> None:
    monkeypatch.setattr("tweets.queries.contexts.DEPTH", 3)
    monkeypatch.setattr("tweets.queries.contexts.OF_EACH", 4)
    focus = parent = make_tweet(alice, "focus")
    for number in range(5):
        parent = make_tweet(alice, f"deep {number}", in_reply_to=parent)
    for number in range(5):
        make_tweet(alice, f"broad {number}", in_reply_to=focus)
    told = read(api(), f"{STATUSES}/{focus.pk}/context")
    assert texts(told["descendants"]) == ["deep 0", "deep 1", "deep 2", "broad 0", "broad 1", "broad 2"]


def test_source_is_the_authors_alone(alice: User, bob: User, api: Api) -> None:
    tweet = make_tweet(alice, "a < b", content_warning="maths")
    told = read(api(alice), f"{STATUSES}/{tweet.pk}/source")
    assert told == {"id": str(tweet.pk), "text": "a < b", "spoiler_text": "maths"}
    assert api(bob).get(f"{STATUSES}/{tweet.pk}/source").status_code == 404


def test_people_behind_the_figures_are_listed(alice: User, bob: User, charlie: User, api: Api) -> None:
    tweet = make_tweet(alice)
    for user in (bob, charlie):
        Like.objects.create(user=user, tweet=tweet)
        make_retweet(user, tweet)
    make_tweet(bob, "I quote", quote_of=tweet)
    for call in ("favourited_by", "reblogged_by"):
        answer = api().get(f"{STATUSES}/{tweet.pk}/{call}?limit=1")
        assert [one["acct"] for one in answer.json()] == ["charlie"]
        following = answer.headers["Link"].partition(">")[0].lstrip("<")
        assert [one["acct"] for one in api().get(following).json()] == ["bob"]
    assert texts(read(api(), f"{STATUSES}/{tweet.pk}/quotes")) == ["I quote"]


def test_deleted_status_is_answered_with_its_text(alice: User, bob: User, api: Api) -> None:
    tweet = make_tweet(alice, "a < b", content_warning="maths")
    assert api(bob).delete(f"{STATUSES}/{tweet.pk}").status_code == 404
    told = api(alice).delete(f"{STATUSES}/{tweet.pk}").json()
    assert (told["text"], told["spoiler_text"]) == ("a < b", "maths")
    answer = api(alice).delete(f"{STATUSES}/{tweet.pk}")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_deleted_status_is_written_anew_with_its_pictures(alice: User, api: Api) -> None:
    program, picture = api(alice), make_media(alice)
    first = send(program, STATUSES, {"status": "one", "media_ids": [str(picture.pk)]})
    assert send(program, STATUSES, {"status": "two", "media_ids": [str(picture.pk)]}, 422)["error"]
    taken = program.delete(f"{STATUSES}/{first['id']}").json()
    again = [one["id"] for one in taken["media_attachments"]]
    told = send(program, STATUSES, {"status": taken["text"], "media_ids": again})
    assert [one["id"] for one in told["media_attachments"]] == [str(picture.pk)]


def test_deleting_the_wrapper_takes_the_retweet_back(alice: User, bob: User, api: Api) -> None:
    Follow.objects.all().delete()
    tweet = make_tweet(alice)
    row = make_retweet(bob, tweet)
    told = api(bob).delete(f"{STATUSES}/{row.pk}").json()
    assert told["reblog"]["id"] == str(tweet.pk)
    assert read(api(bob), f"{STATUSES}/{tweet.pk}")["reblogged"] is False
    assert ids(read(api(), f"/api/v1/accounts/{bob.pk}/statuses")) == []


@pytest.mark.parametrize(
    ("method", "path"), [("post", ""), ("delete", "/1"), ("get", "/1/source"), ("post", "/1/favourite")]
)
def test_scope_is_asked_for(alice: User, api: Api, method: str, path: str) -> None:
    assert api().call(method, STATUSES + path).status_code == 401
    answer = api(alice, scopes="write:media read:accounts").call(method, STATUSES + path)
    assert answer.status_code == 403
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "path", ["/x", "/-1", f"/{'9' * 25}", "/1.5", "/%00", "/1/unknown", "/1/favourite/x"]
)
def test_strange_addresses_are_not_there(alice: User, api: Api, path: str) -> None:
    for method in ("get", "post", "delete"):
        answer = api(alice).call(method, STATUSES + path)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_wrong_method_is_told_in_json(alice: User, api: Api) -> None:
    answer = api(alice).call("put", f"{STATUSES}/1/favourite")
    assert (answer.status_code, list(answer.json())) == (405, ["error"])


def test_too_many_are_refused_with_when_to_go_on(
    alice: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "tweet", (Window(1, 600),))
    program = api(alice)
    send(program, STATUSES, {"status": "one"})
    answer = program.call("post", STATUSES, {"status": "two"})
    assert (answer.status_code, list(answer.json())) == (429, ["error"])
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert int(answer.headers["X-RateLimit-Remaining"]) < int(answer.headers["X-RateLimit-Limit"])
    assert Tweet.objects.count() == 1


def test_what_the_viewer_did_is_told(alice: User, bob: User, api: Api) -> None:
    tweet = make_tweet(alice)
    Like.objects.create(user=bob, tweet=tweet)
    Bookmark.objects.create(user=bob, tweet=tweet)
    told = read(api(bob), f"{STATUSES}/{tweet.pk}")
    assert (told["favourited"], told["bookmarked"], told["reblogged"], told["pinned"]) == (
        True,
        True,
        False,
        False,
    )
