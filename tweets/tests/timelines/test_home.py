"""Home from kept cards: to the letter what the ordinary way shows, and nothing that is no longer so."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from social import services as social_services
from social.models import Block, Follow, Mute
from tweets.models import Tweet
from tweets.services.engagement import like_tweet, retweet, undo_retweet, unlike_tweet
from tweets.services.keeping import bookmark_tweet, unbookmark_tweet
from tweets.services.moderation import hide_tweet
from tweets.services.polls import vote
from tweets.services.posting import delete_tweet, post_tweet
from tweets.tests.factories import add_media, add_poll, make_retweet, make_tweet
from tweets.timelines import cards, drawing, reader, store
from tweets.timelines.reader import home_page
from tweets.timelines.stencil import stencil_of
from twitterclone.lib import redis as clients
from twitterclone.lib.ids import SHIFT, ms_of, next_id
from twitterclone.lib.pagination import Cursor

Person = Callable[..., User]
pytestmark = pytest.mark.django_db
CSRF = re.compile(r'(name="csrfmiddlewaretoken" value=")\w{64}')


def login(user: User) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(user)
    return client


def shown(client: Client, url: str = "/") -> str:
    return CSRF.sub(r"\1", client.get(url).content.decode())


def ordinary(client: Client, viewer: User, url: str = "/", before: int | None = None) -> str:
    request = client.get(url).wsgi_request
    slice_ = home_page(viewer.pk, Cursor(before=before))
    return CSRF.sub(r"\1", render_to_string("tweets/_timeline.html", {"slice": slice_}, request))


def is_kept(tweet_id: int) -> bool:
    """Whether a card is drawn and kept for everybody."""
    found = cards.look([tweet_id], drawing.version(), "en", 0)
    return found.cards[tweet_id].state == "+"


def age(tweet: Tweet, **span: float) -> Tweet:
    """Another tweet like it, of so long ago."""
    moment = ms_of(next_id()) - int(timedelta(**span).total_seconds() * 1000)
    return make_tweet(tweet.author, tweet.content, id=moment << SHIFT)


@pytest.fixture
def town(alice: User, bob: User, charlie: User, person: Person) -> dict[str, User]:
    """Bob, eve and frank follow alice and shy; eve blocks charlie, frank once muted him."""
    shy, eve, frank = person("shy", is_private=True), person("eve"), person("frank")
    for viewer in (bob, eve, frank):
        Follow.objects.get_or_create(follower=viewer, following=alice)
        Follow.objects.create(follower=viewer, following=shy)
        Follow.objects.create(follower=viewer, following=charlie)
    Block.objects.create(blocker=eve, blocked=charlie)
    over = timezone.now() - timedelta(hours=1)
    Mute.objects.create(muter=frank, muted=charlie, expires_at=over)
    return {"bob": bob, "eve": eve, "frank": frank, "alice": alice}


def every_kind(alice: User, bob: User, charlie: User, shy: User) -> None:
    plain = make_tweet(alice, "plain <b>&amp; 'so'</b> https://a.example/?b=1&c=2 #tea @charlie @nobody")
    for span in ({"minutes": 5}, {"hours": 7}, {"days": 3}, {"days": 20}):
        age(plain, **span)
    add_media(make_tweet(alice, "pictures"), 3)
    add_media(make_tweet(alice, "a picture", is_sensitive=True))
    make_tweet(alice, "behind words", content_warning="Spoilers & <more>", language="de")
    make_tweet(alice, "שלום עולם", language="he")
    make_tweet(alice, "to charlie", in_reply_to=make_tweet(charlie, "asks"))
    make_tweet(alice, "mentions @Charlie", mentioning=[charlie])
    make_tweet(alice, "quotes charlie", quote_of=make_tweet(charlie, "quoted @bob", mentioning=[bob]))
    make_tweet(alice, "quotes shy", quote_of=make_tweet(shy, "whispered"))
    make_tweet(alice, "for followers", audience="followers")
    make_tweet(alice, "for bob", audience="mentioned", mentioning=[bob])
    make_tweet(alice, "few may answer", reply_policy="following")
    add_poll(make_tweet(alice, "a poll"))
    make_tweet(shy, "private")
    make_tweet(bob, "by bob")


def test_pages_are_the_same_to_the_letter_for_every_viewer(
    town: dict[str, User], alice: User, bob: User, charlie: User, committed: Callable[..., Any]
) -> None:
    every_kind(alice, bob, charlie, User.objects.get(username="shy"))
    for tweet in Tweet.objects.filter(content__in=["plain", "quotes charlie", "behind words"]):
        like_tweet(user=bob, tweet=tweet)
        bookmark_tweet(user=town["eve"], tweet=tweet)
    for who in (bob, charlie):  # eve must not meet the one, and meets the other's
        retweet(user=who, tweet=Tweet.objects.get(content="pictures"))
        retweet(user=who, tweet=make_tweet(alice, f"passed on by {who.username}"))
    for viewer in (*town.values(), *town.values()):
        client, url, before = login(viewer), "/", None
        while True:
            for _time in range(3):
                assert shown(client, url) == ordinary(client, viewer, url, before)
            before = home_page(viewer.pk, Cursor(before=before)).next
            if before is None:
                break
            url = f"/?before={before}"
    public = ["pictures", "quotes charlie", "by bob", "mentions @Charlie"]
    open_to_all = Tweet.objects.filter(content__in=public)
    assert [is_kept(tweet.pk) for tweet in open_to_all] == [True] * 4
    closed = Tweet.objects.filter(author=alice, audience="followers") | Tweet.objects.filter(content="a poll")
    assert [is_kept(tweet.pk) for tweet in closed] == [False] * 2


@pytest.mark.parametrize("size", [1, 20])
def test_warm_page_takes_no_query_and_two_round_trips(
    alice: User, bob: User, size: int, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(size + 30):
        make_tweet(alice, f"tweet {number}")
    client, first = login(bob), home_page(bob.pk, Cursor(limit=size)).next
    for url in ("/", f"/?before={first}"):
        for _time in range(3):
            client.get(url)
    asked: list[str] = []
    send = clients.Client.execute_command

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        asked.append(args[0])
        return send(self, *args, **options)

    monkeypatch.setattr(clients.Client, "execute_command", counted)
    for url in ("/", f"/?before={first}"):
        asked.clear()
        with django_assert_num_queries(0):
            assert client.get(url).content.count(b"<article") == 20
        assert asked == ["HGETALL", "EVALSHA"]


def test_warm_page_of_what_not_everybody_sees_takes_no_query(
    town: dict[str, User], alice: User, bob: User, charlie: User, django_assert_num_queries: Any
) -> None:
    every_kind(alice, bob, charlie, User.objects.get(username="shy"))
    retweet(user=charlie, tweet=make_tweet(alice, "met in a retweet by somebody blocked"))
    for viewer in (bob, town["eve"]):
        client = login(viewer)
        for _time in range(4):
            cold = shown(client)
        with django_assert_num_queries(0):
            assert shown(client) == cold
        assert cold == ordinary(client, viewer)
        assert "private" in cold
        assert "few may answer" in cold


def test_warm_page_below_a_retweet_of_what_it_has_takes_no_query(
    alice: User, bob: User, charlie: User, django_assert_num_queries: Any
) -> None:
    Follow.objects.get_or_create(follower=bob, following=charlie)
    passed_on = make_tweet(alice, "met further up already")
    for number in range(25):
        make_tweet(alice, f"tweet {number}")
    retweet(user=charlie, tweet=passed_on)
    client, first = login(bob), home_page(bob.pk, Cursor()).next
    for url in ("/", f"/?before={first}"):
        warm = [shown(client, url) for _time in range(4)][-1]
        with django_assert_num_queries(0):
            assert shown(client, url) == warm
        assert ("met further up already" in warm) == (url == "/")


def test_closed_card_is_kept_for_its_reader_alone(alice: User, bob: User, charlie: User) -> None:
    tweet = make_tweet(alice, "for bob", audience="followers")
    assert "for bob" in [shown(login(bob)) for _time in range(3)][-1]
    states = {
        who: cards.look([tweet.pk], drawing.version(), "en", who.pk).cards[tweet.pk].state
        for who in (bob, charlie)
    }
    assert states == {bob: "o", charlie: "-"}


CLOSED_CHANGES: dict[str, Callable[[User, User, Tweet], tuple[Callable, dict]]] = {
    "unfollowed": lambda a, b, t: (social_services.unfollow_user, {"follower": b, "following": a}),
    "removed": lambda a, b, t: (social_services.remove_follower, {"user": a, "follower": b}),
    "blocked": lambda a, b, t: (social_services.block_user, {"blocker": a, "blocked": b}),
    "muted": lambda a, b, t: (social_services.mute_user, {"muter": b, "muted": a}),
    "followed back": lambda a, b, t: (social_services.follow_user, {"follower": a, "following": b}),
    "answered": lambda a, b, t: (vote, {"user": b, "tweet": t, "choices": [0]}),
    "deleted": lambda a, b, t: (delete_tweet, {"actor": a, "tweet": t}),
    "renamed": lambda a, b, t: (accounts.change_username, {"user": a, "username": "Alicia"}),
    "liked": lambda a, b, t: (like_tweet, {"user": b, "tweet": t}),
}


@pytest.mark.parametrize("change", CLOSED_CHANGES)
def test_change_of_a_closed_card_shows_at_once(
    alice: User, bob: User, change: str, committed: Callable[..., Any]
) -> None:
    User.objects.filter(pk=alice.pk).update(is_private=True)
    tweet = make_tweet(alice, "closed", reply_policy="following")
    add_poll(tweet)
    make_tweet(bob, "stays")
    client = login(bob)
    before = [shown(client) for _time in range(3)][-1]
    assert cards.look([tweet.pk], drawing.version(), "en", bob.pk).cards[tweet.pk].state == "o"
    action, values = CLOSED_CHANGES[change](User.objects.get(pk=alice.pk), bob, tweet)
    committed(action, **values)
    after = shown(client)
    assert after == ordinary(client, bob) != before
    assert [shown(client) for _time in range(3)][-1] == after


def test_tweet_of_somebody_no_longer_muted_is_shown_again(
    alice: User, bob: User, committed: Callable[..., Any]
) -> None:
    make_tweet(alice, "hears nothing", audience="followers")
    committed(social_services.mute_user, muter=bob, muted=alice)
    client = login(bob)
    assert "hears nothing" not in [shown(client) for _time in range(3)][-1]
    committed(social_services.unmute_user, muter=bob, muted=alice)
    assert "hears nothing" in shown(client)


def test_what_may_come_back_is_kept_for_a_minute(alice: User, bob: User, charlie: User) -> None:
    Follow.objects.get_or_create(follower=bob, following=charlie)
    lost = make_tweet(alice, "lost")
    gone, quoting = make_retweet(charlie, lost), make_tweet(charlie, "quotes it", quote_of=lost)
    closed = make_tweet(alice, "closed", reply_policy="following")
    Tweet.objects.filter(pk=lost.pk).update(hidden_at=timezone.now())
    client, redis = login(bob), clients.client("timelines")
    for _time in range(3):
        shown(client)
    names = {
        pk: list(redis.scan_iter(clients.key(f"*:{pk}:{bob.pk}"))) for pk in (gone.pk, quoting.pk, closed.pk)
    }
    lives = {pk: redis.ttl(name) for pk, (name,) in names.items()}
    assert 0 < lives[gone.pk] <= cards.CLOSED_SECONDS
    assert 0 < lives[quoting.pk] <= cards.CLOSED_SECONDS
    assert lives[closed.pk] > cards.CLOSED_SECONDS


def suspend(user: User) -> None:
    user.suspended_at = timezone.now()
    user.save(update_fields=["suspended_at"])


CHANGES: dict[str, Callable[[User, User, User, Tweet], tuple[Callable, dict]]] = {
    "like": lambda a, b, c, t: (like_tweet, {"user": b, "tweet": t}),
    "like of another": lambda a, b, c, t: (like_tweet, {"user": c, "tweet": t}),
    "unlike": lambda a, b, c, t: (unlike_tweet, {"user": a, "tweet": t}),
    "retweet": lambda a, b, c, t: (retweet, {"user": b, "tweet": t}),
    "undone retweet": lambda a, b, c, t: (undo_retweet, {"user": a, "tweet": t}),
    "bookmark": lambda a, b, c, t: (bookmark_tweet, {"user": b, "tweet": t}),
    "reply": lambda a, b, c, t: (post_tweet, {"author": c, "text": "aha", "reply_to": t}),
    "deletion": lambda a, b, c, t: (delete_tweet, {"actor": a, "tweet": t}),
    "hiding": lambda a, b, c, t: (hide_tweet, {"actor": User(pk=1, is_staff=True), "tweet": t}),
    "deletion of the quoted": lambda a, b, c, t: (delete_tweet, {"actor": c, "tweet": t.quote_of}),
    "author renamed": lambda a, b, c, t: (accounts.change_username, {"user": a, "username": "Alicia"}),
    "author private": lambda a, b, c, t: (accounts.update_privacy, {"user": a, "is_private": True}),
    "author suspended": lambda a, b, c, t: (suspend, {"user": a}),
    "author's picture": lambda a, b, c, t: (
        accounts.set_picture,
        {"user": a, "kind": "avatar", "name": "a.jpg"},
    ),
    "quoted author renamed": lambda a, b, c, t: (
        accounts.change_username,
        {"user": c, "username": "Charles"},
    ),
    "quoted author private": lambda a, b, c, t: (
        accounts.update_privacy,
        {"user": c, "is_private": True},
    ),
    "author blocked": lambda a, b, c, t: (social_services.block_user, {"blocker": b, "blocked": a}),
    "blocked by quoted": lambda a, b, c, t: (social_services.block_user, {"blocker": c, "blocked": b}),
    "author muted": lambda a, b, c, t: (social_services.mute_user, {"muter": b, "muted": a}),
    "mute of the quoted": lambda a, b, c, t: (social_services.mute_user, {"muter": b, "muted": c}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_shows_at_once(
    alice: User, bob: User, charlie: User, change: str, committed: Callable[..., Any]
) -> None:
    quoted = make_tweet(charlie, "quoted")
    tweet = make_tweet(alice, "changes", quote_of=quoted)
    make_tweet(alice, "stays")
    like_tweet(user=alice, tweet=tweet)
    retweet(user=alice, tweet=tweet)
    client = login(bob)
    before = [shown(client) for _time in range(3)][-1]
    assert is_kept(tweet.pk)
    action, values = CHANGES[change](alice, bob, charlie, tweet)
    committed(action, **values)
    after = shown(client)
    assert after == ordinary(client, bob)
    if change != "mute of the quoted":
        assert after != before
    assert shown(client) == after


def test_bookmark_taken_back_shows_at_once(alice: User, bob: User, committed: Callable[..., Any]) -> None:
    tweet = make_tweet(alice)
    committed(bookmark_tweet, user=bob, tweet=tweet)
    client = login(bob)
    marked = [shown(client) for _time in range(3)][-1]
    committed(unbookmark_tweet, user=bob, tweet=tweet)
    assert shown(client) == ordinary(client, bob) != marked


def test_drawing_begun_before_a_change_is_not_kept(alice: User) -> None:
    tweet = make_tweet(alice)
    look = cards.look([tweet.pk], "v", "en", 0)
    look.keep_card(f"v:{tweet.pk}", "en", [tweet.pk, alice.pk], "<old>", [f"t{tweet.pk}", f"u{alice.pk}"])
    look.keep_counts(tweet.pk, (1, 2, 3, 4))
    look.keep_marks(7, tweet.pk, 1)
    look.keep_barred(7, [])
    cards.forget(people=[alice.pk], counts=[tweet.pk], marks=[7], barred=[7])
    assert cards.keep(look) == 0
    again = cards.look([tweet.pk], "v", "en", 7)
    assert (again.cards[tweet.pk].state, again.knows_barred) == ("~", False)


def test_everything_is_forgotten_at_once(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    client = login(bob)
    shown(client)
    assert is_kept(tweet.pk)
    look = cards.look([tweet.pk], drawing.version(), "en", bob.pk)
    assert look.knows_barred
    cards.forget_all()
    assert not is_kept(tweet.pk)
    look.keep_barred(bob.pk, [])
    cards.keep(look)
    assert not cards.look([tweet.pk], drawing.version(), "en", bob.pk).knows_barred


def test_person_on_many_cards_is_forgotten_on_all(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "FORGOTTEN_AT_ONCE", 2)
    ids = list(range(1, 6))
    look = cards.look(ids, "v", "en", 0)
    for pk in ids:
        look.keep_card(f"v:{pk}", "en", [pk, alice.pk], "<p>", [f"u{alice.pk}"])
    assert cards.keep(look) == 5
    cards.forget(people=[alice.pk])
    assert {card.state for card in cards.look(ids, "v", "en", 0).cards.values()} == {"~"}


def test_person_is_known_to_be_on_a_card_for_as_long_as_it_is_kept(alice: User) -> None:
    for pk, seconds in ((1, cards.CARD_SECONDS), (2, cards.CLOSED_SECONDS)):
        look = cards.look([pk], "v", "en", 0)
        look.keep_card(f"v:{pk}", "en", [pk, alice.pk], "<p>", [f"u{alice.pk}"], seconds=seconds)
        cards.keep(look)
    tag = clients.key("{cards}", f"0:tag:u{alice.pk}")
    assert clients.client("timelines").ttl(tag) > cards.CARD_SECONDS


def test_many_readers_of_a_cold_card_draw_it_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tweet = make_tweet(alice)
    with ThreadPoolExecutor(8) as pool:
        looks = list(pool.map(lambda _n: cards.look([tweet.pk], "v", "en", 0), range(40)))
    states = [look.cards[tweet.pk].state for look in looks]
    assert (states.count("?"), states.count("~")) == (1, 39)


def test_drawing_that_went_after_the_look_is_not_shown(alice: User) -> None:
    tweet = make_tweet(alice)
    look = cards.look([tweet.pk], "v", "en", 0)
    look.keep_card(f"v:{tweet.pk}", "en", [tweet.pk, alice.pk], "<old>", [f"u{alice.pk}"])
    cards.keep(look)
    seen, again = (cards.look([tweet.pk], "v", "en", 0) for _time in range(2))
    cards.remember(seen, "v", "en", 0)
    assert seen.cards[tweet.pk].drawn == stencil_of("<old>")
    cards._memory.clear()
    cards.forget(people=[alice.pk])
    cards.remember(again, "v", "en", 0)
    assert again.cards[tweet.pk].drawn is None


def test_process_remembers_only_so_many_drawings(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "REMEMBERED", 3)
    look = cards.look(range(1, 8), "v", "en", 0)
    for pk in range(1, 8):
        look.keep_card(f"v:{pk}", "en", [pk, alice.pk], "<p>", [])
    cards.keep(look)
    again = cards.look(range(1, 8), "v", "en", 0)
    cards.remember(again, "v", "en", 0)
    assert all(card.drawn == stencil_of("<p>") for card in again.cards.values())
    assert len(cards._memory) == 3


def test_every_key_ends_by_itself(alice: User, bob: User) -> None:
    make_tweet(alice, "kept")
    make_tweet(alice, "closed", audience="followers")
    client = login(bob)
    shown(client)
    shown(client)
    cards.forget(tweets=[1], people=[1], counts=[1])
    cards.forget_all()
    redis = clients.client("timelines")
    names = list(redis.scan_iter(clients.key("{cards}:*")))
    assert len(names) > 8
    assert [name for name in names if redis.ttl(name) < 0] == []


def test_cards_are_asked_for_apart_from_a_cluster_of_timelines(
    alice: User, bob: User, settings: Any, django_assert_num_queries: Any
) -> None:
    make_tweet(alice)
    client = login(bob)
    warm = [shown(client) for _time in range(3)][-1]
    roles = {**settings.REDIS_ROLES}
    clients.client("timelines")  # made before the setting names a cluster
    settings.REDIS_ROLES = {**roles, "timelines": "redis+cluster://127.0.0.1:1"}
    with django_assert_num_queries(0):
        assert shown(client) == warm


def test_home_is_shown_without_redis(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tweet(alice, "still there")
    client = login(bob)
    expected = ordinary(client, bob)

    def away(*_: Any, **__: Any) -> None:
        raise clients.redis.ConnectionError

    monkeypatch.setattr(cards, "_run", away)
    monkeypatch.setattr(store, "_run", away)
    assert shown(client) == expected
    reader._breaker.reset()
