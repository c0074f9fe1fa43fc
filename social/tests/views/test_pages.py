"""The pages that list people."""

import pytest
from django.urls import reverse

from social.models import Block, Follow, FollowRequest, Mute

HTMX = {"HX-Request": "true"}
OWN = ["/follow-requests/", "/settings/blocks/", "/settings/mutes/"]


@pytest.fixture
def crowd(person):
    return [person(f"fan{number}x", display_name=f"Fan {number}") for number in range(3)]


def shown(response) -> list[str]:
    return [row.person.username for row in response.context["slice"].items]


def test_followers_and_followed_are_listed_when_public(client, alice, bob, charlie):
    Follow.objects.create(follower=alice, following=charlie)
    response = client.get("/alice/followers/")
    assert (response.status_code, shown(response)) == (200, ["bob"])
    assert "Bob Okafor" in response.text
    assert shown(client.get("/alice/following/")) == ["charlie"]


def test_empty_lists_say_so_when_there_is_nobody(client, alice):
    assert "No followers yet" in client.get("/alice/followers/").text
    assert "Not following anyone yet" in client.get("/alice/following/").text


def test_list_goes_on_in_a_fragment_when_asked_by_htmx(client, alice, crowd, settings):
    settings.PAGE_SIZE = 2
    Follow.objects.bulk_create([Follow(follower=one, following=alice) for one in crowd])
    first = client.get("/alice/followers/")
    assert shown(first) == ["fan2x", "fan1x"]
    before = first.context["slice"].next
    assert f"?before={before}" in first.text
    rest = client.get(f"/alice/followers/?before={before}", headers=HTMX)
    assert shown(rest) == ["fan0x"]
    assert "<html" not in rest.text


@pytest.mark.parametrize("before", ["abc", "-1", "9" * 30, "1' OR 1=1"])
def test_malformed_cursor_is_refused_when_given(before, client, alice):
    assert client.get("/alice/followers/", {"before": before}).status_code == 400


@pytest.mark.parametrize("tab", ["followers", "following"])
def test_lists_are_hidden_when_the_owner_wishes(tab, client, person, bob):
    henry = person("henry", hide_follower_lists=True)
    Follow.objects.create(follower=bob, following=henry)
    response = client.get(f"/henry/{tab}/")
    assert response.status_code == 404
    assert "This list is hidden" in response.text
    assert "Bob" not in response.text
    client.force_login(henry)
    assert client.get(f"/henry/{tab}/").status_code == 200


def test_lists_of_a_private_account_are_for_followers_when_asked(client, person, bob, charlie):
    vera = person("vera", is_private=True)
    Follow.objects.create(follower=bob, following=vera)
    assert client.get("/vera/followers/").status_code == 404
    client.force_login(charlie)
    assert client.get("/vera/followers/").status_code == 404
    client.force_login(bob)
    assert shown(client.get("/vera/followers/")) == ["bob"]


def test_lists_are_hidden_when_blocked(client, alice, bob, mallory):
    client.force_login(mallory)
    assert client.get("/alice/followers/").status_code == 404


def test_unknown_person_is_not_found_when_listed(client, db):
    assert client.get("/nobody/followers/").status_code == 404


def test_address_is_made_right_when_written_in_another_case(client, alice):
    response = client.get("/ALICE/followers/?before=5")
    assert (response.status_code, response.headers["Location"]) == (302, "/alice/followers/?before=5")


def test_requests_are_listed_with_their_answers_when_there_are_some(client, person, crowd):
    vera = person("vera", is_private=True)
    FollowRequest.objects.bulk_create([FollowRequest(follower=one, following=vera) for one in crowd])
    client.force_login(vera)
    response = client.get("/follow-requests/")
    assert shown(response) == ["fan2x", "fan1x", "fan0x"]
    for request in FollowRequest.objects.all():
        assert reverse("follow-request", args=[request.id]) in response.text


def test_blocked_and_muted_are_listed_when_there_are_some(client, alice, bob, mallory):
    Mute.objects.create(muter=alice, muted=bob)
    client.force_login(alice)
    blocks, mutes = client.get("/settings/blocks/"), client.get("/settings/mutes/")
    assert (shown(blocks), shown(mutes)) == (["mallory"], ["bob"])
    assert "Unblock" in blocks.text
    assert "Unmute" in mutes.text


def test_people_beside_the_list_can_be_followed_when_it_is_of_the_blocked(client, alice, charlie, mallory):
    client.force_login(alice)
    page = client.get("/settings/blocks/").text
    assert page.count(f' action="{reverse("block", args=["mallory"])}"') == 1
    assert reverse("follow", args=["charlie"]) in page
    assert reverse("block", args=["charlie"]) not in page


def test_unblock_stays_the_control_when_the_list_goes_on(client, alice, crowd):
    Block.objects.bulk_create([Block(blocker=alice, blocked=one) for one in crowd])
    client.force_login(alice)
    response = client.get("/settings/blocks/", headers=HTMX)
    assert "Unblock" in response.text
    assert "<html" not in response.text


@pytest.mark.parametrize("url", OWN)
def test_own_lists_say_so_when_empty(url, client, charlie):
    client.force_login(charlie)
    response = client.get(url)
    assert (response.status_code, shown(response)) == (200, [])


@pytest.mark.parametrize("url", OWN)
def test_visitor_logs_in_when_opening_an_own_list(url, client, db):
    response = client.get(url)
    assert response.headers["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("url", [*OWN, "/alice/followers/", "/alice/following/"])
def test_wrong_verb_is_refused_when_used_on_a_page(url, client, alice):
    client.force_login(alice)
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("size", [1, 20])
def test_list_takes_four_queries_when_long(size, client, alice, bob, person, django_assert_num_queries):
    crowd = [person(f"f{number}x") for number in range(size)]
    Follow.objects.bulk_create([Follow(follower=one, following=bob) for one in crowd])
    client.force_login(alice)
    with django_assert_num_queries(4):  # whose list, may one see it, its rows, their relations
        assert len(shown(client.get("/bob/followers/", headers=HTMX))) == size
