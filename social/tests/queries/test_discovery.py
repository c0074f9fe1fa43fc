"""Whom to follow."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from social.models import Block, Follow, FollowRequest, InterestVector, Mute
from social.queries import candidates, discovery, is_beginner, suggestions
from social.services import dismiss_suggestion, follow_user
from social.tasks import find_suggestions
from tweets.services.posting import post_tweet

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
        "Popular in your language",
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


def test_all_candidates_are_asked_about_when_the_first_fall_out(
    web, bob, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(discovery, "FIRST_ASKED", 2)
    suggestions(bob, 1)
    with django_assert_num_queries(2):
        assert names(suggestions(bob, 1)) == ["dora"]
    Follow.objects.create(follower=bob, following=web["dora"])
    with django_assert_num_queries(3):
        assert names(suggestions(bob, 1)) == ["erin"]
    Follow.objects.create(follower=bob, following=web["erin"])
    assert names(suggestions(bob, 1)) == ["frank"]


@pytest.mark.parametrize("size", [1, 20])
def test_suggestions_take_two_queries_when_kept(size, alice, bob, person, django_assert_num_queries):
    crowd = [person(f"fan{number}x") for number in range(size)]
    Follow.objects.bulk_create([Follow(follower=alice, following=one) for one in crowd])
    suggestions(bob, size)
    with django_assert_num_queries(2):
        assert len(suggestions(bob, size)) == size
    cache.clear()
    with django_assert_num_queries(7):  # candidates twice, dismissals, follows, the popular; relations, cards
        suggestions(bob, size)


def test_only_the_newest_friend_counts_when_the_viewer_follows_too_many(web, bob, monkeypatch):
    monkeypatch.setattr(candidates, "FRIENDS", 1)
    assert [(row.person.username, row.reason) for row in suggestions(bob, 1)] == [
        ("dora", "Followed by Charlie Novak")
    ]


def test_only_some_of_each_count_when_a_friend_follows_too_many(web, bob, monkeypatch):
    monkeypatch.setattr(candidates, "OF_EACH", 1)
    assert {row.person.username: row.reason for row in suggestions(bob, 2)} == {
        "erin": "Followed by Alice Bergström",
        "dora": "Followed by Charlie Novak",
    }


def cares(user, **weights: float) -> None:
    """Gives somebody a vector: hashtags by name, whose ids are their lengths."""
    heaviest = sorted(weights.items(), key=lambda item: -item[1])
    InterestVector.objects.create(
        user=user,
        features=[len(name) for name, _weight in heaviest],
        weights=[weight for _name, weight in heaviest],
        names=[name for name, _weight in heaviest],
        norm=sum(weight**2 for weight in weights.values()) ** 0.5,
        refreshed_at=timezone.now(),
    )


def test_people_alike_come_with_what_both_care_about(web, bob, person):
    twin, cousin, stranger = person("twin"), person("cousin"), person("stranger")
    cares(bob, rain=3.0, gardens=4.0)
    cares(twin, rain=3.0, gardens=4.0)
    cares(cousin, rain=3.0, motorsport=4.0)
    cares(stranger, motorsport=4.0)
    rows = suggestions(bob, 5)
    assert names(rows) == ["twin", "cousin", "dora", "erin", "frank"]
    assert [row.reason for row in rows[:2]] == ["You both care about #gardens", "You both care about #rain"]
    near = candidates.candidates_near(bob.id)
    assert [one.alike for one in near[:2]] == pytest.approx([1, 9 / 25])


@pytest.mark.parametrize("change", [{"is_private": True}, {"discoverable": False}])
def test_people_alike_who_will_not_be_found_are_not(change, bob, person):
    twin = person("twin")
    cares(bob, rain=1.0)
    cares(twin, rain=1.0)
    twin.privacy_settings = {**twin.privacy_settings, **change}
    twin.save()
    assert "twin" not in names(suggestions(bob, 5))


def test_dismissed_person_never_comes_again(web, bob, django_capture_on_commit_callbacks):
    assert names(suggestions(bob, 5)) == ["dora", "erin", "frank"]
    for name in ("dora", "frank", "dora"):
        with django_capture_on_commit_callbacks(execute=True):
            dismiss_suggestion(user=bob, person=web[name])
    assert names(suggestions(bob, 5)) == ["erin"]
    dismiss_suggestion(user=bob, person=bob)
    assert bob.dismissals.count() == 2


def test_follow_brings_the_friends_of_the_new_friend_at_once(
    web, bob, person, django_capture_on_commit_callbacks
):
    greta = person("greta")
    Follow.objects.create(follower=web["frank"], following=greta)
    assert suggestions(bob, 9)[-1].reason == ""
    with django_capture_on_commit_callbacks(execute=True):
        follow_user(follower=bob, following=web["frank"])
    reasons = {row.person.username: row.reason for row in suggestions(bob, 9)}
    assert reasons["greta"].startswith("Followed by ")


def test_worker_finds_them_for_whoever_was_here(web, bob, alice, django_assert_num_queries):
    type(bob).objects.filter(pk=bob.pk).update(last_active_at=timezone.now())
    type(bob).objects.exclude(pk=bob.pk).update(last_active_at=timezone.now() - timedelta(hours=2))
    assert find_suggestions() == 1
    with django_assert_num_queries(3):  # the popular are everybody's
        assert names(suggestions(bob, 2)) == ["dora", "erin"]


def test_who_wrote_lately_in_ones_language_comes_before_a_crowd_that_sleeps(alice, person, monkeypatch):
    person("sleeping", followers_count=900)
    foreign = person("foreign", followers_count=500, language="de")
    own = person("own", followers_count=100, language="en-gb")
    for author in (foreign, own):
        post_tweet(author=author, text="Good morning")
    assert names(suggestions(alice, 9)) == ["own", "foreign", "sleeping"]
    assert [row.reason for row in suggestions(alice, 2)] == ["Popular in your language", "Popular here"]
    type(own).objects.filter(pk=own.pk).update(followers_count=9)
    with translation.override("de"):
        assert names(suggestions(alice, 9)) == ["foreign", "own", "sleeping"]
    cache.delete("social:popular")
    assert [row.reason for row in suggestions(alice, 2)] == ["Wrote here lately", "Popular here"]
    monkeypatch.setattr(discovery, "LIVELY", timedelta(0))  # all of that was long ago
    cache.clear()
    assert names(suggestions(alice, 9)) == ["sleeping", "own", "foreign"]


def test_beginner_is_who_follows_fewer_than_five(
    alice, person, django_capture_on_commit_callbacks, monkeypatch
):
    assert is_beginner(alice.pk)
    for number in range(5):
        assert is_beginner(alice.pk)
        with django_capture_on_commit_callbacks(execute=True):
            follow_user(follower=alice, following=person(f"friend{number}"))
    assert not is_beginner(alice.pk)
    Follow.objects.filter(follower=alice).delete()
    cache.clear()
    assert not is_beginner(alice.pk)  # believed for a while without being looked up
    later = time.monotonic() + discovery.POPULAR_SECONDS + 1
    monkeypatch.setattr(discovery.time, "monotonic", lambda: later)
    assert is_beginner(alice.pk)
