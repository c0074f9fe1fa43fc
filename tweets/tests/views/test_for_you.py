"""The page For you: tabs, fragments, receipts, and what it says when there is nothing."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from social.models import Follow
from tweets.models import Tweet
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def test_chronological_stays_the_first_tab_of_home(bobs: Client, alice: User) -> None:
    make_tweet(alice)
    home, ranked = bobs.get("/").text, bobs.get("/for-you/").text
    assert re.search(r'href="/" aria-current="page"[^>]*>Following', home)
    assert re.search(r'href="/for-you/" aria-current="page"[^>]*>For you', ranked)
    assert 'href="/for-you/"' in home
    assert "Why here?" not in home
    assert re.search(r'class="nav__item" href="/" aria-current="page">', ranked)


def test_visitor_logs_in_first(client: Client) -> None:
    assert client.get("/for-you/").headers["Location"].startswith("/accounts/login/")


def test_each_tweet_says_why_and_leads_to_its_receipt(bobs: Client, alice: User) -> None:
    tweet = make_tweet(alice, "Rain again")
    page = bobs.get("/for-you/").text
    assert "You follow Alice Bergström" in page
    assert f'href="/for-you/why/{tweet.pk}/"' in page
    whole = bobs.get(f"/for-you/why/{tweet.pk}/").text
    assert "<h1" in whole
    for address, headers in ((whole, None), (bobs.get(f"/for-you/why/{tweet.pk}/", headers=HTMX).text, HTMX)):
        points = [float(found) for found in re.findall(r'__points">([-+.\d]+)<', address)]
        assert len(points) == 12, headers
        assert sum(points[1:]) == pytest.approx(points[0])


def test_next_page_goes_on_in_the_same_list(bobs: Client, alice: User) -> None:
    texts = [make_tweet(alice, f"Number {number}.").content for number in range(30)]
    page = bobs.get("/for-you/").text
    more = re.search(r'hx-get="(\?before=20&amp;list=\w+)"', page)
    assert more
    make_tweet(alice, "Number 99.")
    rest = bobs.get("/for-you/" + more[1].replace("&amp;", "&"), headers=HTMX).text
    assert "<html" not in rest
    assert sorted(re.findall(r"Number \d+\.", page + rest)) == sorted(texts)
    assert "You have reached the end" in rest


def test_list_that_is_gone_leads_to_a_new_one(bobs: Client) -> None:
    whole = bobs.get("/for-you/?before=20&list=gone")
    part = bobs.get("/for-you/?before=20&list=gone", headers=HTMX)
    assert (whole.status_code, part.status_code) == (410, 200)
    for answer in (whole, part):
        assert "more than half an hour old" in answer.text
        assert 'href="/for-you/?anew"' in answer.text
    assert bobs.get("/for-you/?before=x").status_code == 400


def test_new_list_is_made_when_asked(bobs: Client, alice: User) -> None:
    make_tweet(alice, "First")
    bobs.get("/for-you/")
    make_tweet(alice, "Second")
    assert "Second" not in bobs.get("/for-you/").text
    assert "Second" in bobs.get("/for-you/?anew").text


def test_new_person_meets_what_is_popular_and_people(client: Client, alice: User, charlie: User) -> None:
    tweet = make_tweet(alice, "Everybody likes this")
    client.force_login(charlie)
    empty = client.get("/for-you/").text
    assert "Nothing to choose from yet" in empty
    assert "Who to follow" in empty
    assert 'href="/alice/"' in empty
    Tweet.objects.filter(pk=tweet.pk).update(likes_count=3)
    cache.clear()
    assert "Everybody likes this" in client.get("/for-you/").text


def test_receipt_is_for_those_who_may_see_the_tweet(bobs: Client, person) -> None:
    shy = person("shy", is_private=True)
    tweet = make_tweet(shy)
    assert bobs.get(f"/for-you/why/{tweet.pk}/").status_code == 404
    Follow.objects.create(follower=User.objects.get(username="bob"), following=shy)
    assert bobs.get(f"/for-you/why/{tweet.pk}/").status_code == 200
