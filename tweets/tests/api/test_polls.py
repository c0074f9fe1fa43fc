"""Polls through the API: voted once, with figures as they are after it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from tweets.models import Poll, PollVote
from tweets.tests.api.helpers import NOT_FOUND, Api, read, send
from tweets.tests.factories import add_poll, make_tweet
from tweets.wire import Poll as Told
from twitterclone.lib.limits import LIMITS, Window

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(alice: User) -> Poll:
    return add_poll(make_tweet(alice, "Which?"), "Tea", "Coffee", "Water")


def where(poll: Poll, call: str = "") -> str:
    return f"/api/v1/polls/{poll.pk}{call}"


def test_vote_is_counted_and_told(bob: User, asked: Poll, api: Api) -> None:
    before = read(api(bob), where(asked))
    assert set(before) == set(Told.__annotations__)
    assert (before["voted"], before["own_votes"], before["votes_count"]) == (False, [], 0)
    assert [option["votes_count"] for option in before["options"]] == [None, None, None]
    told = send(api(bob), where(asked, "/votes"), {"choices": [1]})
    assert (told["voted"], told["own_votes"], told["votes_count"]) == (True, [1], 1)
    assert [option["votes_count"] for option in told["options"]] == [0, 1, 0]
    assert told["voters_count"] is None


def test_choices_of_a_form_are_read(bob: User, asked: Poll, api: Api) -> None:
    Poll.objects.update(multiple=True)
    answer = api(bob).post(where(asked, "/votes"), {"choices[]": ["0", "2"]})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["own_votes"], answer.json()["voters_count"]) == ([0, 2], 1)


def test_second_vote_is_refused(bob: User, asked: Poll, api: Api) -> None:
    send(api(bob), where(asked, "/votes"), {"choices": [1]})
    assert "voted" in send(api(bob), where(asked, "/votes"), {"choices": [0]}, 422)["error"]
    assert PollVote.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {}, {"choices": []}, {"choices": [3]}, {"choices": [-1]}, {"choices": ["x"]}, {"choices": [0, 1]},
        {"choices": {"a": {"b": 1}}}, {"choices": [[0]]}, {"choices": [True]}, {"choices": [10**30]},
        {"choices": ["٣"]}, {"choices": [0.5]}, {"choices": ["\0"]}, {"choices": list(range(500))},
    ],
)  # fmt: skip
def test_strange_choices_are_refused(bob: User, asked: Poll, api: Api, body: dict[str, Any]) -> None:
    assert send(api(bob), where(asked, "/votes"), body, 422)["error"]
    assert not PollVote.objects.exists()


def test_closed_poll_takes_no_vote_and_shows_its_figures(bob: User, asked: Poll, api: Api) -> None:
    now = timezone.now()
    Poll.objects.update(created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
    assert send(api(bob), where(asked, "/votes"), {"choices": [0]}, 422)["error"]
    told = read(api(), where(asked))
    assert (told["expired"], [option["votes_count"] for option in told["options"]]) == (True, [0, 0, 0])


def test_poll_is_not_there_where_its_status_is_not(alice: User, mallory: User, asked: Poll, api: Api) -> None:
    for identifier in (asked.pk, 1, (1 << 63) - 1):
        answer = api(mallory).get(f"/api/v1/polls/{identifier}")
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert send(api(mallory), where(asked, "/votes"), {"choices": [0]}, 404) == NOT_FOUND


def test_scope_is_asked_for(bob: User, asked: Poll, api: Api) -> None:
    assert api().call("post", where(asked, "/votes"), {"choices": [0]}).status_code == 401
    assert api(bob, scopes="read").call("post", where(asked, "/votes"), {"choices": [0]}).status_code == 403


def test_too_many_votes_are_refused(
    bob: User, asked: Poll, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "vote", (Window(1, 60),))
    send(api(bob), where(asked, "/votes"), {"choices": [0]})
    answer = api(bob).call("post", where(asked, "/votes"), {"choices": [0]})
    assert (answer.status_code, list(answer.json())) == (429, ["error"])
