"""What is told of what people do: whom, into which line, and what is taken back."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from notifications import receivers
from notifications.models import Notification, NotificationEvent
from notifications.tests.helpers import deliver, everything, facts, lines
from social.models import Block, Follow, FollowRequest, Mute
from social.services import (
    accept_follow_request,
    accept_waiting_requests,
    block_user,
    follow_user,
    mute_user,
    reject_follow_request,
    unfollow_user,
)
from tweets.models import Audience, Like, Mention, Retweet, Tweet
from tweets.services.engagement import like_tweet, retweet, undo_retweet, unlike_tweet
from tweets.services.posting import delete_tweet, post_tweet
from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db

Person = Callable[..., User]


@pytest.fixture
def tweet(alice: User) -> Tweet:
    return post_tweet(author=alice, text="What a morning")


def test_likes_of_one_tweet_share_a_line_while_it_is_unread(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=bob, tweet=tweet)
    like_tweet(user=charlie, tweet=tweet)
    deliver()
    assert lines(alice) == [("like", "charlie", 2, False)]
    assert Notification.objects.get(user=alice).message == "Charlie Novak and 1 other liked your tweet"


def test_a_like_begins_a_new_line_when_the_last_one_was_read(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=bob, tweet=tweet)
    deliver()
    Notification.objects.filter(user=alice).update(is_read=True, read_at="2026-01-01T00:00Z")
    like_tweet(user=charlie, tweet=tweet)
    deliver()
    assert lines(alice) == [("like", "charlie", 1, False), ("like", "bob", 1, True)]


def test_line_shrinks_and_goes_when_likes_are_taken_back(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=bob, tweet=tweet)
    like_tweet(user=charlie, tweet=tweet)
    deliver()
    unlike_tweet(user=charlie, tweet=tweet)
    deliver()
    assert lines(alice) == [("like", "bob", 1, False)]
    assert Notification.objects.get(user=alice).message == "Bob Okafor liked your tweet"
    unlike_tweet(user=bob, tweet=tweet)
    deliver()
    assert everything() == ([], [])


def test_read_line_shrinks_too_and_the_unread_one_keeps_its_people(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=bob, tweet=tweet)
    deliver()
    Notification.objects.filter(user=alice).update(is_read=True, read_at="2026-01-01T00:00Z")
    like_tweet(user=charlie, tweet=tweet)
    deliver()
    unlike_tweet(user=bob, tweet=tweet)
    deliver()
    assert lines(alice) == [("like", "charlie", 1, False)]


def test_nothing_is_told_when_like_was_taken_back_before_it_could_be(tweet: Tweet, bob: User) -> None:
    like_tweet(user=bob, tweet=tweet)
    unlike_tweet(user=bob, tweet=tweet)
    deliver()
    assert everything() == ([], [])


def test_retweet_is_told_of_the_original_and_taken_back(tweet: Tweet, alice: User, bob: User) -> None:
    retweet(user=bob, tweet=tweet)
    deliver()
    assert lines(alice) == [("retweet", "bob", 1, False)]
    assert NotificationEvent.objects.get().tweet_id == tweet.pk
    undo_retweet(user=bob, tweet=tweet)
    deliver()
    assert everything() == ([], [])


def test_each_person_is_told_once_of_a_reply_that_quotes_and_names_them(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    post_tweet(author=bob, text="@alice @charlie look", reply_to=tweet, quote_of=tweet)
    deliver()
    assert facts(alice) == {("reply", "bob")}
    assert facts(charlie) == {("mention", "bob")}


def test_quote_is_told(tweet: Tweet, alice: User, bob: User) -> None:
    post_tweet(author=bob, text="So true", quote_of=tweet)
    deliver()
    assert lines(alice) == [("quote", "bob", 1, False)]


def test_nobody_is_told_of_their_own_deeds(tweet: Tweet, alice: User) -> None:
    like_tweet(user=alice, tweet=tweet)
    retweet(user=alice, tweet=tweet)
    post_tweet(author=alice, text="@alice again", reply_to=tweet, quote_of=tweet)
    deliver()
    assert everything() == ([], [])


def test_lines_go_when_the_tweet_they_are_of_is_deleted(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=bob, tweet=tweet)
    reply = post_tweet(author=bob, text="@charlie come", reply_to=tweet)
    deliver()
    delete_tweet(actor=bob, tweet=reply)
    deliver()
    assert facts(alice) == {("like", "bob")}
    assert facts(charlie) == set()
    delete_tweet(actor=alice, tweet=tweet)
    deliver()
    assert everything() == ([], [])


def test_statements_do_not_grow_with_the_tweets_that_are_deleted_together(
    alice: User, bob: User, charlie: User, django_assert_num_queries: Any
) -> None:
    kept = post_tweet(author=alice, text="@bob stay")
    for count in (2, 40):
        tweets = [post_tweet(author=alice, text=f"@bob {number} of {count}") for number in range(count)]
        for tweet in tweets:
            like_tweet(user=charlie, tweet=tweet)
        deliver()
        assert len(facts(alice)) == 1
        Tweet.objects.filter(pk__in=[tweet.pk for tweet in tweets]).update(deleted_at=timezone.now())
        told = [("tweet.deleted", {"tweet_id": tweet.pk}) for tweet in [*tweets, kept]]
        with django_assert_num_queries(7):  # two of them are a savepoint
            assert all(receivers.on_tweets_deleted(told))
        assert facts(alice) == set()
        assert facts(bob) == {("mention", "alice")}
        assert NotificationEvent.objects.count() == 1


def test_late_events_of_a_deleted_tweet_tell_nothing(tweet: Tweet, alice: User, bob: User) -> None:
    like_tweet(user=bob, tweet=tweet)
    reply = post_tweet(author=bob, text="@charlie come", reply_to=tweet)
    delete_tweet(actor=bob, tweet=reply)
    delete_tweet(actor=alice, tweet=tweet)
    deliver()
    receivers.on_like_changed(tweet_id=tweet.pk, user_id=bob.pk)
    receivers.on_tweet_posted(tweet_id=reply.pk)
    assert everything() == ([], [])


def test_follows_share_a_line_and_unfollowing_takes_back(alice: User, charlie: User, person: Person) -> None:
    dora = person("dora")
    follow_user(follower=charlie, following=alice)
    follow_user(follower=dora, following=alice)
    deliver()
    assert lines(alice) == [("follow", "dora", 2, False)]
    unfollow_user(follower=dora, following=alice)
    deliver()
    assert lines(alice) == [("follow", "charlie", 1, False)]


def test_requests_that_nobody_answered_become_no_lines_of_followers(person: Person, charlie: User) -> None:
    owner = person("owner", is_private=True)
    follow_user(follower=charlie, following=owner)
    deliver()
    User.objects.filter(pk=owner.pk).update(privacy_settings={**owner.privacy_settings, "is_private": False})
    accept_waiting_requests(user=owner)
    deliver()
    assert lines(owner) == []
    assert facts(owner) == {("follow", "charlie")}


def test_request_is_told_and_becomes_a_read_line_of_a_follower_when_accepted(
    person: Person, charlie: User
) -> None:
    owner = person("owner", is_private=True)
    follow_user(follower=charlie, following=owner)
    deliver()
    assert lines(owner) == [("follow_request", "charlie", 1, False)]
    accept_follow_request(user=owner, request_id=FollowRequest.objects.get().pk)
    deliver()
    assert lines(owner) == [("follow", "charlie", 1, True)]
    assert facts(owner) == {("follow", "charlie")}
    unfollow_user(follower=charlie, following=owner)
    deliver()
    assert everything() == ([], [])


def test_page_of_a_request_opens_though_it_was_answered_before_it_was_told(
    person: Person,
    charlie: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    pushed: list[tuple[list[int], str]] = []
    monkeypatch.setattr(receivers, "tell_users", lambda ids, event: pushed.append((ids, event["type"])))
    owner = person("owner", is_private=True)
    follow_user(follower=charlie, following=owner)
    accept_follow_request(user=owner, request_id=FollowRequest.objects.get().pk)
    with django_capture_on_commit_callbacks(execute=True):
        deliver()
    assert pushed == [([charlie.pk], "follow.accepted")]
    assert lines(owner) == [("follow", "charlie", 1, True)]


@pytest.mark.parametrize("answer", ["rejected", "withdrawn"])
def test_request_line_goes_when_it_is_rejected_or_withdrawn(
    person: Person, charlie: User, answer: str
) -> None:
    owner = person("owner", is_private=True)
    follow_user(follower=charlie, following=owner)
    deliver()
    if answer == "rejected":
        reject_follow_request(user=owner, request_id=FollowRequest.objects.get().pk)
    else:
        unfollow_user(follower=charlie, following=owner)
    deliver()
    assert everything() == ([], [])


def test_blocked_and_muted_people_are_not_told_of(
    tweet: Tweet, alice: User, bob: User, charlie: User, mallory: User
) -> None:
    mute_user(muter=alice, muted=charlie)
    Like.objects.create(user=mallory, tweet=tweet)
    receivers.on_like_changed(tweet_id=tweet.pk, user_id=mallory.pk)
    post_tweet(author=mallory, text="@alice hey")
    like_tweet(user=charlie, tweet=tweet)
    post_tweet(author=charlie, text="@alice hey", reply_to=tweet)
    deliver()
    assert everything() == ([], [])


def test_muted_person_is_told_of_when_notifications_stay_or_the_mute_is_over(
    tweet: Tweet, alice: User, charlie: User, bob: User
) -> None:
    Mute.objects.create(muter=alice, muted=charlie, hide_notifications=False)
    Mute.objects.create(muter=alice, muted=bob, expires_at="2020-01-01T00:00Z")
    like_tweet(user=charlie, tweet=tweet)
    like_tweet(user=bob, tweet=tweet)
    deliver()
    assert lines(alice) == [("like", "bob", 2, False)]


def test_block_takes_back_both_ways_and_mute_one_way(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=bob, tweet=tweet)
    like_tweet(user=charlie, tweet=tweet)
    post_tweet(author=alice, text="@bob @charlie hello")
    deliver()
    block_user(blocker=bob, blocked=alice)
    mute_user(muter=alice, muted=charlie)
    deliver()
    assert facts(alice) == set()
    assert facts(bob) == set()
    assert facts(charlie) == {("mention", "alice")}


def test_person_is_not_told_of_a_tweet_they_may_not_see(tweet: Tweet, alice: User, person: Person) -> None:
    hermit, _dora = person("hermit", is_private=True), person("dora")
    post_tweet(author=hermit, text="My thoughts", quote_of=tweet)
    post_tweet(author=hermit, text="@dora for few", quote_of=tweet, audience=Audience.MENTIONED)
    post_tweet(author=hermit, text="@alice for you", audience=Audience.MENTIONED)
    deliver()
    assert facts(alice) == {("mention", "hermit")}


def test_person_who_may_not_be_mentioned_is_not_told(person: Person, charlie: User) -> None:
    shy = person("shy", who_may_mention="following")
    post_tweet(author=charlie, text="@shy hello")
    Follow.objects.create(follower=shy, following=charlie)
    post_tweet(author=charlie, text="@shy hello again")
    deliver()
    assert Notification.objects.filter(user=shy).count() == 1


def test_suspended_person_vanishes_from_lines_and_is_not_told_of(
    tweet: Tweet, alice: User, bob: User, charlie: User
) -> None:
    like_tweet(user=charlie, tweet=tweet)
    like_tweet(user=bob, tweet=tweet)
    deliver()
    User.objects.filter(pk=bob.pk).update(suspended_at="2026-01-01T00:00Z")
    receivers.on_user_changed(user_id=bob.pk)
    receivers.on_like_changed(tweet_id=tweet.pk, user_id=bob.pk)
    assert lines(alice) == [("like", "charlie", 1, False)]


def test_message_is_in_the_language_of_its_recipient(tweet: Tweet, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="xx-unknown")
    like_tweet(user=bob, tweet=tweet)
    deliver()
    assert Notification.objects.get().message == "Bob Okafor liked your tweet"


def test_everything_stays_as_it_is_when_each_event_is_handled_twice(
    tweet: Tweet, alice: User, bob: User, charlie: User, person: Person
) -> None:
    owner = person("owner", is_private=True)
    for user in (bob, charlie):
        like_tweet(user=user, tweet=tweet)
        retweet(user=user, tweet=tweet)
        follow_user(follower=user, following=owner)
    post_tweet(author=bob, text="@charlie yes", reply_to=tweet)
    post_tweet(author=charlie, text="no", quote_of=tweet)
    follow_user(follower=charlie, following=alice)
    unlike_tweet(user=bob, tweet=tweet)
    undo_retweet(user=charlie, tweet=tweet)
    accept_follow_request(user=owner, request_id=FollowRequest.objects.first().pk)
    mute_user(muter=owner, muted=bob)
    deliver()
    before = everything()
    assert before[0]
    outbox.reopen(3600)
    deliver()
    assert everything() == before


@pytest.mark.parametrize("seed", range(6))
def test_facts_equal_what_sql_says_after_random_deeds_handled_in_any_order(seed: int, person: Person) -> None:
    chance = random.Random(seed)
    people = [person(f"p{number}") for number in range(4)]
    tweets = [post_tweet(author=people[0], text="first")]
    for step in range(60):
        do_something(chance, step, people, tweets)
        if chance.random() < 0.2:
            handle_some_in_random_order(chance)
    handle_some_in_random_order(chance, everything_open=True)
    assert told() == true_facts()
    assert_lines_count_their_facts()


def do_something(chance: random.Random, step: int, people: list[User], tweets: list[Tweet]) -> None:
    user, other, tweet = *chance.sample(people, 2), chance.choice(tweets)
    options = chance.choice([{}, {"reply_to": tweet}, {"quote_of": tweet}])
    deeds: list[Callable[[], object]] = [
        lambda: like_tweet(user=user, tweet=tweet),
        lambda: like_tweet(user=other, tweet=tweet),
        lambda: unlike_tweet(user=user, tweet=tweet),
        lambda: retweet(user=user, tweet=tweet),
        lambda: undo_retweet(user=user, tweet=tweet),
        lambda: follow_user(follower=user, following=other),
        lambda: unfollow_user(follower=user, following=other),
        lambda: tweets.append(post_tweet(author=user, text=f"{step} @{other.username}", **options)),
        lambda: delete_one(tweets, tweet),
    ]
    chance.choice(deeds)()


def delete_one(tweets: list[Tweet], tweet: Tweet) -> None:
    if len(tweets) > 1:
        delete_tweet(actor=tweet.author, tweet=tweet)
        tweets.remove(tweet)


def handle_some_in_random_order(chance: random.Random, *, everything_open: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM outbox WHERE done_at IS NULL ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        chance.shuffle(ids)
        for place, identifier in enumerate(ids):
            moment = "now() - make_interval(secs => %s)"
            cursor.execute(f"UPDATE outbox SET available_at = {moment} WHERE id = %s", [place, identifier])
    outbox.drain(10_000 if everything_open else len(ids) // 2)


def told() -> set[tuple]:
    return set(NotificationEvent.objects.values_list("type", "actor_id", "user_id", "tweet_id"))


def true_facts() -> set[tuple]:
    """What everybody should have been told, straight from the tables."""
    alive = {tweet.pk: tweet for tweet in Tweet.objects.visible().filter(retweet_of=None)}
    authors = dict(Tweet.objects.values_list("id", "author_id"))
    facts = {("like", x.user_id, authors[x.tweet_id], x.tweet_id) for x in Like.objects.all()}
    facts |= {("retweet", x.user_id, authors[x.tweet_id], x.tweet_id) for x in Retweet.objects.all()}
    facts |= {("follow", x.follower_id, x.following_id, None) for x in Follow.objects.all()}
    for tweet in alive.values():
        concerned = dict.fromkeys(
            Mention.objects.filter(tweet=tweet).values_list("user_id", flat=True), "mention"
        )
        if tweet.quote_of_id:
            concerned[authors[tweet.quote_of_id]] = "quote"
        if tweet.in_reply_to_user_id:
            concerned[tweet.in_reply_to_user_id] = "reply"
        facts |= {(kind, tweet.author_id, user_id, tweet.pk) for user_id, kind in concerned.items()}
    return {fact for fact in facts if fact[1] != fact[2] and (fact[3] is None or fact[3] in alive)}


def assert_lines_count_their_facts() -> None:
    for line in Notification.objects.all():
        of_line = NotificationEvent.objects.filter(notification_id=line.pk, user=line.user).order_by("-id")
        assert (of_line.count(), of_line[0].group_key) == (line.actors_count, line.group_key)
    assert not NotificationEvent.objects.filter(notification_id=None).exists()
    assert not Block.objects.exists()
