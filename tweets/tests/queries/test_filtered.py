"""Feeds as programs ask for them: conditions, bounds on both sides, and who may read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.cast import Person
from media.models import Media
from social.models import Mute
from tweets.models import Hashtag, Tweet, TweetHashtag, TweetMedia
from tweets.partitions import make_months
from tweets.queries.filtered import Conditions, author_page, everyones_page, tagged_page
from tweets.queries.timelines import timeline_ids
from tweets.tests.factories import make_retweet, make_tweet
from tweets.timelines.reader import home_page
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.ids import next_id
from twitterclone.lib.pagination import Cursor, Slice

pytestmark = pytest.mark.django_db

ALL = Conditions()


def texts(slice_: Slice) -> list[str]:
    return [card.text for card in slice_.items]


def tag(tweet: Tweet, *names: str) -> Tweet:
    for name in names:
        row, _ = Hashtag.objects.get_or_create(name=name, defaults={"display": name})
        TweetHashtag.objects.create(hashtag=row, tweet=tweet)
    return tweet


def with_picture(tweet: Tweet) -> Tweet:
    picture = Media.objects.create(owner=tweet.author, state="ready", width=4, height=3)
    TweetMedia.objects.create(tweet=tweet, media=picture, position=0)
    return tweet


def test_account_feed_holds_what_the_conditions_let_pass(alice: User, bob: User) -> None:
    first = make_tweet(alice, "first")
    make_tweet(alice, "to myself", in_reply_to=first)
    make_tweet(alice, "to bob", in_reply_to=make_tweet(bob, "bob's"))
    with_picture(make_tweet(alice, "picture"))
    make_retweet(alice, Tweet.objects.get(content="bob's"))

    def of(conditions: Conditions) -> list[str]:
        return texts(author_page(None, alice.pk, conditions, Cursor()))

    assert of(ALL) == ["bob's", "picture", "to bob", "to myself", "first"]
    assert of(Conditions(without_replies=True)) == ["bob's", "picture", "to myself", "first"]
    assert of(Conditions(without_retweets=True)) == ["picture", "to bob", "to myself", "first"]
    assert of(Conditions(only_media=True)) == ["picture"]


def test_account_feed_is_empty_when_blocked_or_protected(alice: User, mallory: User, person: Person) -> None:
    make_tweet(alice)
    make_tweet(person("hidden", is_private=True))
    hidden = User.objects.get(username="hidden")
    assert author_page(mallory.pk, alice.pk, ALL, Cursor()).items == []
    assert author_page(alice.pk, hidden.pk, ALL, Cursor()).items == []
    assert len(author_page(hidden.pk, hidden.pk, ALL, Cursor()).items) == 1


def test_account_feed_is_refused_when_there_is_no_account(alice: User) -> None:
    alice.suspended_at = alice.created_at
    alice.save()
    for identifier in (alice.pk, 0, (1 << 63) - 1):
        with pytest.raises(NotVisible):
            author_page(None, identifier, ALL, Cursor())


def test_hashtags_are_joined_excluded_and_asked_together(alice: User) -> None:
    tag(make_tweet(alice, "cat"), "cat")
    tag(make_tweet(alice, "dog"), "dog")
    tag(with_picture(make_tweet(alice, "cat and dog")), "cat", "dog")

    def of(**conditions: object) -> list[str]:
        return texts(tagged_page(None, "CAT", Conditions(**conditions), Cursor()))

    assert of() == ["cat and dog", "cat"]
    assert of(any_of=["dog"]) == ["cat and dog", "dog", "cat"]
    assert of(all_of=["dog"]) == ["cat and dog"]
    assert of(none_of=["dog"]) == ["cat"]
    assert of(only_media=True) == ["cat and dog"]
    assert texts(tagged_page(None, "unknown", ALL, Cursor())) == []


def test_everyones_feed_leaves_muted_and_private_people_out(
    alice: User, bob: User, charlie: User, person: Person
) -> None:
    for author in (alice, charlie, person("hidden", is_private=True)):
        make_tweet(author, f"by {author.username}")
    Mute.objects.create(muter=bob, muted=charlie)
    assert texts(everyones_page(bob.pk, ALL, Cursor())) == ["by alice"]
    assert texts(everyones_page(None, Conditions(only_media=True), Cursor())) == []


@pytest.mark.parametrize("feed", ["account", "everyone", "tag", "home"])
def test_a_page_upwards_holds_what_is_right_above(alice: User, bob: User, feed: str) -> None:
    rows = [tag(make_tweet(alice, str(number)), "tag") for number in range(9)]

    def read(cursor: Cursor) -> Slice:
        return {
            "account": lambda: author_page(bob.pk, alice.pk, ALL, cursor),
            "everyone": lambda: everyones_page(bob.pk, ALL, cursor),
            "tag": lambda: tagged_page(bob.pk, "tag", ALL, cursor),
            "home": lambda: home_page(bob.pk, cursor),
        }[feed]()

    assert texts(read(Cursor(after=rows[2].pk, limit=3, nearest=True))) == ["5", "4", "3"]
    assert texts(read(Cursor(after=rows[2].pk, limit=3))) == ["8", "7", "6"]
    assert texts(read(Cursor(after=rows[7].pk, limit=3, nearest=True))) == ["8"]
    top = read(Cursor(after=rows[8].pk, limit=3, nearest=True))
    assert (top.items, top.next) == ([], None)


def test_upwards_goes_on_past_what_is_hidden(alice: User, bob: User, charlie: User) -> None:
    start = make_tweet(alice, "start")
    for _ in range(30):
        make_tweet(charlie)
    make_tweet(alice, "end")
    Mute.objects.create(muter=bob, muted=charlie)
    page = everyones_page(bob.pk, ALL, Cursor(after=start.pk, limit=5, nearest=True))
    assert texts(page) == ["end"]


def test_home_upwards_crosses_its_spans_without_repeating(alice: User, bob: User) -> None:
    day = 24 * 3600 * 1000 << 16
    make_months((timezone.now() - timedelta(days=310)).date(), timezone.now().date())
    now = next_id()
    ids = [now - age * day for age in (300, 40, 29, 8, 6, 2, 1, 0)]
    for identifier in ids:
        make_tweet(alice, id=identifier)
    assert timeline_ids(bob.pk, Cursor(after=ids[0], limit=20, nearest=True)) == ids[:0:-1]
    assert timeline_ids(bob.pk, Cursor(after=ids[0], limit=3, nearest=True)) == ids[3:0:-1]
