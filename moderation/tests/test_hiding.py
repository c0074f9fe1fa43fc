"""A hidden tweet: its author sees it marked and is told why, nobody else sees it, and the counts agree."""

import pytest
from django.test import Client

from accounts.counters import roll_up_user_counters
from accounts.models import User
from notifications.models import Notification
from notifications.queries import unread_count
from notifications.tests.helpers import deliver
from tweets.counters import figures_of_tweets
from tweets.models import Tweet
from tweets.services.moderation import hide_tweet, show_tweet
from tweets.services.posting import delete_tweet, post_tweet
from twitterclone.reconciling import reconcile

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(person):
    return person("keeper", is_staff=True)


@pytest.fixture
def tweet(alice):
    post_tweet(author=alice, text="Something else")
    return post_tweet(author=alice, text="Buy cheap watches")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def count_of(user: User) -> int:
    roll_up_user_counters()
    return User.objects.get(pk=user.pk).tweets_count


def told(user: User) -> list[tuple[str, str]]:
    deliver()
    return list(Notification.objects.filter(user=user).values_list("type", "message"))


def test_author_sees_it_marked_with_the_reason_and_others_do_not(settings, alice, bob, keeper, tweet):
    settings.CONTACT_EMAIL = "help@example.org"
    hide_tweet(actor=keeper, tweet=tweet, reason="Spam <b>again</b>")
    hers, page = signed_in(alice), f"/alice/status/{tweet.pk}/"
    for address in (page, "/alice/"):
        shown = hers.get(address).text
        assert "Buy cheap watches" in shown
        assert "Hidden by the moderators" in shown
        assert "Spam &lt;b&gt;again&lt;/b&gt;" in shown
    assert "mailto:help@example.org" in hers.get(page).text
    assert 'name="text"' not in hers.get(page).text  # nobody would see an answer
    for client in (Client(), signed_in(bob), signed_in(keeper)):
        assert client.get(page).status_code == 404
        assert "Buy cheap watches" not in client.get("/alice/").text
    assert "Buy cheap watches" not in hers.get("/").text


def test_author_is_told_once_until_it_is_shown_again(alice, keeper, tweet):
    hide_tweet(actor=keeper, tweet=tweet, reason="Spam")
    assert told(alice) == [("hidden", "The moderators hid your tweet: Spam")]
    assert unread_count(alice.pk) == 1
    page = signed_in(alice).get("/notifications/").text
    assert "The moderators hid your tweet: Spam" in page
    assert f"/alice/status/{tweet.pk}/" in page
    assert hide_tweet(actor=keeper, tweet=tweet, reason="Spam") is False
    assert len(told(alice)) == 1
    show_tweet(actor=keeper, tweet=tweet)
    assert told(alice) == []
    assert "Hidden by" not in signed_in(alice).get("/alice/").text
    hide_tweet(actor=keeper, tweet=tweet)
    assert told(alice) == [("hidden", "The moderators hid your tweet")]


def test_counts_agree_with_what_is_shown(alice, charlie, keeper, tweet):
    reply = post_tweet(author=charlie, text="Really?", reply_to=tweet)
    assert (count_of(alice), count_of(charlie)) == (2, 1)
    hide_tweet(actor=keeper, tweet=tweet)
    hide_tweet(actor=keeper, tweet=reply)
    assert (count_of(alice), count_of(charlie)) == (1, 0)
    assert figures_of_tweets([tweet.pk])[tweet.pk].replies == 0
    assert reconcile(dry_run=True).wrong == {}
    show_tweet(actor=keeper, tweet=tweet)
    assert count_of(alice) == 2
    delete_tweet(actor=charlie, tweet=reply)  # counts no more already
    delete_tweet(actor=alice, tweet=tweet)
    assert show_tweet(actor=keeper, tweet=reply) is False
    assert (count_of(alice), count_of(charlie)) == (1, 0)
    assert reconcile(dry_run=True).wrong == {}
    assert Tweet.objects.get(pk=reply.pk).deleted_at


def test_deleted_tweet_is_not_hidden_and_its_author_not_told(alice, keeper, tweet):
    delete_tweet(actor=alice, tweet=tweet)
    assert hide_tweet(actor=keeper, tweet=tweet) is False
    assert told(alice) == []
    assert count_of(alice) == 1
