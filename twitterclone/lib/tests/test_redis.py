"""The process's clients of Redis."""

import os
import threading
from collections.abc import Iterator

import pytest
import redis

from twitterclone.lib.redis import Client, client, key, run_script
from twitterclone.tests.valkey import OwnValkey

NAME = "kept"


@pytest.fixture
def mine() -> Iterator[Client]:
    found = client("cache")
    assert isinstance(found, Client)
    yield found
    found.delete(key(NAME))


def test_thread_keeps_its_connection(mine: Client) -> None:
    others: list[int] = []
    thread = threading.Thread(target=lambda: others.extend(mine.client_id() for _ in range(2)))
    thread.start()
    thread.join()
    assert mine.client_id() == mine.client_id()
    assert others[0] == others[1] != mine.client_id()


def test_command_is_sent_again_when_the_connection_was_lost(mine: Client) -> None:
    mine.set(key(NAME), "a")
    before = mine.client_id()
    with redis.Redis.from_url(f"redis://{_place(mine)}", password=_password(mine)) as other:
        assert other.client_kill_filter(_id=str(before)) == 1
    assert mine.get(key(NAME)) == b"a"
    assert mine.client_id() != before


def test_late_answer_is_not_taken_for_the_next_one(own_valkey: OwnValkey) -> None:
    hurried = Client.from_url(own_valkey.url, socket_timeout=0.2)
    hurried.set("name", "a")
    own_valkey.freeze()
    with pytest.raises(redis.TimeoutError):
        hurried.incr("number")
    own_valkey.thaw()
    assert hurried.get("name") == b"a"


def test_refused_command_leaves_the_connection_as_it_is(mine: Client) -> None:
    before = mine.client_id()
    mine.set(key(NAME), "a")
    with pytest.raises(redis.ResponseError):
        mine.incr(key(NAME))
    assert mine.get(key(NAME)) == b"a"
    assert mine.client_id() == before


def test_script_is_run_where_it_is_not_known_yet(mine: Client) -> None:
    text = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
    mine.script_flush()
    assert [run_script("cache", text, [key(NAME)], [5]) for _ in range(2)] == [5, 10]


def test_forked_child_has_a_connection_of_its_own(mine: Client) -> None:
    before = mine.client_id()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(writing, str(mine.client_id()).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 100)) != before
    assert mine.client_id() == before


def _place(one: Client) -> str:
    options = one.connection_pool.connection_kwargs
    return f"{options['host']}:{options['port']}"


def _password(one: Client) -> str | None:
    return one.connection_pool.connection_kwargs.get("password")
