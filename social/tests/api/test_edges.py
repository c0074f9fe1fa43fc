"""Follow, block and mute through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.cast import Person
from social.models import Follow, FollowRequest, Mute

pytestmark = pytest.mark.django_db
Api = Callable[..., Any]


def act(program: Any, verb: str, person: User, data: Any = None) -> Any:
    return program.call("post", f"/api/v1/accounts/{person.pk}/{verb}", data)


def test_follow_is_made_and_ended(api: Api, alice: User, charlie: User) -> None:
    program = api(charlie, "write:follows")
    for _twice in range(2):
        told = act(program, "follow", alice, {"reblogs": True, "notify": False, "languages": ["en"]}).json()
        assert (told["id"], told["following"], told["requested"]) == (str(alice.pk), True, False)
    assert Follow.objects.count() == 1
    assert act(program, "unfollow", alice).json()["following"] is False
    assert Follow.objects.count() == 0


def test_follow_is_asked_when_the_account_is_private_and_answered_by_it(
    api: Api, person: Person, charlie: User
) -> None:
    dora = person("dora", is_private=True)
    assert act(api(charlie), "follow", dora).json()["requested"] is True
    program = api(dora)
    waiting = program.get("/api/v1/follow_requests")
    assert [one["acct"] for one in waiting.json()] == ["charlie"]
    told = program.post(f"/api/v1/follow_requests/{charlie.pk}/authorize").json()
    assert (told["followed_by"], told["requested_by"]) == (True, False)
    assert program.post(f"/api/v1/follow_requests/{charlie.pk}/authorize").status_code == 404
    assert program.get("/api/v1/follow_requests").json() == []


def test_follow_request_is_declined_when_rejected(api: Api, alice: User, charlie: User) -> None:
    FollowRequest.objects.create(follower=charlie, following=alice)
    told = api(alice, "follow").post(f"/api/v1/follow_requests/{charlie.pk}/reject/").json()
    assert (told["followed_by"], told["requested_by"]) == (False, False)
    assert not FollowRequest.objects.exists()


def test_follow_is_refused_with_words_when_it_cannot_be(api: Api, alice: User, mallory: User) -> None:
    for program, target, status in ((api(alice), alice, 422), (api(mallory), alice, 403)):
        answer = act(program, "follow", target)
        assert answer.status_code == status
        assert answer.json()["error"]


def test_scope_must_cover_the_act(api: Api, alice: User, bob: User) -> None:
    for scopes, status in (("read", 403), ("write:mutes", 403), ("write:blocks", 200), ("follow", 200)):
        answer = act(api(alice, scopes), "block", bob)
        assert answer.status_code == status
    assert act(api(), "block", bob).status_code == 401
    refused = act(api(alice, "read"), "block", bob)
    assert refused.json() == {"error": "This action is outside the authorized scopes"}


def test_block_and_unblock_answer_the_standing(api: Api, alice: User, bob: User) -> None:
    program = api(alice)
    told = act(program, "block", bob).json()
    assert (told["blocking"], told["followed_by"]) == (True, False)
    assert [one["acct"] for one in program.get("/api/v1/blocks").json()] == ["bob"]
    assert act(program, "unblock", bob).json()["blocking"] is False


def test_mute_keeps_its_end_when_it_has_one(api: Api, alice: User, bob: User) -> None:
    program = api(alice)
    told = program.call(
        "post", f"/api/v1/accounts/{bob.pk}/mute", form={"duration": "3600", "notifications": "0"}
    )
    assert told.json()["muting_notifications"] is False
    until = Mute.objects.get().expires_at
    assert until is not None
    assert abs(until - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)
    muted = program.get("/api/v1/mutes").json()
    assert muted[0]["mute_expires_at"] == told.json()["muting_expires_at"]
    assert act(program, "mute", bob, {"duration": 0}).json()["muting_expires_at"] is None
    assert act(program, "unmute", bob).json()["muting"] is False


@pytest.mark.parametrize("duration", [-1, 10**12, 10**30, "soon", [1], {"a": 1}, True])
def test_mute_is_refused_when_its_duration_is_none(api: Api, alice: User, bob: User, duration: Any) -> None:
    answer = act(api(alice), "mute", bob, {"duration": duration})
    assert answer.status_code == 422
    assert "duration" in answer.json()["details"]
    assert not Mute.objects.exists()


def test_follower_is_removed_when_unwanted(api: Api, alice: User, bob: User) -> None:
    assert act(api(alice), "remove_from_followers", bob).json()["followed_by"] is False
    assert not Follow.objects.exists()
