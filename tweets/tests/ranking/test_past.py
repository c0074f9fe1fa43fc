"""What somebody's past says: of authors, hashtags and languages; written down or found when read."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import User
from tweets.models import Affinity, Audience, Hashtag, Interest, Like, Taste, Tweet, TweetHashtag
from tweets.ranking import past
from tweets.ranking.past import HALF_LIFE, SPAN, Deeds, past_of, refresh, refresh_stale, stale_people
from tweets.tasks import refresh_pasts
from tweets.tests.factories import make_retweet, make_tweet
from twitterclone.lib.ids import id_at

pytestmark = pytest.mark.django_db

_serial = count(1)  # so that two likes of one millisecond differ


def like(user: User, tweet: Tweet, ago: timedelta = timedelta(0)) -> None:
    moment = timezone.now() - ago
    Like.objects.create(id=id_at(moment) | next(_serial), user=user, tweet=tweet, created_at=moment)


def tagged(author: User, name: str, **fields: object) -> Tweet:
    tweet = make_tweet(author, f"#{name}", **fields)
    hashtag, _ = Hashtag.objects.get_or_create(name=name.lower(), defaults={"display": name})
    TweetHashtag.objects.create(hashtag=hashtag, tweet=tweet)
    return tweet


@pytest.fixture
def busy(alice: User, bob: User, charlie: User) -> User:
    """Bob, who likes two tweets of alice, answers one of charlie's and passes one on."""
    like(bob, tagged(alice, "Rain", language="en"))
    like(bob, make_tweet(alice, language="en"))
    make_tweet(bob, in_reply_to=make_tweet(charlie), language="de")
    make_retweet(bob, tagged(charlie, "Trains", language="de"))
    return bob


def test_past_names_authors_hashtags_and_languages(busy: User, alice: User, charlie: User) -> None:
    found = past_of(busy.pk, timezone.now())
    deeds = {author: (one.likes, one.replies, one.retweets) for author, one in found.authors.items()}
    assert deeds == {alice.pk: (2, 0, 0), charlie.pk: (0, 1, 1)}
    assert found.authors[alice.pk].value == pytest.approx(2, abs=0.01)
    assert found.authors[charlie.pk].value == pytest.approx(4, abs=0.01)
    names = {name: found.hashtags[pk] for pk, name in Hashtag.objects.values_list("pk", "display")}
    assert names == {"Rain": pytest.approx(1, abs=0.01), "Trains": pytest.approx(2, abs=0.01)}
    assert found.languages == {"en": pytest.approx(1 / 3, abs=0.01), "de": pytest.approx(2 / 3, abs=0.01)}


def test_hashtags_of_tweets_that_are_not_for_everybody_are_no_interest(
    alice: User, bob: User, person: Callable[..., User]
) -> None:
    private = person("private", is_private=True)
    for number, author in enumerate((alice, bob, private)):
        like(bob, tagged(author, f"Direct{number}", audience=Audience.MENTIONED))
    like(bob, tagged(private, "Private"))
    like(bob, tagged(alice, "Hidden", hidden_at=timezone.now()))
    make_retweet(bob, tagged(alice, "Deleted", deleted_at=timezone.now()))
    like(bob, tagged(alice, "Tea"))
    tagged(private, "Own")
    names = dict(Hashtag.objects.values_list("pk", "display"))
    now = timezone.now()
    assert {names[pk] for pk in past_of(bob.pk, now).hashtags} == {"Tea"}
    assert {names[pk] for pk in past_of(private.pk, now).hashtags} == {"Private", "Own"}


def test_past_is_the_same_when_it_was_written_down(busy: User) -> None:
    now = timezone.now()
    found = past_of(busy.pk, now)
    assert refresh([busy.pk], now)
    assert past_of(busy.pk, now) == found
    assert refresh([busy.pk], now)
    assert Affinity.objects.count() == 2
    assert Interest.objects.count() == 2
    assert Taste.objects.count() == 1


def test_old_deeds_count_less_and_very_old_ones_not_at_all(alice: User, bob: User, charlie: User) -> None:
    like(bob, make_tweet(alice), HALF_LIFE)
    like(bob, make_tweet(charlie), SPAN + timedelta(minutes=1))
    found = past_of(bob.pk, timezone.now())
    assert found.authors == {alice.pk: Deeds(1, 0, 0, pytest.approx(0.5, abs=0.01))}


def test_only_the_strongest_are_kept(alice: User, bob: User, charlie: User, monkeypatch) -> None:
    monkeypatch.setattr(past, "AUTHORS", 1)
    like(bob, make_tweet(alice))
    like(bob, make_tweet(charlie))
    like(bob, make_tweet(charlie))
    assert past_of(bob.pk, timezone.now()).authors.keys() == {charlie.pk}


def test_one_does_not_deal_with_oneself(alice: User) -> None:
    like(alice, tagged(alice, "Rain", language="en"))
    found = past_of(alice.pk, timezone.now())
    assert found.authors == {}
    assert len(found.hashtags) == 1
    assert found.languages == {"en": 1}


def test_person_without_a_past_has_an_empty_one(alice: User) -> None:
    now = timezone.now()
    assert past_of(alice.pk, now) == past.Past()
    refresh([alice.pk], now)
    assert past_of(alice.pk, now) == past.Past()


def test_what_was_written_long_ago_is_found_anew_when_read(busy: User, alice: User) -> None:
    refresh([busy.pk], timezone.now() - timedelta(days=2))
    like(busy, make_tweet(alice))
    assert past_of(busy.pk, timezone.now()).authors[alice.pk].likes == 3


def test_task_looks_at_everybody_who_is_active_once(busy: User, alice: User, charlie: User) -> None:
    User.objects.filter(pk=charlie.pk).update(last_active_at=timezone.now() - timedelta(days=9))
    assert set(stale_people(timezone.now())) == {busy.pk, alice.pk}
    refresh_pasts()
    assert set(Taste.objects.values_list("user_id", flat=True)) == {busy.pk, alice.pk}
    assert stale_people(timezone.now()) == []
    assert Affinity.objects.filter(user=busy).count() == 2


def test_past_is_looked_at_again_when_somebody_came_back(alice: User) -> None:
    refresh([alice.pk], timezone.now() - timedelta(hours=2))
    assert stale_people(timezone.now()) == [alice.pk]
    User.objects.update(last_active_at=timezone.now() - timedelta(hours=3))
    assert stale_people(timezone.now()) == []


def test_looking_goes_on_in_batches_until_the_time_is_over(
    busy: User, alice: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "stale_people", lambda now: stale_people(now, 1))
    assert refresh_stale(seconds=0) == 0
    assert refresh_stale(seconds=30) == 3
