"""What a person does with tweets, with and without JavaScript, and what others try."""

import json
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from social.models import Follow
from tweets.models import Like, Retweet, Tweet
from tweets.services.engagement import like_tweet
from tweets.services.posting import post_tweet
from tweets.tests.factories import make_retweet, make_tweet

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_tweet_is_posted_and_shown_without_javascript(alice: User) -> None:
    client = login(alice)
    response = client.post(reverse("tweet-create"), {"text": "Hello world"}, follow=True)
    tweet = Tweet.objects.get()
    assert tweet.content == "Hello world"
    assert response.redirect_chain[-1][1] == 302
    assert "Hello world" in response.content.decode()


def test_posted_tweet_comes_back_as_a_fragment_for_htmx(alice: User) -> None:
    response = login(alice).post(reverse("tweet-create"), {"text": "Hello <b>world</b>"}, headers=HTMX)
    assert response.status_code == 201
    page = response.content.decode()
    assert "<html" not in page
    assert "Hello &lt;b&gt;world&lt;/b&gt;" in page
    assert "toast" in json.loads(response.headers["HX-Trigger"])


def test_tweet_of_the_compose_page_leads_on_and_the_next_page_says_so(alice: User) -> None:
    client = login(alice)
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{reverse('tweet-compose')}?text=From"}
    response = client.post(reverse("tweet-create"), {"text": "From the page", "next": "/"}, headers=headers)
    assert (response.status_code, response.headers["HX-Redirect"]) == (201, "/")
    page = client.get("/").content.decode()
    address = reverse("thread", args=["alice", Tweet.objects.get().pk])
    assert f'Your tweet was sent. <a class="link" href="{address}">View</a>' in page
    assert "Your tweet was sent" not in client.get("/").content.decode()


def test_what_was_done_is_said_without_javascript(alice: User, bob: User) -> None:
    client, asked = login(alice), make_tweet(bob, "And you?")
    for more, words in (({"reply_to": asked.pk}, "reply"), ({"quote_of": asked.pk}, "quote"), ({}, "tweet")):
        page = client.post(reverse("tweet-create"), {"text": "Me too", **more}, follow=True).content.decode()
        assert f"Your {words} was sent." in page
    own = Tweet.objects.filter(author=alice).latest("pk")
    data = {"_method": "DELETE", "next": "/alice/"}
    page = client.post(reverse("tweet", args=[own.pk]), data, follow=True).content.decode()
    assert "The tweet is deleted." in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something first"),
        ("   \u200b ", "Write something first"),
        ("x" * 281, "longer than 280"),
        ("x" * 20_000, "longer than 280"),
    ],
)
def test_refused_text_stays_in_the_composer(alice: User, text: str, words: str) -> None:
    response = login(alice).post(reverse("tweet-create"), {"text": text, "idempotency_key": "k1"})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert text.strip() in page
    assert Tweet.objects.count() == 0


def test_double_submit_makes_one_tweet(alice: User) -> None:
    client = login(alice)
    for _ in range(2):
        client.post(reverse("tweet-create"), {"text": "once", "idempotency_key": "abc"})
    assert Tweet.objects.count() == 1


