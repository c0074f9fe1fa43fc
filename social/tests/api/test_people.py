"""Lists of accounts: their pages, and who may read them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.cast import Person
from social.models import Block, Follow, FollowRequest, Mute

pytestmark = pytest.mark.django_db
Api = Callable[..., Any]


def links(answer: Any) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("Link", ""))}


def names(answer: Any) -> list[str]:
    return [one["acct"] for one in answer.json()]


@pytest.fixture
def crowd(person: Person, alice: User) -> list[User]:
    """Seven followers, f0 the first."""
    people = [person(f"f{number}") for number in range(7)]
    for one in people:
        Follow.objects.create(follower=one, following=alice)
    return people


def test_list_is_walked_forth_and_back_by_its_links(api: Api, alice: User, crowd: list[User]) -> None:
    program = api()
    first = program.get(f"/api/v1/accounts/{alice.pk}/followers?limit=3")
    assert names(first) == ["f6", "f5", "f4"]
    assert links(first)["next"].startswith("http://testserver/api/v1/accounts/")
    second = program.get(links(first)["next"])
    assert names(second) == ["f3", "f2", "f1"]
    third = program.get(links(second)["next"])
    assert (names(third), set(links(third))) == (["f0"], {"prev"})
    back = program.get(links(third)["prev"])
    assert names(back) == ["f3", "f2", "f1"]
    assert names(program.get(links(back)["prev"])) == ["f6", "f5", "f4"]


def test_newest_are_given_when_only_what_is_new_is_asked(api: Api, alice: User, crowd: list[User]) -> None:
    oldest = Follow.objects.earliest("id").pk
    answer = api().get(f"/api/v1/accounts/{alice.pk}/followers?since_id={oldest}&limit=2")
    assert names(answer) == ["f6", "f5"]


@pytest.mark.parametrize(("limit", "count"), [("-5", 1), ("0", 1), ("2", 2), ("999999999", 7), ("", 7)])
def test_limit_is_brought_into_its_bounds(
    api: Api, alice: User, crowd: list[User], limit: str, count: int
) -> None:
    assert len(api().get(f"/api/v1/accounts/{alice.pk}/followers", {"limit": limit}).json()) == count


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [("limit", "many", 422), ("limit", "1e3", 422), ("max_id", "x", 400), ("min_id", "-1", 400),
     ("since_id", "9" * 40, 400), ("max_id", "1\0", 400)],
)  # fmt: skip
def test_page_is_refused_when_its_bounds_are_none(
    api: Api, alice: User, name: str, value: str, status: int
) -> None:
    answer = api().get(f"/api/v1/accounts/{alice.pk}/followers", {name: value})
    assert answer.status_code == status
    assert answer.json()["error"]


def test_list_is_empty_when_its_owner_hides_it(api: Api, person: Person, charlie: User, bob: User) -> None:
    dora = person("dora", hide_follower_lists=True)
    Follow.objects.create(follower=bob, following=dora)
    assert names(api(charlie).get(f"/api/v1/accounts/{dora.pk}/followers")) == []
    assert names(api(dora).get(f"/api/v1/accounts/{dora.pk}/followers")) == ["bob"]
    assert names(api(dora).get(f"/api/v1/accounts/{dora.pk}/following")) == []


def test_own_lists_need_a_token(api: Api, alice: User) -> None:
    for path in ("follow_requests", "blocks", "mutes"):
        assert api().get(f"/api/v1/{path}").status_code == 401
        assert api(alice, "read:statuses").get(f"/api/v1/{path}").status_code == 403
        assert api(alice, "read").get(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("accounts/{}/followers", 6),
        ("accounts/{}/following", 6),
        ("follow_requests", 5),
        ("blocks", 5),
        ("mutes", 7),
    ],
)
def test_list_costs_the_same_when_it_holds_one_or_twenty(
    api: Api, alice: User, person: Person, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    program = api(alice)
    for start, count in ((0, 1), (1, 20)):
        for number in range(start, count):
            one = person(f"p{number}")
            Follow.objects.create(follower=one, following=alice)
            Follow.objects.create(follower=alice, following=one)
            FollowRequest.objects.create(follower=person(f"r{number}"), following=alice)
            Block.objects.create(blocker=alice, blocked=person(f"b{number}"))
            Mute.objects.create(muter=alice, muted=one)
        with django_assert_num_queries(queries):
            assert len(program.get(f"/api/v1/{path.format(alice.pk)}").json()) == count
