"""The line above a tweet in For you: what it says, and that it is true."""

from types import SimpleNamespace
from typing import Any

import pytest

from tweets.ranking.facts import Facts
from tweets.ranking.reasons import reason
from tweets.ranking.score import FACTORS, Ranked

pytestmark = pytest.mark.unit

AUTHOR: Any = SimpleNamespace(display_name="Juniper")
PEOPLE: Any = {1: SimpleNamespace(display_name="Ann"), 2: SimpleNamespace(display_name="Ben")}
NONE = Facts(1, 2, 0, 0, 0, 0, 0, 0, 0, 0.0, False, 0, (), (), 0.0, "", "en", 0.0)


def said(factor: str, points: int = 5, **facts: Any) -> str:
    given = tuple(points if name == factor else 1 if name == "recency" else 0 for name in FACTORS)
    one = Ranked(NONE._replace(**facts), values=(0.0,) * len(FACTORS), points=given)
    return reason(one, AUTHOR, PEOPLE)


@pytest.mark.parametrize(
    ("factor", "facts", "words"),
    [
        ("affinity", {"my_likes": 3, "my_replies": 1}, "You liked what Juniper wrote lately"),
        ("affinity", {"my_replies": 2, "my_retweets": 1}, "You replied to Juniper lately"),
        ("affinity", {"my_retweets": 1}, "You retweeted Juniper lately"),
        ("friends", {"friends": 1, "friend_ids": [1]}, "Ann liked or retweeted this"),
        ("friends", {"friends": 2, "friend_ids": [1, 2]}, "Ann and Ben liked or retweeted this"),
        (
            "friends",
            {"friends": 4, "friend_ids": [1, 2]},
            "Ann and 3 others you follow liked or retweeted this",
        ),
        (
            "friends",
            {"friends": 2, "friend_ids": [1, 9]},
            "Ann and 1 other you follow liked or retweeted this",
        ),
        ("topics", {"topics": ["Rain", "Tea"]}, "You care about #Rain and #Tea"),
        ("trends", {"trend": "comet"}, "More people than usual write about #comet today"),
        ("following", {"following": True}, "You follow Juniper"),
        ("likes", {"likes": 1}, "1 person likes this"),
        ("likes", {"likes": 52}, "52 people like this"),
        ("retweets", {"retweets": 1}, "Retweeted or quoted once"),
        ("retweets", {"retweets": 3}, "Retweeted or quoted 3 times"),
        ("replies", {"replies": 1}, "It has 1 reply so far"),
        ("replies", {"replies": 12}, "People are talking: 12 replies so far"),
    ],
)
def test_strongest_factor_is_told_as_a_person_would(factor: str, facts: dict[str, Any], words: str) -> None:
    assert said(factor, **facts) == words


def test_what_speaks_against_a_tweet_is_no_reason() -> None:
    assert said("likes", -5, likes=52) == "New"
    assert said("friends", friends=1, friend_ids=[9]) == "New"  # somebody who is gone meanwhile
