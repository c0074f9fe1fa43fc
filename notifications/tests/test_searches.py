"""Being told of what is new in a saved search: once, in one line, and never of what is not theirs to see."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications.housekeeping import alert_searches
from notifications.models import Notification, NotificationEvent
from notifications.tests.helpers import deliver
from social.models import Block, Mute
from social.services import block_user
from tweets.models import Audience, SavedSearch, Tweet
from tweets.services.posting import delete_tweet
from tweets.services.saved_searches import forget_search, save_search
from tweets.tests.factories import make_tweet
from twitterclone.tests.api import Program

pytestmark = pytest.mark.django_db


def look() -> int:
    """A round five minutes later."""
    SavedSearch.objects.update(looked_at=timezone.now() - timedelta(minutes=5))
    return alert_searches(seconds=60)


def told(user: User) -> list[tuple[str, str, int, bool]]:
    rows = Notification.objects.filter(user=user, type="search").order_by("-updated_at")
    return [(row.message, row.group_key, row.actors_count, row.is_read) for row in rows]


@pytest.fixture
def search(charlie: User) -> SavedSearch:
    return save_search(user=charlie, query="rain -snow")


def test_new_tweets_are_told_in_one_line_each_once(
    charlie: User, alice: User, bob: User, search: SavedSearch
) -> None:
    for author, text in ((alice, "rain"), (bob, "rain again"), (alice, "rain and snow"), (charlie, "rain")):
        make_tweet(author, text)
    assert look() == 1
    words, group = "%d new tweets for “rain -snow”", f"search:{search.pk}"
    assert told(charlie) == [(words % 2, group, 2, False)]
    look()
    assert told(charlie) == [(words % 2, group, 2, False)]
    make_tweet(alice, "more rain")
    look()
    assert told(charlie) == [(words % 3, group, 3, False)]
    Notification.objects.filter(user=charlie).update(is_read=True, read_at=timezone.now())
    look()
    make_tweet(bob, "rain for ever")
    look()
    assert sorted(told(charlie)) == [
        (words % 3, group, 3, True),
        ("New tweet for “rain -snow”", group, 1, False),
    ]


def test_round_tells_the_newest_few_of_very_many(charlie: User, alice: User, search: SavedSearch) -> None:
    for number in range(12):
        make_tweet(alice, f"rain {number}")
    look()
    assert told(charlie)[0][2] == 5


def test_nobody_is_told_of_what_they_may_not_see_or_do_not_want_to_meet(
    charlie: User, alice: User, bob: User, person: Callable[..., User], search: SavedSearch
) -> None:
    private, gone = person("shut", is_private=True), person("gone", suspended_at=timezone.now())
    blocked, blocking, muted = person("blocked"), person("blocking"), person("muted")
    Block.objects.create(blocker=charlie, blocked=blocked)
    Block.objects.create(blocker=blocking, blocked=charlie)
    Mute.objects.create(muter=charlie, muted=muted)
    now = timezone.now()
    for author in (private, gone, blocked, blocking, muted):
        make_tweet(author, "rain")
    make_tweet(alice, "rain", audience=Audience.FOLLOWERS)
    make_tweet(alice, "rain", audience=Audience.MENTIONED, mentioning=[bob])
    make_tweet(alice, "rain", hidden_at=now)
    make_tweet(alice, "rain", deleted_at=now)
    look()
    assert told(charlie) == []
    make_tweet(private, "rain for charlie", mentioning=[charlie])
    look()
    assert told(charlie)[0][2] == 1


def test_what_is_gone_is_taken_back_and_the_rest_stays(
    charlie: User, alice: User, bob: User, search: SavedSearch
) -> None:
    first, second = make_tweet(alice, "rain"), make_tweet(bob, "rain")
    look()
    delete_tweet(actor=alice, tweet=first)
    deliver()
    assert told(charlie)[0][:3:2] == ("New tweet for “rain -snow”", 1)
    block_user(blocker=bob, blocked=charlie)
    deliver()
    assert told(charlie) == []
    assert Tweet.objects.filter(pk=second.pk).exists()


def test_page_shows_the_search_and_leads_to_the_latest(
    client: Client, charlie: User, alice: User, search: SavedSearch
) -> None:
    make_tweet(alice, "rain one")
    make_tweet(alice, "rain two")
    look()
    client.force_login(charlie)
    html = client.get("/notifications/").content.decode()
    assert "2 new tweets for “rain -snow”" in html
    assert "<bdi>Alice Bergström</bdi>: <bdi>rain two</bdi>" in html
    assert f'href="/search/saved/{search.pk}/"' in html
    faces = html.split('<span class="faces">')[1].split('class="notification__time"')[0]
    assert faces.count('href="/alice/"') == 1
    address = f"/search/saved/{search.pk}/"
    results = client.get(address, follow=True).content.decode()
    assert "rain one" in results
    assert "rain two" in results
    forget_search(search=search)
    assert client.get("/notifications/").status_code == 200
    assert client.get(address, follow=True).status_code == 200


def test_line_shows_the_newest_that_may_still_be_seen(
    client: Client, charlie: User, alice: User, bob: User, search: SavedSearch
) -> None:
    make_tweet(alice, "rain one")
    make_tweet(bob, "rain of spoilers", content_warning="The end of a film")
    look()
    client.force_login(charlie)
    html = client.get("/notifications/").content.decode()
    assert "<bdi>The end of a film</bdi>" in html
    assert "spoilers" not in html
    Tweet.objects.filter(author=bob).update(hidden_at=timezone.now())
    html = client.get("/notifications/").content.decode()
    assert "The end of a film" not in html
    assert "rain one" in html


def test_programs_are_told_nothing_of_it(
    charlie: User, alice: User, search: SavedSearch, api: Callable[..., Program]
) -> None:
    make_tweet(alice, "rain")
    look()
    program = api(charlie)
    assert program.get("/api/v1/notifications").json() == []
    assert program.get("/api/v1/notifications?types[]=search").status_code == 200
    fact = NotificationEvent.objects.get(user=charlie, type="search")
    assert program.get(f"/api/v1/notifications/{fact.pk}").status_code == 404
