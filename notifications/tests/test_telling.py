"""Messages and ended polls: who is told, of what, how often, and how it is read."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from messaging.models import Conversation, Message, Participant
from notifications import receivers
from notifications.models import Notification
from notifications.queries import unread_count
from notifications.services import mark_all_read
from notifications.tests.helpers import deliver, everything, facts, lines
from social.models import Block, Follow, Mute
from tweets.models import Audience, Poll, PollOption, PollVote, Tweet
from tweets.services.engagement import like_tweet
from tweets.services.moderation import hide_tweet, show_tweet
from tweets.services.posting import post_tweet
from tweets.tests.factories import make_tweet
from twitterclone.lib import outbox

pytestmark = pytest.mark.django_db


def talk(one: User, other: User, **options: object) -> Conversation:
    """A conversation that both accepted; `options` are of the other's part."""
    low, high = sorted((one.pk, other.pk))
    conversation = Conversation.objects.create(low_id=low, high_id=high)
    Participant.objects.create(conversation=conversation, user=one, accepted_at=timezone.now())
    part = {"accepted_at": timezone.now(), **options}
    Participant.objects.create(conversation=conversation, user=other, **part)
    return conversation


def say(sender: User, conversation: Conversation, text: str = "Hello") -> Message:
    with transaction.atomic():
        message = Message.objects.create(
            conversation=conversation, sender=sender, client_id=uuid4(), message=text
        )
        outbox.emit("message.sent", message_id=message.pk, conversation_id=conversation.pk)
    return message


def read(user: User, conversation: Conversation, up_to: int) -> None:
    with transaction.atomic():
        Participant.objects.filter(conversation=conversation, user=user).update(last_read_id=up_to)
        outbox.emit("conversation.read", conversation_id=conversation.pk, user_id=user.pk)


def test_messages_of_a_conversation_share_one_line_that_leads_there(
    alice: User, bob: User, client: Client
) -> None:
    conversation = talk(bob, alice)
    for _ in range(3):
        say(bob, conversation)
        deliver()
    assert lines(alice) == [("message", "bob", 3, False)]
    assert lines(bob) == []
    assert Notification.objects.get().message == "Bob Okafor sent you 3 messages"
    client.force_login(alice)
    html = client.get("/notifications/").content.decode()
    assert "Bob Okafor</a> wrote 3 messages" in html
    assert "others" not in html
    assert f'href="/messages/{conversation.pk}/"' in html


