"""Whether somebody may see a tweet, for a statement to ask that looks and changes in one go.

The rule stays where it is said, in `tweets.rules.can_view`. All it knows of a tweet and a viewer are a few
facts that are so or not, and the audience. It is asked for each of their combinations, once in a process;
the statement makes a number of the facts in a row and looks the answer up. A rule that asks for more than
these facts fails here.
"""

from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from tweets.models import Audience
from tweets.rules import can_view

# of a row of `seen`, as `tweets.queries.access` looks at a tweet for the viewer %(id0)s
_FACTS = {
    "is_own": "tweets_author_id = %(id0)s",
    "is_deleted": "tweets_deleted_at IS NOT NULL",
    "is_hidden": "tweets_hidden_at IS NOT NULL",
    "is_blocked": "ties && ARRAY['blocking', 'blocked_by']",
    "is_following": "'following' = ANY(ties)",
    "is_mentioned": "is_mentioned",
    "is_private": "users_is_private",
}
_AUDIENCE = "coalesce(array_position(ARRAY[{names}], tweets_audience::text), 0)"
_MANY = 1 << len(_FACTS)


@cache
def may_see() -> str:
    """SQL that is true of a row of `seen` whose tweet its viewer may see, and whose author is reachable."""
    names = ", ".join(f"'{audience.value}'" for audience in Audience)
    number = " + ".join(f"({fact})::int * {1 << n}" for n, fact in enumerate(_FACTS.values()))
    number += f" + {_AUDIENCE.format(names=names)} * {_MANY}"
    reachable = "users_is_active AND users_suspended_at IS NULL AND users_deactivated_at IS NULL"
    return f"({reachable} AND get_bit(X'{_answers()}', {number}) = 1)"


def _answers() -> str:
    """The rule's answers in the order of the numbers, in hexadecimal; of no known audience always no."""
    answers = "0" * _MANY
    for audience in Audience:
        for number in range(_MANY):
            facts = {name: bool(number >> n & 1) for n, name in enumerate(_FACTS)}
            answers += "1" if _answer(audience, **facts) else "0"
    return f"{int(answers, 2):0{len(answers) // 4}x}"


def _answer(
    audience: Audience,
    *,
    is_own: bool,
    is_deleted: bool,
    is_hidden: bool,
    is_blocked: bool,
    is_following: bool,
    is_mentioned: bool,
    is_private: bool,
) -> bool:
    moment, author_id = datetime(2020, 1, 1, tzinfo=UTC), 1
    tweet: Any = SimpleNamespace(
        author_id=author_id,
        audience=audience.value,
        deleted_at=moment if is_deleted else None,
        hidden_at=moment if is_hidden else None,
    )
    relation: Any = SimpleNamespace(is_blocked=is_blocked, following=is_following)
    return can_view(
        author_id if is_own else author_id + 1,
        tweet,
        author_is_private=is_private,
        relation=relation,
        is_mentioned=is_mentioned,
    )
