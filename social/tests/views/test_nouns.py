"""Follow, block, mute and their answers, pressed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from social.models import Block, Follow, FollowRequest, Mute
from social.services import follow_user
from social.tests.helpers import edges

HTMX = {"HX-Request": "true"}
NOUNS = ["follow", "follower", "block", "mute"]


@pytest.fixture
def vera(person):
    return person("vera", is_private=True)


@pytest.fixture
def as_charlie(client, charlie):
    client.force_login(charlie)
    return client


def test_follow_returns_to_the_page_when_pressed_without_javascript(as_charlie, alice, charlie):
    response = as_charlie.post("/users/alice/follow/", {"next": "/explore/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/explore/")
    assert edges() == {(charlie.id, alice.id)}


def test_follow_returns_to_the_person_when_the_form_says_nothing_or_another_site(as_charlie, alice):
    for data in ({}, {"next": "https://evil.example/"}):
        assert as_charlie.post("/users/alice/follow/", data).headers["Location"] == "/alice/"


def test_button_says_following_when_pressed_with_htmx(as_charlie, alice, charlie):
    response = as_charlie.post("/users/alice/follow/", headers=HTMX)
    assert response.status_code == 200
    assert response.templates[0].name == "social/_follow_button.html"
    assert f'id="follow-{alice.id}"' in response.text
    assert "Following" in response.text
    response = as_charlie.delete("/users/alice/follow/", headers=HTMX)
    assert "Following" not in response.text
    assert edges() == set()


def test_button_keeps_its_own_id_when_pressed_in_the_aside(as_charlie, alice):
    beside = {**HTMX, "HX-Target": f"follow-{alice.pk}-beside"}
    assert f'id="follow-{alice.pk}-beside"' in as_charlie.post("/users/alice/follow/", headers=beside).text
    inside = {**HTMX, "HX-Target": f"follow-{alice.pk}"}
    assert f'id="follow-{alice.pk}"' in as_charlie.post("/users/alice/follow/", headers=inside).text


def test_buttons_of_a_page_say_whom_one_follows_by_now(
    as_charlie, alice, bob, charlie, django_assert_num_queries
):
    Follow.objects.create(follower=charlie, following=alice)
    gone = 5
    with django_assert_num_queries(2):  # the people, the relations
        shown = as_charlie.get(f"/users/follow-buttons/?ids={alice.pk}-beside,{bob.pk},{gone}").text
    mine, his = shown.split(f'id="follow-{bob.pk}"')
    assert f'id="follow-{alice.pk}-beside"' in mine
    assert ("button--following" in mine, "button--following" in his) == (True, False)
    assert shown.count("<form") == 2
    assert as_charlie.get("/users/follow-buttons/?ids=x").status_code == 400
    as_charlie.logout()
    assert as_charlie.get("/users/follow-buttons/").status_code == 302


def test_button_says_requested_when_account_is_private(as_charlie, vera):
    response = as_charlie.post("/users/vera/follow/", headers=HTMX)
    assert "Requested" in response.text
    assert FollowRequest.objects.count() == 1


def test_unfollow_works_when_posted_by_a_plain_form(as_charlie, alice, charlie):
    follow_user(follower=charlie, following=alice)
    response = as_charlie.post("/users/alice/follow/", {"_method": "DELETE"})
    assert response.status_code == 302
    assert edges() == set()


@pytest.mark.parametrize("name", ["ALICE", "Alice", "alice"])
def test_username_counts_in_any_case_when_followed(name, as_charlie, alice, charlie):
    as_charlie.post(f"/users/{name}/follow/")
    assert edges() == {(charlie.id, alice.id)}


def test_follow_is_refused_kindly_when_blocked(client, alice, mallory):
    client.force_login(mallory)
    response = client.post("/users/alice/follow/", headers=HTMX)
    assert response.status_code == 403
    assert "You cannot follow this person." in response.headers["HX-Trigger"]
    assert client.post("/users/alice/follow/").status_code == 403
    assert edges() == set()


def test_oneself_is_refused_kindly_when_followed(as_charlie):
    response = as_charlie.post("/users/charlie/follow/", headers=HTMX)
    assert response.status_code == 422
    assert "You cannot follow yourself." in response.headers["HX-Trigger"]
    assert as_charlie.post("/users/charlie/follow/", {"next": "/explore/"}).status_code == 302
    assert edges() == set()


@pytest.mark.parametrize("noun", NOUNS)
def test_visitor_logs_in_and_returns_when_pressing(noun, client, alice):
    response = client.post(f"/users/alice/{noun}/", {"next": "/alice/"})
    assert response.status_code == 302
    assert response.headers["Location"] == f"{reverse('account_login')}?next=/alice/"
    assert (edges(), Block.objects.count(), Mute.objects.count()) == (set(), 0, 0)


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("name", ["nobody", "sue", "not-a-name", "x" * 40])
def test_person_is_not_found_when_not_there(noun, name, as_charlie, person):
    person("sue", suspended_at=timezone.now())
    method = as_charlie.delete if noun == "follower" else as_charlie.post
    assert method(f"/users/{name}/{noun}/", headers=HTMX).status_code == 404


def test_suspended_person_is_unblocked_on_their_page(as_charlie, person, charlie):
    sue = person("sue", suspended_at=timezone.now())
    assert "Unblock" not in as_charlie.get("/sue/").content.decode()
    Block.objects.create(blocker=charlie, blocked=sue)
    page = as_charlie.get("/sue/").content.decode()
    assert "You have blocked this person." in page
    assert "0 tweets" not in page
    unblock = {"_method": "DELETE", "next": "/sue/"}
    page = as_charlie.post("/users/sue/block/", unblock, follow=True).content.decode()
    assert "You unblocked @sue." in page
    assert "You have blocked" not in page
    assert not Block.objects.exists()


@pytest.mark.parametrize(("noun", "model"), [("block", Block), ("mute", Mute)])
def test_suspended_person_stands_in_the_list_and_leaves_it_when_let_go(
    noun, model, as_charlie, person, charlie
):
    sue = person("sue", suspended_at=timezone.now(), bio="Buy watches")
    one, other = ("blocker", "blocked") if noun == "block" else ("muter", "muted")
    model.objects.create(**{one: charlie, other: sue})
    page = as_charlie.get(f"/settings/{noun}s/").text
    assert "@sue" in page
    assert "Suspended" in page
    assert "Buy watches" not in page
    asked = {"_method": "DELETE", "in_place": "1", "next": f"/settings/{noun}s/"}
    answer = as_charlie.post(f"/users/sue/{noun}/", asked, headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"
    assert not model.objects.exists()
    assert as_charlie.post(f"/users/sue/{noun}/", asked, headers=HTMX).status_code == 404


@pytest.mark.parametrize(
    ("verb", "noun"),
    [("get", "follow"), ("put", "follow"), ("get", "mute"), ("get", "follower"), ("post", "follower")],
)
def test_wrong_verb_is_refused_when_used_on_a_noun(verb, noun, as_charlie, alice):
    assert getattr(as_charlie, verb)(f"/users/alice/{noun}/").status_code == 405
    assert edges() == set()


def test_csrf_is_required_when_following(alice, charlie, client):
    client.handler.enforce_csrf_checks = True
    client.force_login(charlie)
    assert client.post("/users/alice/follow/").status_code == 403
    assert edges() == set()


def test_block_asks_first_when_pressed_without_javascript(as_charlie, alice, charlie):
    response = as_charlie.post("/users/alice/block/", {"next": "/explore/"})
    assert response.headers["Location"] == "/users/alice/block/?next=%2Fexplore%2F"
    assert not Block.objects.exists()
    page = as_charlie.get(response.headers["Location"])
    assert page.status_code == 200
    assert "Block @Alice?" in page.text
    assert 'name="next" value="/explore/"' in page.text
    response = as_charlie.post("/users/alice/block/", {"next": "/explore/", "confirmed": "1"})
    assert response.headers["Location"] == "/explore/"
    assert list(Block.objects.values_list("blocker_id", "blocked_id")) == [(charlie.id, alice.id)]


def test_block_page_leads_to_the_person_when_next_is_another_site(as_charlie, alice):
    page = as_charlie.get("/users/alice/block/?next=https://evil.example/")
    assert page.context["next"] == "/alice/"


def test_page_is_drawn_anew_when_blocked_with_htmx(as_charlie, alice):
    response = as_charlie.post("/users/alice/block/", headers=HTMX)
    assert (response.status_code, response.headers["HX-Refresh"]) == (200, "true")
    assert Block.objects.exists()


@pytest.mark.parametrize(("noun", "kind"), [("block", Block), ("mute", Mute)])
def test_row_stays_with_the_way_back_when_pressed_in_the_list(as_charlie, alice, noun, kind):
    url = f"/users/alice/{noun}/"
    as_charlie.post(url, headers=HTMX)
    over = as_charlie.post(url, {"_method": "DELETE", "in_place": "1"}, headers=HTMX)
    assert f"{noun.capitalize()} again" in over.text
    assert (kind.objects.count(), "HX-Refresh" in over.headers) == (0, False)
    again = as_charlie.post(url, {"in_place": "1", "confirmed": "1"}, headers=HTMX)
    assert f"Un{noun}" in again.text
    assert kind.objects.count() == 1


def test_unblock_and_unmute_work_when_pressed(as_charlie, alice, charlie):
    Block.objects.create(blocker=charlie, blocked=alice)
    as_charlie.post("/users/alice/mute/")
    assert Mute.objects.filter(muter=charlie, muted=alice).exists()
    as_charlie.post("/users/alice/mute/", {"_method": "DELETE"})
    as_charlie.post("/users/alice/block/", {"_method": "DELETE"})
    assert (Block.objects.count(), Mute.objects.count()) == (0, 0)


def test_oneself_is_refused_when_blocked_or_muted(as_charlie):
    assert as_charlie.post("/users/charlie/block/", headers=HTMX).status_code == 422
    assert as_charlie.post("/users/charlie/mute/", headers=HTMX).status_code == 422
    assert (Block.objects.count(), Mute.objects.count()) == (0, 0)


def test_follower_leaves_when_removed(client, alice, bob):
    client.force_login(alice)
    response = client.post("/users/bob/follower/", {"_method": "DELETE", "next": "/alice/followers/"})
    assert response.headers["Location"] == "/alice/followers/"
    assert edges() == set()


def test_request_is_answered_when_it_is_ones_own(client, vera, charlie, bob):
    for follower in (charlie, bob):
        follow_user(follower=follower, following=vera)
    accepted, declined = FollowRequest.objects.order_by("id")
    client.force_login(vera)
    response = client.post(f"/follow-requests/{accepted.id}/", headers=HTMX)
    assert (response.status_code, response.content) == (200, b"")
    response = client.post(f"/follow-requests/{declined.id}/", {"_method": "DELETE"})
    assert response.headers["Location"] == "/follow-requests/"
    assert Follow.objects.filter(following=vera).values_list("follower_id", flat=True).get() == charlie.id
    assert not FollowRequest.objects.exists()


def test_request_is_not_found_when_it_is_anothers_or_gone(as_charlie, vera, charlie):
    follow_user(follower=charlie, following=vera)
    request = FollowRequest.objects.get()
    for url in (f"/follow-requests/{request.id}/", "/follow-requests/1/", f"/follow-requests/{'9' * 19}/"):
        assert as_charlie.post(url, headers=HTMX).status_code == 404
        assert as_charlie.delete(url, headers=HTMX).status_code == 404
    assert FollowRequest.objects.count() == 1
    assert as_charlie.get(f"/follow-requests/{request.id}/").status_code == 405


def test_visitor_logs_in_when_answering_a_request(client, db):
    response = client.post("/follow-requests/1/")
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_suspended_person_is_logged_out_when_following(as_charlie, alice, charlie):
    User.objects.filter(id=charlie.id).update(suspended_at=timezone.now())
    assert as_charlie.post("/users/alice/follow/", headers=HTMX).status_code in (302, 403)
    assert edges() == set()


def test_suggestion_leaves_the_list_when_dismissed(as_charlie, bob, django_capture_on_commit_callbacks):
    Follow.objects.all().delete()
    assert "Do not suggest @bob again" in as_charlie.get("/explore/").text
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_charlie.post("/users/bob/suggestion/", {"_method": "DELETE"}, headers=HTMX)
    assert answer.status_code == 200
    assert "@bob will not be suggested again." in answer.text
    assert "Undo" in answer.text
    answer = as_charlie.post("/users/bob/suggestion/", {"_method": "DELETE", "next": "/explore/"})
    assert answer.headers["Location"] == "/explore/"
    assert "Do not suggest @bob again" not in as_charlie.get("/explore/").text


def test_dismissed_suggestion_comes_back_or_makes_room_for_the_next(
    as_charlie, bob, person, django_capture_on_commit_callbacks
):
    Follow.objects.all().delete()
    next_one = person("next_one")
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            as_charlie.post("/users/bob/suggestion/", {"_method": "DELETE"}, headers=HTMX)
        values = {"shown": [*User.objects.exclude(pk=next_one.pk).values_list("pk", flat=True)], "small": "1"}
        row = as_charlie.get("/users/bob/suggestion/", values, headers=HTMX).text
        assert "Do not suggest @next_one again" in row
        assert "person--small" in row
        values["shown"].append(next_one.pk)
        assert as_charlie.get("/users/bob/suggestion/", values, headers=HTMX).text == ""
        with django_capture_on_commit_callbacks(execute=True):
            as_charlie.post("/users/bob/suggestion/", headers=HTMX)
        row = as_charlie.post(
            "/users/bob/suggestion/", headers=HTMX
        ).text  # after the commit, as it is outside
        assert "Do not suggest @bob again" in row
        assert "Do not suggest @bob again" in as_charlie.get("/explore/").text
    assert as_charlie.get("/users/bob/suggestion/", {"shown": "x"}).status_code == 400
