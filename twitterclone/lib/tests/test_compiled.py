"""Querysets that are composed once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F, Model, QuerySet

from accounts.models import User
from tweets.models import Tweet
from tweets.tests.factories import make_tweet
from twitterclone.lib.compiled import Compiled

pytestmark = pytest.mark.django_db


def columns(row: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def with_people(tweet_id: int) -> QuerySet[Tweet]:
    return Tweet.objects.filter(pk=tweet_id).select_related("author", "in_reply_to_user").defer("search")


def test_rows_are_those_of_the_queryset(alice: User, bob: User, django_assert_num_queries: Callable) -> None:
    first = make_tweet(alice, "one")
    answer = make_tweet(bob, "two", in_reply_to=first, in_reply_to_user=alice)
    look: Compiled[Tweet] = Compiled(with_people, 1)
    for tweet in (first, answer, first):
        with django_assert_num_queries(1):
            (found,) = look(tweet.pk)
        (asked,) = with_people(tweet.pk)
        assert columns(found) == columns(asked)
        assert columns(found.author) == columns(asked.author)
        for row in (found, asked):
            assert (row.in_reply_to_user and row.in_reply_to_user.username) == (
                "alice" if tweet is answer else None
            )


def test_annotations_and_deferred_columns_are_those_of_the_queryset(alice: User) -> None:
    tweet = make_tweet(alice, "words")
    look: Compiled[Tweet] = Compiled(
        lambda pk: (
            Tweet.objects.filter(pk=pk).only("content").annotate(privacy=F("author__privacy_settings"))
        ),
        1,
    )
    (found,) = look(tweet.pk)
    assert found.get_deferred_fields() >= {"audience", "language"}
    assert getattr(found, "privacy") == alice.privacy_settings  # noqa: B009 -- annotated
    assert (found.content, found.audience) == ("words", "public")


def test_ids_that_no_row_has_ask_nothing(alice: User, django_assert_num_queries: Callable) -> None:
    look: Compiled[User] = Compiled(lambda pk: User.objects.filter(pk=pk), 1)
    assert look(alice.pk) == [alice]
    assert look(None) == []
    with django_assert_num_queries(0):
        assert [look(number) for number in (-1, 1 << 63, 10**30)] == [[], [], []]


def test_rows_are_asked_for_by_a_text(alice: User, bob: User, django_assert_num_queries: Callable) -> None:
    look: Compiled[User] = Compiled(lambda name: User.objects.filter(username=name), 1, of=str)
    for user in (alice, bob, alice):
        with django_assert_num_queries(1):
            assert [found.pk for found in look(user.username)] == [user.pk]
    assert look("nobody' OR 1=1") == []


def test_change_is_made_with_the_look_and_only_where_something_is_found(
    alice: User, bob: User, django_assert_num_queries: Callable
) -> None:
    look: Compiled[Tweet] = Compiled(lambda pk: with_people(pk).annotate(place=F("author__location")), 1)
    change = """
        changed AS (UPDATE users SET bio = %(words)s || seen.place FROM seen
            WHERE users.id = seen.tweets_author_id AND seen.users_username = 'alice' RETURNING users.id)
    """
    shown = "tweets_content, users_id FROM seen"
    for author, changed in ((alice, 1), (bob, 0)):
        tweet = make_tweet(author, "one")
        with django_assert_num_queries(1):
            found = look.change((tweet.pk,), change, {"words": "lives in "}, shown)
        assert found == ("one", author.pk, changed)
    assert User.objects.get(pk=alice.pk).bio == f"lives in {alice.location}"
    assert look.change((1 << 40,), change, {"words": ""}, shown) is None
    with django_assert_num_queries(0):
        assert look.change((-1,), change, {"words": ""}, shown) is None
