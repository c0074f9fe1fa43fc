"""Fields of partitioned tables: every ordinary way of the ORM opens only the months it must."""

from datetime import UTC, datetime

import pytest
from django.db.models import F, Q

from accounts.models import User
from tweets.models import Like, Tweet
from tweets.partitions import make_months
from twitterclone.lib.fields import BIGGEST_ID, SnowflakeField, SnowflakeTimeField
from twitterclone.lib.ids import id_at, id_time
from twitterclone.tests.plans import Plan, month_of, plans_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def months(alice: User) -> dict[int, Tweet]:
    """A tweet of each month from January to June 2025; each is a reply to, and quotes, that before."""
    make_months(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
    tweets: dict[int, Tweet] = {}
    for month in range(1, 7):
        before = tweets.get(month - 1)
        tweets[month] = Tweet.objects.create(
            id=id_at(datetime(2025, month, 15, tzinfo=UTC)) + 5,
            author=alice,
            content=f"Month {month}",
            in_reply_to=before,
            in_reply_to_user=alice if before else None,
            quote_of=before,
        )
        Like.objects.create(user=alice, tweet=tweets[month])
    return tweets


def only(plans: list[Plan]) -> Plan:
    assert len(plans) == 1, [plan.sql for plan in plans]
    return plans[0]


def names(*tweets: Tweet) -> set[str]:
    return {month_of(tweet.created_at) for tweet in tweets}


def test_time_of_a_row_is_that_of_its_id(months: dict[int, Tweet]) -> None:
    for tweet in Tweet.objects.all():
        assert tweet.created_at == id_time(tweet.pk)


def test_new_row_is_inserted_without_trying_an_update(alice: User) -> None:
    plans = plans_of(lambda: Tweet(author=alice, content="New").save(), about='"tweets"')
    assert [plan.sql.split()[0] for plan in plans] == ["INSERT"]


def test_id_is_made_when_the_row_is_written(alice: User) -> None:
    tweet = Tweet(author=alice)
    assert tweet.pk is None
    tweet.save()
    assert tweet.pk
    assert SnowflakeField().get_default() is None
    assert not SnowflakeTimeField().editable


def test_one_month_is_opened_when_a_row_is_fetched_by_its_id(months: dict[int, Tweet]) -> None:
    for find in ({"pk": months[2].pk}, {"id": months[2].pk}, {"pk__exact": months[2].pk}):
        plan = only(plans_of(lambda find=find: Tweet.objects.get(**find)))
        assert plan.planned == names(months[2])


def test_months_of_the_ids_are_opened_when_rows_are_fetched(months: dict[int, Tweet]) -> None:
    wanted = [months[1].pk, months[4].pk]
    for fetch in (
        lambda: list(Tweet.objects.filter(pk__in=wanted)),
        lambda: Tweet.objects.in_bulk(wanted),
        lambda: list(Tweet.objects.filter(Q(pk=wanted[0]) | Q(pk=wanted[1]))),
    ):
        assert only(plans_of(fetch)).planned == names(months[1], months[4])


def test_later_months_stay_closed_when_ids_are_compared(months: dict[int, Tweet]) -> None:
    below = only(plans_of(lambda: list(Tweet.objects.filter(pk__lt=months[3].pk, pk__gte=months[2].pk))))
    assert below.planned == names(months[2], months[3])
    above = only(plans_of(lambda: list(Tweet.objects.filter(pk__gt=months[5].pk, pk__lte=months[6].pk))))
    assert above.planned == names(months[5], months[6])


def test_neighbours_of_one_millisecond_are_told_apart(months: dict[int, Tweet], alice: User) -> None:
    first = months[2].pk
    Tweet.objects.create(id=first + 1, author=alice, content="The next")
    assert list(Tweet.objects.filter(pk__gt=first, pk__lt=months[3].pk).values_list("pk", flat=True)) == [
        first + 1
    ]
    assert Tweet.objects.filter(pk__gte=first, pk__lte=first + 1).count() == 2


@pytest.mark.parametrize("value", [-1, 0, 5, BIGGEST_ID, BIGGEST_ID + 1, 10**30])
def test_nothing_is_found_when_no_row_can_have_the_id(value: int, months: dict[int, Tweet]) -> None:
    assert not Tweet.objects.filter(pk=value).exists()
    assert not Tweet.objects.filter(pk__in=[value]).exists()
    assert Tweet.objects.filter(pk__in=[value, months[1].pk]).get() == months[1]
    assert Tweet.objects.filter(pk__lte=value).count() == (6 if value > 5 else 0)
    assert Tweet.objects.filter(pk__gte=value).count() == (0 if value > 5 else 6)
    assert Tweet.objects.exclude(pk=value).count() == 6
    assert not User.objects.filter(pk=value).exists()


def test_one_month_is_opened_when_a_link_is_followed(months: dict[int, Tweet]) -> None:
    like = Like.objects.get(tweet_id=months[3].pk)
    assert only(plans_of(lambda: like.tweet)).planned == names(months[3])
    reply = Tweet.objects.get(pk=months[5].pk)
    assert only(plans_of(lambda: reply.in_reply_to)).planned == names(months[4])


def test_months_of_the_parents_are_opened_when_prefetched(months: dict[int, Tweet], alice: User) -> None:
    some = Like.objects.filter(tweet_id__in=[months[1].pk, months[6].pk])
    plans = plans_of(lambda: list(some.prefetch_related("tweet")), about='"tweets"')
    assert only(plans).planned == names(months[1], months[6])


def test_tweets_are_joined_with_tweets(months: dict[int, Tweet], alice: User) -> None:
    assert Tweet.objects.filter(in_reply_to__content="Month 3").get() == months[4]
    assert (
        Tweet.objects.filter(quote_of__author=alice, quote_of__in_reply_to__content="Month 1").get()
        == months[3]
    )
    assert Tweet.objects.filter(in_reply_to__pk__lt=months[3].pk).count() == 2
    assert Tweet.objects.filter(replies__content="Month 6").get() == months[5]
    found = Tweet.objects.select_related("in_reply_to__quote_of").get(pk=months[6].pk)
    assert found.in_reply_to.quote_of == months[4]


def test_reverse_side_is_prefetched(months: dict[int, Tweet]) -> None:
    tweets = list(Tweet.objects.filter(pk__in=[months[1].pk]).prefetch_related("replies", "likes"))
    assert [reply.content for reply in tweets[0].replies.all()] == ["Month 2"]
    assert tweets[0].likes.count() == 1


@pytest.mark.parametrize("kind", ["save", "update", "expression", "lock", "delete"])
def test_one_month_is_opened_when_a_row_is_written(kind: str, months: dict[int, Tweet]) -> None:
    tweet = months[6]
    row = Tweet.objects.filter(pk=tweet.pk)
    actions = {
        "save": lambda: tweet.save(update_fields=["content"]),
        "update": lambda: row.update(content="Changed"),
        "expression": lambda: row.update(likes_count=F("likes_count") + 1),
        "lock": lambda: list(row.select_for_update()),
        "delete": lambda: row._raw_delete(row.db),
    }
    if kind == "delete":
        Like.objects.filter(tweet=tweet).delete()
    plan = only(plans_of(actions[kind], about='"tweets"'))
    assert plan.planned == names(tweet)


def test_companion_column_follows_when_the_link_changes(months: dict[int, Tweet]) -> None:
    reply = months[6]
    reply.in_reply_to = months[2]
    reply.save(update_fields=["in_reply_to"])
    reply.refresh_from_db()
    assert reply.in_reply_to_created_at == months[2].created_at
    reply.in_reply_to = None
    reply.save(update_fields=["in_reply_to"])
    reply.refresh_from_db()
    assert reply.in_reply_to_created_at is None


def test_row_is_created_once_when_asked_twice(months: dict[int, Tweet], alice: User) -> None:
    one, is_new = Like.objects.get_or_create(user=alice, tweet=months[1])
    assert not is_new
    assert one.tweet_created_at == months[1].created_at
    Like.objects.bulk_create([Like(user=alice, tweet=months[1])], ignore_conflicts=True)
    assert Like.objects.filter(tweet=months[1]).count() == 1


def test_rows_are_annotated_and_excluded_as_anywhere(months: dict[int, Tweet]) -> None:
    assert Tweet.objects.exclude(pk=months[1].pk).count() == 5
    assert set(Like.objects.values_list("tweet__content", flat=True)) == {f"Month {n}" for n in range(1, 7)}
    assert Tweet.objects.filter(likes__user__username="alice").distinct().count() == 6
