"""The pages that show tweets: who sees what, paging, bad addresses, and the price."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from social.models import Follow, Mute
from social.queries import forget_suggestions
from tweets.models import Bookmark, Hashtag, Like, PinnedTweet, Tweet, TweetHashtag
from tweets.services.engagement import like_tweet
from tweets.services.posting import post_tweet
from tweets.tests.factories import add_media, add_poll, make_retweet, make_tweet

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BAD_IDS = ["abc", "-1", "1e5", "9" * 30, "\x00", "1' OR 1=1", "١٢", " 1"]
PAGES = ["/", "/explore/", "/alice/", "/alice/replies/", "/tags/hello/"]


def login(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def test_visitor_sees_what_is_said_and_how_to_join(alice: User) -> None:
    make_tweet(alice, "public words")
    shown = page(Client(), "/")
    assert "public words" in shown
    assert "/accounts/signup/" in shown
    assert "/accounts/login/" in shown


def test_home_shows_followed_and_own_tweets_only(alice: User, bob: User, charlie: User) -> None:
    make_tweet(alice, "by alice")
    make_tweet(bob, "by bob")
    make_tweet(charlie, "by charlie")
    shown = page(login(bob), "/")
    assert "by alice" in shown
    assert "by bob" in shown
    assert "by charlie" not in shown


def test_home_of_somebody_new_helps(alice: User, charlie: User) -> None:
    shown = page(login(charlie), "/")
    assert "Find people" in shown
    assert 'id="whom"' in shown
    assert "Alice Bergström" in shown


def test_home_helps_until_one_follows_a_few_people_or_wants_no_more_of_it(
    alice: User, charlie: User, person: Callable[..., User]
) -> None:
    make_tweet(charlie, "my first")
    client = login(charlie)
    assert "Show no more people here" in page(client, "/")
    assert "Show no more people here" not in client.get("/", headers=HTMX).content.decode()
    assert client.get("/home/helped/").status_code == 405
    assert client.post("/home/helped/")["Location"] == "/"
    assert 'id="whom"' not in page(client, "/")

    client = login(charlie)
    for number in range(5):
        assert 'id="whom"' in page(client, "/")
        Follow.objects.create(follower=charlie, following=person(f"friend{number}"))
        forget_suggestions(charlie.pk)
    assert 'id="whom"' not in page(client, "/")


def test_what_is_not_there_is_said_inside_the_frame_for_who_is_in(alice: User) -> None:
    for client, has_frame in ((login(alice), True), (Client(), False)):
        response = client.get("/nobody/status/1/")
        assert response.status_code == 404
        assert "There is nothing here" in response.content.decode()
        assert ('class="nav"' in response.content.decode()) == has_frame


def test_thread_of_one_person_is_no_answer_to_oneself(alice: User, bob: User) -> None:
    first = make_tweet(alice, "one")
    make_tweet(alice, "two", in_reply_to=first, in_reply_to_user=alice)
    shown = page(login(bob), "/")
    assert "Part of a thread" in shown
    assert "Replying to" not in shown


def test_who_is_answered_is_called_you(alice: User, bob: User, charlie: User) -> None:
    for follower, following in ((alice, bob), (charlie, bob), (charlie, alice)):
        Follow.objects.get_or_create(follower=follower, following=following)
    make_tweet(bob, "answer", in_reply_to=make_tweet(alice, "question"))
    for reader, words in ((alice, "you"), (charlie, "@Alice"), (alice, "you")):
        assert f'Replying to <a class="link" href="/alice/">{words}</a>' in page(login(reader), "/")


def test_home_leaves_muted_people_out(alice: User, bob: User) -> None:
    make_tweet(alice, "by alice")
    Mute.objects.create(muter=bob, muted=alice)
    assert "by alice" not in page(login(bob), "/")


def test_profile_separates_tweets_and_replies(alice: User, bob: User) -> None:
    parent = make_tweet(bob, "a question")
    make_tweet(alice, "an answer", in_reply_to=parent)
    make_tweet(alice, "a thought")
    make_retweet(alice, parent)
    tweets, replies = page(Client(), "/alice/"), page(Client(), "/alice/replies/")
    assert "a thought" in tweets
    assert "a question" in tweets
    assert "an answer" not in tweets
    assert "an answer" in replies


@pytest.mark.parametrize("who", ["blocked", "private"])
def test_closed_profile_shows_no_tweet(
    alice: User, bob: User, mallory: User, person: Callable[..., User], who: str
) -> None:
    author = alice if who == "blocked" else person("hidden", is_private=True)
    viewer = mallory if who == "blocked" else bob
    make_tweet(author, "not for you")
    for tab in ("", "replies/"):
        assert "not for you" not in page(login(viewer), f"/{author.username}/{tab}")


def test_profile_is_not_found_when_nobody_has_the_name(db: None) -> None:
    assert Client().get("/nobody/").status_code == 404
    assert Client().get("/no%00body/").status_code == 404
    assert Client().get("/" + "x" * 500 + "/").status_code == 404


def test_profile_in_capitals_leads_to_the_real_address(alice: User) -> None:
    response = Client().get("/ALICE/")
    assert response.status_code in (301, 302)
    assert response.headers["Location"] == "/alice/"


def test_thread_shows_ancestors_and_replies(alice: User, bob: User, charlie: User) -> None:
    first = make_tweet(alice, "the beginning")
    second = make_tweet(bob, "the middle", in_reply_to=first)
    make_tweet(charlie, "the end", in_reply_to=second)
    shown = page(Client(), f"/bob/status/{second.pk}/")
    assert shown.rindex("the beginning") < shown.rindex("the middle") < shown.rindex("the end")


def test_thread_keeps_a_tombstone_for_what_was_deleted(alice: User, bob: User) -> None:
    first = make_tweet(alice, "the beginning")
    second = make_tweet(bob, "the answer", in_reply_to=first)
    first.deleted_at = first.created_at
    first.save()
    shown = page(Client(), f"/bob/status/{second.pk}/")
    assert "the beginning" not in shown
    assert "the answer" in shown
    assert Client().get(f"/alice/status/{first.pk}/").status_code == 404


def test_thread_under_a_wrong_name_leads_to_the_right_one(alice: User, bob: User) -> None:
    tweet = make_tweet(alice)
    response = Client().get(f"/bob/status/{tweet.pk}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/alice/status/{tweet.pk}/")


def test_replies_of_blocked_people_are_not_in_the_thread(alice: User, mallory: User) -> None:
    tweet = make_tweet(alice, "question")
    make_tweet(mallory, "nasty answer", in_reply_to=tweet)
    assert "nasty answer" not in page(login(alice), f"/alice/status/{tweet.pk}/")


def test_hashtag_page_finds_the_tag_in_any_case(alice: User) -> None:
    tweet = make_tweet(alice, "look #Mountains")
    tag = Hashtag.objects.create(name="mountains", display="Mountains")
    TweetHashtag.objects.create(hashtag=tag, tweet=tweet)
    assert "look" in page(Client(), "/tags/MOUNTAINS/")
    assert Client().get("/tags/neverused/").status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_pages_go_on_to_the_end_and_show_each_tweet_once(alice: User, url: str) -> None:
    tag = Hashtag.objects.create(name="hello", display="hello")
    parent = make_tweet(alice, "start")
    for number in range(45):
        tweet = make_tweet(
            alice, f"number-{number:02}-end", **({"in_reply_to": parent} if "replies" in url else {})
        )
        TweetHashtag.objects.create(hashtag=tag, tweet=tweet)
    client, seen, address = login(alice), [], url
    for _ in range(6):
        response = client.get(address)
        shown = response.content.decode()
        seen += [number for number in range(45) if f"number-{number:02}-end" in shown]
        following = response.context["slice"].next
        if following is None:
            break
        address = f"{url}?before={following}"
    assert sorted(seen) == list(range(45))
    assert seen[0] > seen[-1]


@pytest.mark.parametrize("url", [*PAGES, "/home/new/"])
@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize("name", ["before", "after"])
def test_malformed_cursor_is_a_bad_request(alice: User, url: str, bad: str, name: str) -> None:
    response = login(alice).get(url, {name: bad})
    expected = {400, 200} if "new" in url and name == "before" else {400}
    assert response.status_code in expected


def test_fragment_is_only_the_list(alice: User) -> None:
    make_tweet(alice, "one")
    shown = login(alice).get("/alice/", headers=HTMX).content.decode()
    assert "one" in shown
    assert "<html" not in shown


def test_counts_tell_only_of_what_one_may_see(alice: User, bob: User, mallory: User) -> None:
    tweet = make_tweet(alice)
    like_tweet(user=bob, tweet=tweet)
    assert login(bob).get(f"/tweets/counts/?ids={tweet.pk},5").json() == {
        str(tweet.pk): {"replies": 0, "retweets": 0, "quotes": 0, "likes": 1}
        | {"liked": True, "retweeted": False, "bookmarked": False}
    }
    told = login(bob).get(f"/tweets/counts/?ids={tweet.pk}&focus={tweet.pk}").json()[str(tweet.pk)]
    assert told["words"] == {"retweets": "retweets", "quotes": "quotes", "likes": "like"}
    assert login(mallory).get(f"/tweets/counts/?ids={tweet.pk}&focus={tweet.pk}").json() == {}
    assert login(mallory).get("/tweets/counts/").json() == {}
    assert login(mallory).get("/tweets/counts/?ids=a,b").status_code == 400


def test_pill_counts_what_came_since(
    alice: User, bob: User, django_capture_on_commit_callbacks: Callable
) -> None:
    client = login(bob)
    first = make_tweet(alice, "first")
    page(client, "/")
    assert "Show" not in page(client, f"/home/new/?after={first.pk}")
    with django_capture_on_commit_callbacks(execute=True):
        post_tweet(author=alice, text="second")
    assert "Show 1 new tweet" in page(client, f"/home/new/?after={first.pk}")
    assert Client().get("/home/new/").status_code == 302


def fill(size: int, alice: User, bob: User, charlie: User, person: Callable[..., User]) -> Tweet:
    """At least `size` entries in each list: replies, quotes, retweets, pictures, polls, mentions, likes."""
    root = make_tweet(bob, "root")
    for number in range(size):
        quoted = make_tweet(charlie, f"quoted {number}")
        add_media(quoted, 2)
        other = make_tweet(charlie, f"other {number}")
        elsewhere = make_tweet(charlie, f"elsewhere {number}", quote_of=other, mentioning=[alice])
        reply = make_tweet(alice, f"@bob {number}", in_reply_to=root, quote_of=quoted, mentioning=[bob])
        add_media(reply, 4)
        add_poll(make_tweet(alice, f"said {number}"))
        make_retweet(alice, elsewhere)
        make_tweet(charlie, f"quoting {number}", quote_of=root)
        Like.objects.create(user=alice, tweet=elsewhere)
        Bookmark.objects.create(user=bob, tweet=elsewhere)
        liker = person(f"liker{number}")
        Like.objects.create(user=liker, tweet=root)
        make_retweet(liker, root)
    PinnedTweet.objects.create(user=alice, tweet=reply)
    return root


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/", 4),  # its cards are kept
        ("/alice/", 16),
        ("/alice/replies/", 14),
        ("/alice/media/", 14),
        ("/alice/likes/", 14),
        ("/bookmarks/", 12),
        ("THREAD", 14),
        ("THREADlikes/", 13),
        ("THREADretweets/", 13),
        ("THREADquotes/", 12),
    ],
)
@pytest.mark.parametrize("size", [1, 20])
def test_pages_cost_the_same_for_one_and_for_twenty(
    alice: User,
    bob: User,
    charlie: User,
    person: Callable[..., User],
    url: str,
    queries: int,
    size: int,
    django_assert_num_queries: Callable,
) -> None:
    root = fill(size, alice, bob, charlie, person)
    url = url.replace("THREAD", f"/bob/status/{root.pk}/")
    client = login(bob)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)


def test_menu_of_a_tweet_leaves_messages_to_the_profile(alice: User, bob: User) -> None:
    tweet = make_tweet(alice, "Who may write to me is said on my page")
    page = login(bob).get(f"/tweets/{tweet.pk}/menu/").content.decode()
    assert "Block @Alice" in page
    assert "Message @Alice" not in page
