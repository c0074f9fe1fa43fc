"""The menu of a tweet, fetched when it is asked for."""

import pytest
from django.test import Client

from accounts.models import User
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db


def menu(client: Client, tweet_id: int, **headers: str) -> str:
    return client.get(f"/tweets/{tweet_id}/menu/", headers=headers).content.decode()


def test_menu_offers_delete_when_the_tweet_is_ones_own(client: Client, alice: User) -> None:
    client.force_login(alice)
    tweet = make_tweet(alice)
    shown = menu(client, tweet.pk)
    assert f"/tweets/{tweet.pk}/delete/" in shown
    assert "/users/alice/block/" not in shown


def test_menu_leads_back_to_the_page_it_was_opened_on(client: Client, alice: User, bob: User) -> None:
    client.force_login(bob)
    shown = menu(client, make_tweet(alice).pk, referer="http://testserver/explore/")
    assert "/users/alice/mute/" in shown
    assert 'name="next" value="http://testserver/explore/"' in shown
    assert "/delete/" not in shown


def test_menu_of_a_visitor_copies_the_link_and_no_more(client: Client, alice: User) -> None:
    shown = menu(client, make_tweet(alice).pk)
    assert "data-copy" in shown
    assert "<form" not in shown


def test_menu_is_not_there_when_the_tweet_may_not_be_seen(client: Client, alice: User, mallory: User) -> None:
    client.force_login(mallory)
    assert client.get(f"/tweets/{make_tweet(alice).pk}/menu/").status_code == 404
