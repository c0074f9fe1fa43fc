"""Whom to follow."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from social.models import Block, Follow, FollowRequest, Mute
from social.queries import discovery, suggestions

ANYONE = type("Anyone", (), {"id": None})()


@pytest.fixture
def web(bob, alice, charlie, person):
    """bob follows alice and charlie; both follow dora, alice also erin; frank is popular."""
    dora, erin, frank = person("dora"), person("erin"), person("frank", followers_count=50)
    Follow.objects.create(follower=bob, following=charlie)
    for follower, following in ((alice, erin), (alice, dora), (charlie, dora), (alice, bob)):
        Follow.objects.create(follower=follower, following=following)
    return {"dora": dora, "erin": erin, "frank": frank}


def names(rows) -> list[str]:
    return [row.person.username for row in rows]


def test_friends_of_friends_come_before_the_popular_when_suggested(web, bob):
    rows = suggestions(bob, 5)
    assert names(rows) == ["dora", "erin", "frank"]
    assert [row.reason for row in rows] == [
        "Followed by Alice Bergström and 1 other you follow",
        "Followed by Alice Bergström",
        "",
    ]


def test_only_as_many_come_as_asked_when_there_are_more(web, bob):
    assert names(suggestions(bob, 1)) == ["dora"]


def test_popular_come_when_viewer_follows_nobody(web):
    assert names(suggestions(web["erin"], 1)) == ["frank"]
    assert names(suggestions(ANYONE, 1)) == ["frank"]


def test_nobody_comes_when_there_is_nobody(alice):
    assert suggestions(alice) == []


def test_person_leaves_at_once_when_related_meanwhile(web, bob):
    assert names(suggestions(bob, 5)) == ["dora", "erin", "frank"]
    Follow.objects.create(follower=bob, following=web["dora"])
    Mute.objects.create(muter=bob, muted=web["erin"])
    Block.objects.create(blocker=web["frank"], blocked=bob)
    assert suggestions(bob, 5) == []


@pytest.mark.parametrize(
    ("when", "change"),
    [
        ("before", {"suspended_at": timezone.now()}),
        ("before", {"deactivated_at": timezone.now()}),
        ("before", {"is_private": True}),
        ("before", {"discoverable": False}),
        ("after", {"suspended_at": timezone.now()}),
        ("after", {"is_private": True}),
    ],
)
def test_account_is_not_suggested_when_it_cannot_or_will_not_be_found(when, change, web, bob):
    if when == "after":
        suggestions(bob, 5)
    for user in (web["dora"], web["frank"]):
        for name, value in change.items():
            if name in user.privacy_settings:
                user.privacy_settings = {**user.privacy_settings, name: value}
            else:
                setattr(user, name, value)
        user.save()
    assert names(suggestions(bob, 5)) == ["erin"]


def test_friend_who_hides_lists_gives_nobody_away_when_suggested(web, alice, bob):
    alice.privacy_settings = {**alice.privacy_settings, "hide_follower_lists": True}
    alice.save(update_fields=["privacy_settings"])
    rows = suggestions(bob, 1)
    assert (names(rows), rows[0].reason) == (["dora"], "Followed by Charlie Novak")


def test_asked_person_is_not_suggested_when_request_waits(web, bob):
    FollowRequest.objects.create(follower=bob, following=web["dora"])
    assert names(suggestions(bob, 5)) == ["erin", "frank"]


@pytest.mark.parametrize("size", [1, 20])
def test_suggestions_take_two_queries_when_kept(size, alice, bob, person, django_assert_num_queries):
    crowd = [person(f"fan{number}x") for number in range(size)]
    Follow.objects.bulk_create([Follow(follower=alice, following=one) for one in crowd])
    suggestions(bob, size)
    with django_assert_num_queries(2):
        assert len(suggestions(bob, size)) == size
    cache.clear()
    with django_assert_num_queries(4):
        suggestions(bob, size)


def test_only_the_newest_friend_counts_when_the_viewer_follows_too_many(web, bob, monkeypatch):
    monkeypatch.setattr(discovery, "FRIENDS", 1)
    assert [(row.person.username, row.reason) for row in suggestions(bob, 1)] == [
        ("dora", "Followed by Charlie Novak")
    ]


def test_only_some_of_each_count_when_a_friend_follows_too_many(web, bob, monkeypatch):
    monkeypatch.setattr(discovery, "OF_EACH", 1)
    assert {row.person.username: row.reason for row in suggestions(bob, 2)} == {
        "erin": "Followed by Alice Bergström",
        "dora": "Followed by Charlie Novak",
    }
