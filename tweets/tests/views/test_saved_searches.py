"""The buttons that keep a search, and the list of those kept."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from tweets.models import SavedSearch
from tweets.queries.saved_searches import saved_searches_of
from tweets.services.saved_searches import MOST_SAVED, save_search

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_search_is_kept_silenced_and_let_go_of_without_scripts(as_alice: Client, alice: User) -> None:
    here = "/search/?q=rain+%3Cb%3E&tab=latest"
    assert "Save with alerts" in as_alice.get(here).content.decode()
    answer = as_alice.post("/search/saved/", {"q": "rain <b>", "next": here})
    assert (answer.status_code, answer["Location"]) == (302, here)
    search = saved_searches_of(alice.pk)[0]
    assert "Turn alerts off" in as_alice.get(here).content.decode()
    url = f"/search/saved/{search.id}/"
    assert as_alice.get(url)["Location"] == here
    assert as_alice.post(url, {"alerts": "off", "next": here})["Location"] == here
    assert "Turn alerts on" in as_alice.get(here).content.decode()
    assert escape("rain <b>") in as_alice.get("/search/").content.decode()
    assert as_alice.post(url, {"_method": "DELETE"})["Location"] == "/search/"
    assert saved_searches_of(alice.pk) == []
    assert "Saved searches" not in as_alice.get("/search/").content.decode()
    assert as_alice.get(url)["Location"] == "/search/"
    assert as_alice.post(url, {"alerts": "on"}).status_code == 404


def test_search_is_kept_without_alerts_in_one_step(as_alice: Client, alice: User) -> None:
    page = as_alice.get("/search/", {"q": "rain"}).content.decode()
    for choice in ("on", "off"):
        assert f'name="alerts" value="{choice}"' in page
    as_alice.post("/search/saved/", {"q": "rain", "alerts": "off"})
    as_alice.post("/search/saved/", {"q": "snow", "alerts": "on"})
    assert [(one.query, one.alerts) for one in saved_searches_of(alice.pk)] == [
        ("snow", True),
        ("rain", False),
    ]


def test_many_kept_searches_leave_room_for_what_rises(as_alice: Client, alice: User) -> None:
    for number in range(5):
        save_search(user=alice, query=f"rain{number}")
    assert '<details class="saved-more' not in as_alice.get("/search/").content.decode()
    for number in range(2):
        save_search(user=alice, query=f"snow{number}")
    first, more = as_alice.get("/search/").content.decode().split('<details class="saved-more')
    assert "2 more saved searches" in more
    assert (first.count('class="saved__query"'), more.count('class="saved__query"')) == (5, 2)


def test_what_cannot_be_kept_offers_no_button(client: Client, as_alice: Client) -> None:
    for address in ("/search/?q=-rain", "/search/?q=rain&tab=people", "/search/", f"/search/?q={'x' * 400}"):
        assert "Save with alerts" not in as_alice.get(address).content.decode()
    for query, why in (
        ("rain since:2026-13-45", "comes a day"),
        ("from:nobody123", "There is no @nobody123."),
    ):
        page = as_alice.get("/search/", {"q": query}).content.decode()
        assert why in page
        assert "Save with alerts" not in page
    refused = as_alice.post("/search/saved/", {"q": "has:media"}, follow=True).content.decode()
    assert "cannot be kept" in refused
    assert not SavedSearch.objects.exists()


def test_kept_searches_stand_on_explore(client: Client, as_alice: Client, alice: User) -> None:
    assert "Saved searches" not in as_alice.get("/explore/").content.decode()
    search = save_search(user=alice, query="rain <b>")
    page = as_alice.get("/explore/").content.decode()
    assert f'href="/search/saved/{search.pk}/"' in page
    assert escape("rain <b>") in page


def test_strangers_sign_in_first(client: Client, alice: User) -> None:
    search = save_search(user=alice, query="rain")
    assert "Save with alerts" not in client.get("/search/?q=rain").content.decode()
    for answer in (
        client.post("/search/saved/", {"q": "snow"}),
        client.get(f"/search/saved/{search.pk}/"),
        client.post(f"/search/saved/{search.pk}/", {"_method": "DELETE"}),
    ):
        assert answer["Location"].startswith("/accounts/login/")
    assert [one.query for one in saved_searches_of(alice.pk)] == ["rain"]


def test_somebody_elses_search_is_not_touched(client: Client, alice: User, bob: User) -> None:
    search = save_search(user=alice, query="rain")
    client.force_login(bob)
    assert client.get(f"/search/saved/{search.pk}/")["Location"] == "/search/"
    for data in ({"alerts": "off"}, {"_method": "DELETE"}):
        assert client.post(f"/search/saved/{search.pk}/", data).status_code == 404
    assert saved_searches_of(alice.pk)[0].alerts


def test_list_costs_the_same_for_one_and_for_all(
    as_alice: Client, alice: User, django_assert_num_queries: Callable
) -> None:
    for count in (1, MOST_SAVED - 1):
        for number in range(count):
            save_search(user=alice, query=f"rain {count} {number}")
        as_alice.get("/explore/")  # what is cached is cached
        with django_assert_num_queries(3):
            html = as_alice.get("/search/").content.decode()
        assert f"rain {count} {count - 1}" in html
