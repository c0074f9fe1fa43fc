"""The page of lines and the number of unread ones."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.queries import Viewer
from notifications import queries
from notifications.models import Notification
from notifications.places import Place, Position
from notifications.queries import notification_page, unread_count
from notifications.services import mark_all_read, mark_read
from notifications.tests.helpers import deliver
from social.models import Block, Follow
from tweets.models import Tweet
from tweets.services.engagement import like_tweet, retweet
from tweets.services.posting import post_tweet
from twitterclone.lib.errors import BadRequest
from twitterclone.lib.ids import next_id

pytestmark = pytest.mark.django_db

Person = Callable[..., User]


def viewer(user: User) -> Viewer:
    return Viewer(id=user.pk, username=user.username, url=f"/{user.username}/", is_authenticated=True)


def like_lines(user: User, tweets: int, *fans: User) -> list[Tweet]:
    made = [post_tweet(author=user, text=f"Tweet {number}") for number in range(tweets)]
    for tweet in made:
        for fan in fans:
            like_tweet(user=fan, tweet=tweet)
    deliver()
    return made


def test_line_shows_the_latest_faces_how_many_more_and_the_tweet(alice: User, person: Person) -> None:
    (tweet,) = like_lines(alice, 1, *[person(f"fan{number}") for number in range(5)])
    page = notification_page(viewer(alice), None)
    (line,) = page.items
    assert [card.username for card in line.actors] == ["fan4", "fan3", "fan2"]
    assert (line.kind, line.others, line.is_read, line.url) == (
        "like",
        4,
        False,
        f"/alice/status/{tweet.pk}/",
    )
    assert line.tweet.text == "Tweet 0"
    assert page.next == ""


def test_follow_lines_lead_to_the_person_or_the_followers(alice: User, charlie: User, person: Person) -> None:
    for follower in (charlie, person("dora")):
        Follow.objects.create(follower=follower, following=alice)
    from_one = Notification(id=next_id(), user=alice, type="follow", group_key="follow", actor=charlie)
    from_one.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notification_events (id, user_id, type, actor_id, group_key, notification_id)"
            " VALUES (%s, %s, 'follow', %s, 'follow', %s)",
            [next_id(), alice.pk, charlie.pk, from_one.pk],
        )
    assert notification_page(viewer(alice), None).items[0].url == "/charlie/"
    Notification.objects.update(actors_count=2)
    assert notification_page(viewer(alice), None).items[0].url == "/alice/followers/"


def test_pages_follow_each_other_without_gap_when_moments_are_equal(alice: User, bob: User) -> None:
    tweets = like_lines(alice, 7, bob)
    Notification.objects.filter(user=alice).update(updated_at=timezone.now())
    seen, before = [], None
    while True:
        page = notification_page(viewer(alice), before, limit=3)
        seen += [line.tweet.id for line in page.items]
        if not page.next:
            break
        before = Place.parse(page.next)
    assert sorted(seen) == sorted(tweet.pk for tweet in tweets)
    assert len(seen) == 7


def test_unread_lines_stand_first_and_stay_first_when_the_first_page_marks_them(
    alice: User, bob: User, charlie: User
) -> None:
    tweets = like_lines(alice, 6, bob)
    by_tweet = {line.tweet_id: line.pk for line in Notification.objects.filter(user=alice)}
    for tweet in tweets[3:]:  # the newest three are read
        mark_read(user_id=alice.pk, notification_id=by_tweet[tweet.pk])
    wanted = [tweet.pk for tweet in [*reversed(tweets[:3]), *reversed(tweets[3:])]]
    first = notification_page(viewer(alice), None, limit=2)
    mark_all_read(user_id=alice.pk)
    post_tweet(author=charlie, text="@alice news")  # what comes meanwhile is not on the later pages
    deliver()
    seen, page = [line.tweet.id for line in first.items], first
    while page.next:
        page = notification_page(viewer(alice), Place.parse(page.next), limit=2)
        seen += [line.tweet.id for line in page.items]
    assert seen == wanted


@pytest.mark.parametrize(
    "text", ["x", "1-2", "1-2-3-4", "1-2-1", "1-2-1-x", "1-2-1-" + "9" * 19, "--1-1", "1-2-1-3-4"]
)
def test_malformed_place_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        Place.parse(text)


def test_place_survives_the_way_through_a_link() -> None:
    place = Place(Position(timezone.now(), 5), unread=True, opened=timezone.now())
    assert Place.parse(str(place)) == place
    assert Place.parse("") is None


def test_mentions_tab_shows_what_was_written_to_one(alice: User, bob: User) -> None:
    (tweet,) = like_lines(alice, 1, bob)
    post_tweet(author=bob, text="yes", reply_to=tweet)
    post_tweet(author=bob, text="@alice hello")
    deliver()
    kinds = [line.kind for line in notification_page(viewer(alice), None, mentions_only=True).items]
    assert kinds == ["mention", "reply"]


def test_page_leaves_out_what_the_viewer_may_not_see_any_more(alice: User, bob: User, charlie: User) -> None:
    post_tweet(author=bob, text="@alice one")
    post_tweet(author=charlie, text="@alice two")
    like_lines(alice, 1, bob, charlie)
    Block.objects.create(blocker=charlie, blocked=alice)
    User.objects.filter(pk=bob.pk).update(privacy_settings={**bob.privacy_settings, "is_private": True})
    lines = notification_page(viewer(alice), None).items
    assert [(line.kind, [card.username for card in line.actors]) for line in lines] == [
        ("like", ["bob"]),
        ("mention", ["bob"]),
    ]
    User.objects.filter(pk=bob.pk).update(suspended_at=timezone.now())
    assert notification_page(viewer(alice), None).items == []


def test_nobody_sees_the_lines_of_another(alice: User, bob: User, charlie: User) -> None:
    like_lines(alice, 2, bob)
    assert notification_page(viewer(charlie), None).items == []
    assert (unread_count(charlie.pk), unread_count(alice.pk)) == (0, 2)


def test_messages_are_lines_but_counted_and_unread_beside_messages_alone(alice: User, bob: User) -> None:
    Notification.objects.create(user=alice, type="message", group_key="message:1", actor=bob)
    page = notification_page(viewer(alice), None)
    assert [(line.kind, line.is_read) for line in page.items] == [("message", True)]
    assert page.is_unread  # so that looking at the page settles it too
    assert unread_count(alice.pk) == 0
    like_lines(alice, 1, bob)
    assert unread_count(alice.pk) == 1


def test_mentions_know_the_newest_moment_of_all_lines(alice: User, bob: User) -> None:
    post_tweet(author=bob, text="@alice hello")
    like_lines(alice, 1, bob)
    mentions = notification_page(viewer(alice), None, mentions_only=True)
    assert len(mentions.items) == 1
    assert mentions.until == notification_page(viewer(alice), None).until


def test_old_read_lines_are_not_shown_and_old_unread_ones_are(alice: User, bob: User) -> None:
    like_lines(alice, 2, bob)
    Notification.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert len(notification_page(viewer(alice), None).items) == 2
    Notification.objects.update(is_read=True, read_at=timezone.now())
    assert notification_page(viewer(alice), None).items == []


@pytest.mark.parametrize("count", [1, 20])
def test_queries_do_not_grow_with_the_lines(
    alice: User, person: Person, count: int, django_assert_num_queries: Callable
) -> None:
    fans = [person(f"fan{number}") for number in range(2)]
    tweets = like_lines(alice, count // 2, *fans)
    for number in range(count - count // 2):
        quoted = post_tweet(author=fans[1], text="source")
        post_tweet(author=fans[0], text=f"@alice {number}", quote_of=quoted)
    for tweet in tweets:
        retweet(user=fans[1], tweet=tweet)
    deliver()
    with django_assert_num_queries(14):
        page = notification_page(viewer(alice), None)
    assert len(page.items) == count
    with django_assert_num_queries(1):
        unread_count(alice.pk)


def test_unread_count_reads_the_unread_partition_only(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = cursor.execute(f"EXPLAIN {queries._UNREAD}", [alice.pk, 1000]).fetchall()
    text = "\n".join(row[0] for row in plan)
    assert "Scan using notifications_unread" in text or "Index Scan on notifications_unread" in text
    assert "notifications_read" not in text


@pytest.mark.parametrize(
    "text", ["x", "1", "1-", "-1", "1-x", "1-2-3", "９-1", "9" * 30 + "-1", "9" * 19 + "-1"]
)
def test_malformed_position_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        Position.parse(text)


def test_position_survives_the_way_through_a_link() -> None:
    position = Position(timezone.now(), 123)
    assert Position.parse(str(position)) == position
    assert Position.parse("") is None
