"""What the list pages cost: the same number of queries for one entry and for twenty, named literally.

Those of tweets alone stand in tweets/tests/views.
"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from messaging.models import MessageMedia, Participant
from messaging.services import send_message
from messaging.tests.helpers import conversation_of, open_to_all
from notifications.tests.helpers import deliver
from social.models import Block, Follow, FollowRequest, Mute
from tweets.models import Hashtag, Tweet, TweetHashtag
from tweets.services.engagement import like_tweet, retweet
from tweets.services.posting import post_tweet
from tweets.tests.factories import add_media, add_poll, make_media, make_retweet, make_tweet

pytestmark = pytest.mark.django_db

# address, what each of its entries begins with, queries
PAGES = [
    ("/notifications/", '<article class="notification', 17),
    ("/notifications/?tab=mentions", '<article class="notification', 18),
    ("/tags/tea/", "<article", 13),
    ("/messages/", '<li class="conversation', 7),
    ("/messages/requests/", '<li class="conversation', 7),
    ("CONVERSATION", '<li class="message', 16),
    ("/messages/search/?q=tea", "/?at=", 9),
    ("/alice/followers/", '<li class="person', 5),
    ("/alice/following/", '<li class="person', 5),
    ("/follow-requests/", 'id="request-', 4),
    ("/settings/blocks/", '<li class="person', 4),
    ("/settings/mutes/", '<li class="person', 4),
]


def every_kind(author: User, friend: User, number: int) -> list[Tweet]:
    """One tweet with pictures, one with a poll, one that quotes a tweet with pictures."""
    quoted = make_tweet(friend, f"quoted {number}")
    add_media(quoted, 2)
    pictures, poll = make_tweet(author, f"pictures {number}"), make_tweet(author, f"poll {number}")
    add_media(pictures, 4)
    add_poll(poll)
    return [pictures, poll, make_tweet(author, f"quote {number}", quote_of=quoted)]


def _ask(recipient: User, stranger: User) -> None:
    """A message with a picture that waits among the requests, whatever the setting is by now."""
    message = send_message(sender=stranger, recipient_id=recipient.pk, text="may I ask", client_id=uuid4())
    MessageMedia.objects.create(message=message, media=make_media(stranger), position=0)
    Participant.objects.filter(user=recipient, conversation_id=message.conversation_id).update(
        accepted_at=None
    )


def fill(size: int, alice: User, bob: User, person: Callable[..., User]) -> None:
    """For alice at least `size` entries in each list, bob being whom she talks with."""
    tag = Hashtag.objects.create(name="tea", display="tea")
    open_to_all(alice)
    for number in range(size):
        friend = person(f"friend{number}")
        for tweet in every_kind(alice, friend, number):
            like_tweet(user=bob, tweet=tweet)
            retweet(user=friend, tweet=tweet)
        shared = [*every_kind(bob, friend, number), make_retweet(bob, make_tweet(friend, "passed on"))]
        TweetHashtag.objects.bulk_create(TweetHashtag(hashtag=tag, tweet=tweet) for tweet in shared)
        post_tweet(author=friend, text=f"@alice answers {number}", quote_of=shared[0])
        Follow.objects.create(follower=friend, following=alice)
        Follow.objects.create(follower=alice, following=friend)
        send_message(sender=friend, recipient_id=alice.pk, text="tea with you", client_id=uuid4())
        message = send_message(sender=bob, recipient_id=alice.pk, text=f"tea {number}", client_id=uuid4())
        MessageMedia.objects.create(message=message, media=make_media(bob), position=0)
        _ask(alice, person(f"asking{number}"))
        Block.objects.create(blocker=alice, blocked=person(f"blocked{number}"))
        Mute.objects.create(muter=alice, muted=person(f"muted{number}"))
    deliver()
    alice.privacy_settings = {**alice.privacy_settings, "is_private": True}
    alice.save(update_fields=["privacy_settings"])
    FollowRequest.objects.bulk_create(
        FollowRequest(follower=person(f"stranger{number}"), following=alice) for number in range(size)
    )


@pytest.mark.parametrize("size", [1, 20])
def test_lists_cost_the_same_for_one_and_for_twenty(
    alice: User, bob: User, person: Callable[..., User], size: int
) -> None:
    fill(size, alice, bob, person)
    client = Client()
    client.force_login(alice)
    costs = {}
    for address, entry, _ in PAGES:
        url = address.replace("CONVERSATION", f"/messages/{conversation_of(alice, bob).pk}/")
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            html = client.get(url).content.decode()
        assert html.count(entry) >= size, (address, html.count(entry))
        costs[address] = len(captured)
    assert costs == {address: queries for address, _, queries in PAGES}
