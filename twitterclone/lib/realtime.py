"""Ticks to open pages: "something is new, fetch it". The only module that knows how they travel.

A socket process (lib/hub.py) keeps a set of the topics its sockets listen to and a sharded channel of
its own. Telling is one script call for up to 500 topics: it asks each living process's set who is here
and publishes once to each process that has somebody. Who is offline costs nothing but the question, and
a process that stops beating is forgotten. A tick may be lost (nothing is stored): after any break the
page catches up by fetching. While Redis is down a tick costs nothing: the breaker skips it.
"""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from redis.exceptions import RedisError

from twitterclone.lib.breaker import Breaker
from twitterclone.lib.redis import key, run_script

BATCH = 500  # topics asked for by one script call; the server answers nobody else meanwhile
LIFE = 30  # seconds without a heartbeat after which a process counts as gone
USER, TWEET = "user:", "tweet:"
REST = 5.0  # seconds without a try after a failed one

Event = dict[str, Any]
Message = tuple[str, Iterable[str], str]  # what topics begin with, how they go on, the event's text

_breaker = Breaker((RedisError, OSError), REST)

# events, each with what the names of its topics begin with, and how they go on; an empty one only asks
_HERE = """
    local now = tonumber(redis.call('TIME')[1])
    local living = redis.call('ZRANGEBYSCORE', KEYS[1], now - tonumber(ARGV[2]), '+inf')
    local told = {}
    if #living == 0 then return told end
    for at = 3, #ARGV, 3 do
        local topics, kind = {}, ARGV[at + 1]
        for name in string.gmatch(ARGV[at + 2], '[^ ]+') do topics[#topics + 1] = kind .. name end
        for _, process in ipairs(living) do
            local found = redis.call('SMISMEMBER', ARGV[1] .. process .. ':topics', unpack(topics))
            local here = {}
            for i, is_here in ipairs(found) do
                if is_here == 1 then
                    here[#here + 1] = topics[i]
                    told[#told + 1] = topics[i]
                end
            end
            if #here > 0 and ARGV[at] ~= '' then
                redis.call('SPUBLISH', ARGV[1] .. process, table.concat(here, ' ') .. '\\n' .. ARGV[at])
            end
        end
    end
    return told
"""


def tell_users(user_ids: Iterable[int], event: Event) -> None:
    """Sends the event to every open page of those of the users who are online. Call it after the commit."""
    tell_users_all([(user_ids, event)])


def tell_users_all(told: Iterable[tuple[Iterable[int], Event]]) -> None:
    """Sends several events, each to users of its own, in as few round trips as topics allow."""
    _publish((USER, map(str, user_ids), json.dumps(event)) for user_ids, event in told)


def tell_group(group: str, event: Event) -> None:
    """Sends the event to every open page that listens to the group. Call it after the commit."""
    _publish([("", [group_topic(group)], json.dumps(event))])


def tell_watchers(tweet_ids: Iterable[int]) -> None:
    """Sends `tweet.counts` to the pages that show one of these tweets, each tweet at most once a second."""
    _publish([(TWEET, map(str, tweet_ids), json.dumps({"type": "tweet.counts"}))])


def who_is_online(user_ids: Iterable[int]) -> set[int]:
    """Those of the users who have a page open; nobody while Redis is down."""
    answers: list[bytes] = []
    if not _publish([(USER, map(str, user_ids), "")], answers):
        return set()
    return {int(topic.decode().partition(":")[2]) for topic in answers}


def user_topic(user_id: int) -> str:
    """What every page of the user listens to."""
    return f"{USER}{user_id}"


def tweet_topic(tweet_id: int) -> str:
    """What a page listens to while it shows the tweet."""
    return f"{TWEET}{tweet_id}"


def group_topic(group: str) -> str:
    """What the pages of a group listen to. Topics travel separated by spaces, so a name has none."""
    if not group or any(character.isspace() for character in group):
        raise ValueError("a group's name is not empty and has no space in it")
    return f"group:{group}"


def processes_key() -> str:
    """Sorted set of socket processes by their last heartbeat."""
    return key("live", "processes")


def process_channel(process: str) -> str:
    """The channel of one socket process; its set of topics is the same name and `:topics`."""
    return key("live", "process", process)


def _publish(messages: Iterable[Message], here: list[bytes] | None = None) -> bool:
    """Several messages in one call, as long as their topics are a batch at most; False when Redis is down."""
    arguments: list[str] = []
    room = BATCH
    answers = here if here is not None else []
    for kind, names, event in messages:
        left = list(names)
        while left:
            part, left = left[:room], left[room:]
            arguments += (event, kind, " ".join(part))
            room -= len(part)
            if not room:
                if not _breaker.call(partial(_call, arguments, answers)):
                    return False
                arguments, room = [], BATCH
    return not arguments or _breaker.call(partial(_call, arguments, answers))


def _call(arguments: list[str], here: list[bytes]) -> None:
    here += run_script("channels", _HERE, [processes_key()], [process_channel(""), LIFE, *arguments])
