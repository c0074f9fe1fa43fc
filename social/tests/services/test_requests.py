"""Answering follow requests."""

import pytest
from django.db import transaction

from accounts.models import User
from social.models import FollowRequest
from social.services import (
    accept_follow_request,
    accept_waiting_requests,
    block_user,
    follow_user,
    reject_follow_request,
    unfollow_user,
)
from social.services import requests as requests_module
from social.services.requests import RequestGone
from social.tests.helpers import assert_counters_are_exact, at_once, edges, heard
from twitterclone.lib import outbox


@pytest.fixture
def vera(person):
    return person("vera", is_private=True)


@pytest.fixture
def asked(vera, charlie):
    follow_user(follower=charlie, following=vera)
    return FollowRequest.objects.get()


def make_public(user: User) -> None:
    user.privacy_settings = {**user.privacy_settings, "is_private": False}
    user.save(update_fields=["privacy_settings"])


def test_follow_is_made_and_told_when_accepted(vera, charlie, asked, monkeypatch):
    with heard(monkeypatch) as events:
        assert accept_follow_request(user=vera, request_id=asked.id) == charlie.id
    pair = {"follower_id": charlie.id, "following_id": vera.id}
    assert edges() == {(charlie.id, vera.id)}
    assert not FollowRequest.objects.exists()
    assert events == [("follow.accepted", {**pair, "answered": True})]
    assert_counters_are_exact()


def test_request_is_gone_when_rejected(vera, charlie, asked, monkeypatch):
    with heard(monkeypatch) as events:
        assert reject_follow_request(user=vera, request_id=asked.id) == charlie.id
    assert edges() == set()
    assert events == [("follow.withdrawn", {"follower_id": charlie.id, "following_id": vera.id})]
    assert not FollowRequest.objects.exists()


@pytest.mark.parametrize("answer", [accept_follow_request, reject_follow_request])
def test_request_is_not_found_when_answered_twice_or_by_another(answer, vera, alice, charlie, asked):
    for stranger in (alice, charlie):
        with pytest.raises(RequestGone):
            answer(user=stranger, request_id=asked.id)
    answer(user=vera, request_id=asked.id)
    with pytest.raises(RequestGone):
        answer(user=vera, request_id=asked.id)


def test_all_who_wait_are_let_in_when_account_becomes_public(vera, person, monkeypatch):
    monkeypatch.setattr(requests_module, "ACCEPT_BATCH", 2)
    fans = [person(f"fan{letter}") for letter in "abcde"]
    for fan in fans:
        follow_user(follower=fan, following=vera)
    assert accept_waiting_requests(user=vera) == 0
    make_public(vera)
    assert accept_waiting_requests(user=vera) == 5
    assert edges() == {(fan.id, vera.id) for fan in fans}
    assert not FollowRequest.objects.exists()
    assert_counters_are_exact()


def test_others_go_on_waiting_when_one_account_becomes_public(vera, charlie, person, asked):
    other = person("olga", is_private=True)
    follow_user(follower=charlie, following=other)
    make_public(vera)
    accept_waiting_requests(user=vera)
    assert edges() == {(charlie.id, vera.id)}
    assert FollowRequest.objects.get().following_id == other.id


@pytest.mark.django_db(transaction=True)
def test_waiting_are_let_in_by_the_event_when_account_becomes_public(vera, charlie, asked):
    with transaction.atomic():
        make_public(vera)
        outbox.emit("user.changed", user_id=vera.id)
    outbox.drain()
    assert edges() == {(charlie.id, vera.id)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_nobody_follows_past_a_block_when_accepted_at_once(vera, charlie, asked, turn):
    accepted, blocked = at_once(
        lambda: accept_follow_request(user=vera, request_id=asked.id),
        lambda: block_user(blocker=vera, blocked=charlie),
    )
    assert accepted == charlie.id or isinstance(accepted, RequestGone)
    assert blocked is None
    assert edges() == set()
    assert not FollowRequest.objects.exists()
    assert_counters_are_exact()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_nobody_follows_against_their_will_when_withdrawn_at_once(vera, charlie, asked, turn):
    accepted, withdrawn = at_once(
        lambda: accept_follow_request(user=vera, request_id=asked.id),
        lambda: unfollow_user(follower=charlie, following=vera),
    )
    assert accepted == charlie.id or isinstance(accepted, RequestGone)
    assert withdrawn is None
    assert edges() == set()
    assert_counters_are_exact()
