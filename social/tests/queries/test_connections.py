"""Who is how many follows away."""

from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from social.models import Block, Follow
from social.queries import ListHidden, connections
from social.queries.connections import TooFar, walk


def follow(*pairs) -> None:
    Follow.objects.bulk_create([Follow(follower=one, following=other) for one, other in pairs])


def told(found) -> list[tuple[str, int, str]]:
    return [(one.person.username, one.degree, one.via.username if one.via else "") for one in found]


@pytest.fixture
def chain(person):
    """a → b → c → d → e → f, with a short cut b → d and a way back to a."""
    people = {name: person(f"chain_{name}") for name in "abcdef"}
    steps = ("ab", "bc", "bd", "cd", "de", "ef", "ca")
    follow(*((people[one], people[other]) for one, other in steps))
    return people


def test_each_person_comes_once_at_their_nearest_degree(chain):
    assert told(connections(chain["a"], chain["a"], 3)) == [
        ("chain_b", 1, ""),
        ("chain_c", 2, "chain_b"),
        ("chain_d", 2, "chain_b"),
        ("chain_e", 3, "chain_d"),
    ]
    assert len(connections(chain["a"], chain["a"], 1)) == 1
    assert told(connections(chain["a"], chain["a"], 99))[-1] == ("chain_f", 4, "chain_e")
    assert len(connections(chain["a"], chain["a"], -1, limit=-5)) == 1


@pytest.mark.parametrize("change", [{"is_private": True}, {"hide_follower_lists": True}])
def test_hidden_lists_lead_no_further_and_are_refused_to_others(change, chain):
    chain["b"].privacy_settings = {**chain["b"].privacy_settings, **change}
    chain["b"].save()
    chain["b"].refresh_from_db()
    assert told(connections(chain["a"], chain["a"], 3)) == [("chain_b", 1, "")]
    with pytest.raises(ListHidden):
        connections(chain["f"], chain["b"], 2)
    assert len(connections(chain["b"], chain["b"], 1)) == 2


def test_who_is_gone_or_blocks_is_left_out(chain):
    chain["c"].suspended_at = timezone.now()
    chain["c"].save()
    Block.objects.create(blocker=chain["d"], blocked=chain["a"])
    assert told(connections(chain["a"], chain["a"], 3)) == [("chain_b", 1, ""), ("chain_e", 3, "")]


def test_who_blocks_is_not_named_as_the_way(chain):
    Block.objects.create(blocker=chain["b"], blocked=chain["a"])
    found = told(connections(chain["a"], chain["a"], 2))
    assert found == [("chain_c", 2, ""), ("chain_d", 2, "")]


def test_walk_that_takes_too_long_is_refused(chain, monkeypatch):
    module = import_module("social.queries.connections")  # the package gives its function by that name
    monkeypatch.setattr(module, "_WALK", "SELECT pg_sleep(5)")
    monkeypatch.setattr(module, "PATIENCE", "20ms")
    with pytest.raises(TooFar):
        connections(chain["a"], chain["a"], 2)


def test_queries_do_not_grow(chain, person, django_assert_num_queries):
    with django_assert_num_queries(6):
        connections(chain["a"], chain["a"], 3)
    follow(*((chain["b"], person(f"more{number}")) for number in range(20)))
    with django_assert_num_queries(6):
        assert len(connections(chain["a"], chain["a"], 3)) == 24


def test_walk_is_bounded(person):
    hub = person("hub")
    follow(*((hub, person(f"spoke{number}")) for number in range(30)))
    assert len(walk(hub.pk, 1, 10)) == 10


def test_command_prints_them_and_refuses_the_unknown(chain):
    out, err = StringIO(), StringIO()
    call_command("connections", "@Chain_A", degree=2, stdout=out, stderr=err)
    assert out.getvalue().splitlines() == [
        "1  @chain_b",
        "2  @chain_c  by @chain_b",
        "2  @chain_d  by @chain_b",
    ]
    assert err.getvalue().strip() == "3 people: 1 at 1, 2 at 2"
    with pytest.raises(CommandError, match="Nobody here is called nobody"):
        call_command("connections", "nobody")
    with pytest.raises(CommandError, match="--limit"):
        call_command("connections", "chain_a", limit=0)
