"""The composer with pictures, polls, quotes and warnings; votes, bookmarks, pins: also without JavaScript."""

import json
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from media.models import Media
from tweets.models import Audience, Bookmark, PinnedTweet, Poll, PollVote, Tweet, TweetMedia
from tweets.tests.factories import add_media, add_poll, make_media, make_tweet
from tweets.tests.views.test_actions import HTMX, login

pytestmark = pytest.mark.django_db
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
GIF += b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


@pytest.mark.django_db(transaction=True)
def test_files_are_tweeted_with_their_descriptions_without_javascript(alice: User) -> None:
    files = [SimpleUploadedFile(f"{number}.gif", GIF) for number in (1, 2)]
    data = {"text": "Two", "files": files, "alt_text": "First\nSecond"}
    page = login(alice).post(reverse("tweet-create"), data, follow=True).content.decode()
    links = TweetMedia.objects.order_by("position").select_related("media")
    assert [link.media.alt_text for link in links] == ["First", "Second"]
    assert page.count("<picture>") >= 2


@pytest.mark.django_db(transaction=True)
def test_text_and_pictures_are_kept_when_the_tweet_is_refused(alice: User) -> None:
    client = login(alice)
    data = {"text": "x" * 300, "files": [SimpleUploadedFile("1.gif", GIF)], "content_warning": "Long"}
    answer = client.post(reverse("tweet-create"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    media = Media.objects.get()
    for kept in ("x" * 300, f'name="media_id" value="{media.pk}"', 'value="Long"', "280"):
        assert kept in page
    assert client.post(reverse("tweet-create"), {"text": "Short", "media_id": media.pk}).status_code == 302
    assert TweetMedia.objects.get().media == media


def test_poll_is_asked_and_kept_when_refused(alice: User) -> None:
    client = login(alice)
    data = {"text": "Tea?", "poll_option": ["Yes", "", "", ""], "poll_expires_in": "3600"}
    answer = client.post(reverse("tweet-create"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="Yes"' in page
    assert '<details class="composer__more" open>' in page
    # said above the composer, with the way to the field
    assert page.index('href="#poll-new-over"') < page.index('name="text"') < page.index('id="poll-new-over"')
    assert client.post(reverse("tweet-create"), {**data, "poll_option": ["Yes", "No"]}).status_code == 302
    assert Poll.objects.get().options.count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {"media_id": ["x"]},
        {"media_id": ["9" * 30]},
        {"media_id": ["1", "2", "3", "4", "5"]},
        {"media_id": ["-1"]},
        {"poll_option": ["a", "b"], "poll_expires_in": "abc"},
        {"poll_option": ["a", "b"], "poll_expires_in": "1"},
        {"poll_option": ["a"] * 50},
        {"poll_option": ["", ""], "poll_multiple": "on"},
        {"poll_option": ["a" * 5000, "b"]},
        {"audience": "nobody"},
        {"reply_policy": "\x00"},
        {"content_warning": "x" * 5000},
        {"quote_of": "99999999999999999999"},
        {"quote_of": "5"},
        {"reply_to": "x"},
    ],
)
def test_hostile_composer_is_refused_with_the_text_kept(alice: User, data: dict[str, object]) -> None:
    answer = login(alice).post(reverse("tweet-create"), {"text": "My words", **data})
    assert answer.status_code == 422
    assert "My words" in answer.content.decode()
    assert not Tweet.objects.exists()


def test_quote_is_composed_and_posted(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "the original")
    client = login(bob)
    page = client.get(reverse("tweet-compose"), {"quote_of": tweet.pk}).content.decode()
    assert f'name="quote_of" value="{tweet.pk}"' in page
    assert "the original" in page
    client.post(reverse("tweet-create"), {"text": "so true", "quote_of": tweet.pk})
    assert Tweet.objects.get(content="so true").quote_of_id == tweet.pk
    assert "so true" in client.get(f"/alice/status/{tweet.pk}/quotes/").content.decode()


def test_vote_shows_the_results_and_is_taken_once(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    add_poll(tweet)
    client, url = login(bob), reverse("tweet-vote", args=[tweet.pk])
    answer = client.post(url, {"choice": "1"}, headers=HTMX)
    assert "100%" in answer.content.decode()
    twice = client.post(url, {"choice": "0"}, headers=HTMX)
    assert twice.status_code == 422
    assert "already" in json.loads(twice.headers["HX-Trigger"])["toast"]["message"]
    page = client.post(url, {"choice": "0"})
    assert page.status_code == 422
    assert "already" in page.content.decode()
    assert PollVote.objects.count() == 1


@pytest.mark.parametrize("choice", ["", "x", "-1", "99", "1" * 50, "0\x00"])
def test_vote_is_refused_when_it_is_none(alice: User, bob: User, choice: str) -> None:
    tweet = make_tweet(alice)
    add_poll(tweet)
    answer = login(bob).post(reverse("tweet-vote", args=[tweet.pk]), {"choice": choice})
    assert answer.status_code in (400, 422)
    assert not PollVote.objects.exists()


def test_vote_bookmark_and_pin_know_only_what_one_may_see(alice: User, mallory: User) -> None:
    tweet = make_tweet(alice)
    add_poll(tweet)
    client = login(mallory)
    for name in ("tweet-vote", "tweet-bookmark", "tweet-pin"):
        assert client.post(reverse(name, args=[tweet.pk]), {"choice": "0"}).status_code == 404
        assert Client().post(reverse(name, args=[tweet.pk])).status_code == 302
    for name in ("likes", "retweets", "quotes"):
        assert client.get(f"/alice/status/{tweet.pk}/{name}/").status_code == 404


def test_bookmark_is_kept_and_let_go_without_javascript(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "for later")
    client, url = login(bob), reverse("tweet-bookmark", args=[tweet.pk])
    assert "Keep it for later" in client.get(reverse("bookmarks")).content.decode()
    client.post(url)
    assert "for later" in client.get(reverse("bookmarks")).content.decode()
    client.post(url, {"_method": "DELETE"})
    assert not Bookmark.objects.exists()


def test_pinned_tweet_stands_on_top_of_the_profile(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "read this first")
    make_tweet(alice, "newer")
    login(alice).post(reverse("tweet-pin", args=[tweet.pk]), headers=HTMX)
    assert PinnedTweet.objects.count() == 1
    page = login(bob).get("/alice/").content.decode()
    assert page.index("read this first") < page.index("newer")
    assert "Pinned" in page


def test_sensitive_pictures_and_warnings_wait_for_a_press(alice: User, bob: User) -> None:
    add_media(make_tweet(alice, "one", is_sensitive=True))
    add_media(make_tweet(alice, "two", content_warning="Spiders"))
    page = login(bob).get("/alice/").content.decode()
    assert '<details class="veil">' in page
    assert page.index("Spiders") < page.index("two")


def test_description_of_a_picture_is_escaped(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    add_media(tweet)
    Media.objects.update(alt_text='"><script>alert(1)</script>')
    assert "<script>alert" not in login(bob).get("/alice/").content.decode()
    make_media(alice)


def chosen(page: str) -> str:
    """The audience that the page's composer offers first."""
    found = re.search(r'name="audience" value="(\w+)" checked>', page)
    return found[1] if found else ""


def test_answer_reaches_no_more_people_than_what_it_answers(alice: User, bob: User, charlie: User) -> None:
    tweets = {
        "public": make_tweet(alice),
        "followers": make_tweet(alice, audience=Audience.FOLLOWERS),
        "mentioned": make_tweet(alice, audience=Audience.MENTIONED, mentioning=[bob, charlie]),
    }
    client = login(bob)
    for audience, tweet in tweets.items():
        names = "@Alice @charlie " if audience == "mentioned" else ""
        for url in (f"/alice/status/{tweet.pk}/", f"/compose/?reply_to={tweet.pk}"):
            page = client.get(url).content.decode()
            assert chosen(page) == audience
            assert f">{names}</textarea>" in page
    answer = {"text": "@alice @charlie Yes", "reply_to": tweet.pk, "audience": "mentioned"}
    assert client.post(reverse("tweet-create"), answer).status_code == 302
    assert login(charlie).get(f"/bob/status/{Tweet.objects.latest('id').pk}/").status_code == 200


def test_private_person_chooses_between_followers_and_a_few(person: Callable[..., User]) -> None:
    page = login(person("dora", is_private=True)).get("/compose/").content.decode()
    assert re.findall(r'name="audience" value="(\w+)"', page) == ["followers", "mentioned"]
    assert chosen(page) == "followers"


def test_card_says_who_else_can_read_it(alice: User, bob: User) -> None:
    make_tweet(alice)
    client = login(bob)
    assert "Only to" not in client.get("/alice/").content.decode()
    make_tweet(alice, audience=Audience.FOLLOWERS)
    make_tweet(alice, audience=Audience.MENTIONED, mentioning=[bob])
    page = client.get("/alice/").content.decode()
    assert 'title="Only to followers"' in page
    assert 'title="Only to those mentioned"' in page