def test_script_in_a_tweet_is_text(alice: User) -> None:
    tweet = make_tweet(alice, "<script>alert(1)</script> <img src=x onerror=alert(1)>")
    page = Client().get(f"/alice/status/{tweet.pk}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_reply_put_below_what_it_answers_does_not_name_that(alice: User, bob: User) -> None:
    sent = {"text": "my answer", "reply_to": make_tweet(bob).pk}
    shown = login(alice).post(reverse("tweet-create"), sent, headers={"HX-Request": "true"}).text
    assert "my answer" in shown
    assert "Replying to" not in shown


def test_reply_to_a_deleted_tweet_keeps_the_text(alice: User, bob: User) -> None:
    parent = make_tweet(alice)
    login(alice).post(reverse("tweet", args=[parent.pk]), {"_method": "DELETE"})
    response = login(bob).post(reverse("tweet-create"), {"text": "my long answer", "reply_to": parent.pk})
    page = response.content.decode()
    assert response.status_code == 422
    assert "my long answer" in page
    assert "gone" in page
    assert Tweet.objects.filter(author=bob).count() == 0


@pytest.mark.parametrize("reply_to", ["abc", "-1", "0", "9" * 30, "99999999", "1; DROP TABLE tweets", "\x00"])
def test_malformed_reply_keeps_the_text(alice: User, reply_to: str) -> None:
    response = login(alice).post(reverse("tweet-create"), {"text": "kept words", "reply_to": reply_to})
    assert response.status_code == 422
    assert "kept words" in response.content.decode()
    assert Tweet.objects.count() == 0


def test_like_and_its_undo_return_the_button(alice: User, bob: User) -> None:
    tweet, client = make_tweet(alice), login(bob)
    url = reverse("tweet-like", args=[tweet.pk])

    page = client.post(url, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in page
    assert Like.objects.filter(user=bob).count() == 1
    client.post(url, headers=HTMX)
    assert Like.objects.filter(user=bob).count() == 1

    page = client.delete(url, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' not in page
    assert Like.objects.count() == 0


@pytest.mark.parametrize("name", ["tweet-like", "tweet-retweet", "tweet-bookmark"])
@pytest.mark.parametrize("method", ["post", "delete"])
@pytest.mark.parametrize("whose", ["alice", "bob", "private"])
def test_pressed_button_is_that_of_the_card(
    alice: User, bob: User, person: Callable[..., User], name: str, method: str, whose: str
) -> None:
    authors = {"alice": alice, "bob": bob, "private": person("private", is_private=True)}
    Follow.objects.create(follower=bob, following=authors["private"])
    tweet, client = make_tweet(authors[whose]), login(bob)
    for _ in range(2):
        like_tweet(user=alice if whose == "alice" else authors[whose], tweet=tweet)
    url = reverse(name, args=[tweet.pk])
    for _ in range(2 if method == "post" else 1):
        response = client.post(url, headers=HTMX)
        if whose == "private" and name == "tweet-retweet":
            assert response.status_code == 403
    if method == "delete":
        response = client.delete(url, headers=HTMX)
    if response.status_code != 200:
        return
    page = client.get(reverse("thread", args=[tweet.author.username, tweet.pk])).text
    assert f'formaction="{url}"' in response.text
    assert response.text in page


def test_like_shows_its_count_at_once(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    page = login(bob).post(reverse("tweet-like", args=[tweet.pk]), headers=HTMX).content.decode()
    assert 'data-count="likes">1<' in page


def test_like_goes_back_to_its_page_without_javascript(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    url = reverse("tweet-like", args=[tweet.pk])
    response = login(bob).post(url, {"next": "/alice/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/alice/")
    response = login(bob).post(url, {"_method": "DELETE", "next": "https://evil.example/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert Like.objects.count() == 0


def test_retweet_and_its_undo(alice: User, bob: User) -> None:
    tweet, client = make_tweet(alice), login(bob)
    url = reverse("tweet-retweet", args=[tweet.pk])
    assert client.post(url, headers=HTMX).status_code == 200
    assert client.post(url, headers=HTMX).status_code == 200
    assert Retweet.objects.count() == 1
    assert client.delete(url, headers=HTMX).status_code == 200
    assert Retweet.objects.count() == 0


def test_like_of_a_retweet_goes_to_the_original(alice: User, bob: User, charlie: User) -> None:
    tweet = make_tweet(alice)
    row = make_retweet(charlie, tweet)
    login(bob).post(reverse("tweet-like", args=[row.pk]), headers=HTMX)
    assert Like.objects.get().tweet_id == tweet.pk


@pytest.mark.parametrize("name", ["tweet-like", "tweet-retweet"])
def test_what_one_may_not_see_is_not_found(alice: User, mallory: User, name: str) -> None:
    tweet = make_tweet(alice)
    assert login(mallory).post(reverse(name, args=[tweet.pk])).status_code == 404
    assert login(mallory).post(f"/tweets/{10**30}/{name[6:]}/").status_code == 404
    assert login(mallory).post(f"/tweets/{10**19 - 1}/{name[6:]}/").status_code == 404
    assert login(mallory).post(reverse(name, args=[0])).status_code == 404


def test_somebody_elses_tweet_cannot_be_deleted(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    assert login(bob).delete(reverse("tweet", args=[tweet.pk])).status_code == 404
    assert login(bob).get(reverse("tweet-delete", args=[tweet.pk])).status_code == 404
    tweet.refresh_from_db()
    assert tweet.deleted_at is None


def test_deleting_without_javascript_asks_first(alice: User) -> None:
    tweet, client = make_tweet(alice, "regret"), login(alice)
    page = client.get(reverse("tweet-delete", args=[tweet.pk])).content.decode()
    assert "regret" in page
    response = client.post(reverse("tweet", args=[tweet.pk]), {"_method": "DELETE"})
    assert response.status_code == 302
    assert client.get(f"/alice/status/{tweet.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "args"),
    [("tweet-create", []), ("tweet", [1]), ("tweet-like", [1]), ("tweet-retweet", [1])],
)
def test_actions_ask_a_visitor_to_log_in(db: None, name: str, args: list[int]) -> None:
    response = Client().post(reverse(name, args=args))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["tweet-like", "tweet-retweet", "tweet"])
def test_reading_an_action_is_not_allowed(alice: User, name: str) -> None:
    assert login(alice).get(reverse(name, args=[1])).status_code == 405


def test_form_that_is_too_old_says_so(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post(reverse("tweet-create"), {"text": "old form"})
    assert response.status_code == 403
    assert "<html" in response.content.decode()


def test_tweet_of_a_plain_form_comes_back_in_the_compose_page(alice: User) -> None:
    client = Client()
    answer = client.post("/tweets/", {"text": "No scripts & no session"})
    assert answer.url.startswith("/accounts/login/?next=/compose/")
    page = client.post(answer.url, {"login": "alice", "password": "correct horse"}, follow=True)
    assert "No scripts &amp; no session</textarea>" in page.text


@pytest.mark.parametrize(("page", "is_told"), [("/alice/", True), ("/alice/replies/", True), ("/", False)])
def test_deleting_on_ones_own_page_tells_how_many_are_left(alice: User, page: str, is_told: bool) -> None:
    tweet, *_left = [post_tweet(author=alice, text=text) for text in ("Goes", "Stays")]
    headers = HTMX | {"HX-Current-URL": f"http://testserver{page}"}
    answer = login(alice).delete(reverse("tweet", args=[tweet.pk]), headers=headers)
    assert ('id="tweets-count" hx-swap-oob="true">1 tweet<' in answer.text, bool(answer.text)) == (
        is_told,
        is_told,
    )


def test_text_of_who_was_logged_out_comes_back_as_far_as_an_address_goes(client: Client) -> None:
    answer = client.post("/tweets/", {"text": "ü" * 9000})
    assert answer.status_code == 302
    where = unquote(unquote(answer["Location"]))
    assert "/compose/?text=" in where
    assert where.count("ü") == 1000