def test_line_of_messages_moves_up_with_each(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    say(bob, conversation)
    tweet = post_tweet(author=alice, text="Hello")
    like_tweet(user=bob, tweet=tweet)
    deliver()
    assert [line[0] for line in lines(alice)] == ["like", "message"]
    say(bob, conversation)
    deliver()
    assert [line[0] for line in lines(alice)] == ["message", "like"]


def test_line_goes_when_its_conversation_is_read_and_a_new_one_begins(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    first = say(bob, conversation)
    deliver()
    read(alice, conversation, first.pk)
    deliver()
    assert lines(alice) == []
    say(bob, conversation)
    deliver()
    assert lines(alice) == [("message", "bob", 1, False)]
    assert Notification.objects.get().message == "Bob Okafor sent you a message"


def test_line_read_without_its_conversation_gives_way_to_the_next(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    say(bob, conversation)
    deliver()
    mark_all_read(user_id=alice.pk)
    assert lines(alice) == [("message", "bob", 1, True)]
    say(bob, conversation)
    deliver()
    assert lines(alice) == [("message", "bob", 2, False)]


def test_line_stays_unread_when_more_came_than_was_read(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    first = say(bob, conversation)
    say(bob, conversation)
    deliver()
    read(alice, conversation, first.pk)
    deliver()
    assert [line[3] for line in lines(alice)] == [False]


def test_nothing_is_told_of_what_was_read_before_it_could_be(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    message = say(bob, conversation)
    read(alice, conversation, message.pk)
    deliver()
    assert lines(alice) == []


@pytest.mark.parametrize("part", ["accepted_at", "muted_at", "left_at"])
def test_nobody_is_told_of_a_request_a_silenced_or_a_left_conversation(
    alice: User, charlie: User, part: str
) -> None:
    conversation = talk(charlie, alice, **{part: None if part == "accepted_at" else timezone.now()})
    say(charlie, conversation)
    deliver()
    assert lines(alice) == []


def test_nobody_is_told_past_a_block_a_mute_or_of_what_was_taken_back(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    Message.objects.filter(pk=say(bob, conversation).pk).update(deleted_at=timezone.now())
    mute = Mute.objects.create(muter=alice, muted=bob)
    say(bob, conversation)
    deliver()
    assert lines(alice) == []
    mute.delete()
    Block.objects.create(blocker=bob, blocked=alice)
    say(bob, conversation)
    deliver()
    assert lines(alice) == []


def test_messages_told_twice_are_told_once(alice: User, bob: User) -> None:
    conversation = talk(bob, alice)
    message = say(bob, conversation)
    deliver()
    before = lines(alice)
    receivers.on_message_sent(message_id=message.pk, conversation_id=conversation.pk)
    receivers.on_message_sent(message_id=17, conversation_id=conversation.pk)
    assert lines(alice) == before
    assert len(facts(alice)) == 1


@pytest.fixture
def poll(alice: User) -> Tweet:
    tweet = make_tweet(alice, "Tea or coffee?")
    made = Poll.objects.create(tweet=tweet, expires_at=timezone.now() + timedelta(days=1), multiple=True)
    PollOption.objects.bulk_create(PollOption(poll=made, position=p, text=str(p)) for p in (0, 1))
    return tweet


def vote(user: User, tweet: Tweet, *positions: int) -> None:
    for option in PollOption.objects.filter(poll__tweet=tweet, position__in=positions):
        PollVote.objects.create(option=option, user=user)


def end(tweet: Tweet) -> None:
    with transaction.atomic():
        outbox.emit("poll.ended", tweet_id=tweet.pk)
    deliver()


def test_end_of_a_poll_is_told_to_its_author_and_voters_once(
    poll: Tweet, alice: User, bob: User, charlie: User, client: Client
) -> None:
    vote(bob, poll, 0, 1)
    end(poll)
    told = everything()
    end(poll)
    assert everything() == told
    assert lines(alice) == lines(bob) == [("poll", "alice", 1, False)]
    assert lines(charlie) == []
    words = dict(Notification.objects.values_list("user__username", "message"))
    assert words == {"alice": "Your poll has ended", "bob": "The poll of Alice Bergström has ended"}
    for user, said in ((alice, "Your poll has ended"), (bob, "in which you voted has ended")):
        client.force_login(user)
        html = client.get("/notifications/").content.decode()
        assert said in html
        assert f"/alice/status/{poll.pk}/" in html


def test_end_of_a_poll_is_told_in_batches_to_very_many(
    poll: Tweet, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receivers, "BATCH", 2)
    for number in range(5):
        vote(person(f"voter{number}"), poll, number % 2)
    end(poll)
    assert Notification.objects.filter(type="poll").count() == 6


def test_end_of_a_poll_is_not_told_to_who_may_not_see_it(
    poll: Tweet, alice: User, bob: User, charlie: User, mallory: User
) -> None:
    for user in (bob, charlie, mallory):
        vote(user, poll, 0)
    Tweet.objects.filter(pk=poll.pk).update(audience=Audience.FOLLOWERS)
    Follow.objects.create(follower=mallory, following=alice)
    end(poll)
    assert set(Notification.objects.values_list("user__username", flat=True)) == {"alice", "bob"}


@pytest.mark.parametrize("field", ["deleted_at", "hidden_at"])
def test_end_of_a_poll_that_is_gone_is_not_told(poll: Tweet, alice: User, field: str) -> None:
    Tweet.objects.filter(pk=poll.pk).update(**{field: timezone.now()})
    end(poll)
    end(Tweet(pk=17))
    assert lines(alice) == []


def test_hidden_tweet_counts_no_more_at_once_and_its_mention_counts_again_when_shown(
    alice: User, bob: User, person: Callable[..., User]
) -> None:
    staff = person("staff", is_staff=True)
    tweet = post_tweet(author=bob, text="@alice rubbish")
    deliver()
    assert unread_count(alice.pk) == 1
    hide_tweet(actor=staff, tweet=tweet)
    assert unread_count(alice.pk) == 0  # before any worker took the event
    deliver()
    assert unread_count(alice.pk) == 0
    assert mark_all_read(user_id=alice.pk) == 0
    show_tweet(actor=staff, tweet=tweet)
    deliver()
    assert unread_count(alice.pk) == 1
