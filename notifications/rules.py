"""Who is told. Pure: over what was fetched, no query."""

from dataclasses import dataclass, field

from accounts.queries import PersonCard
from notifications.models import Type
from social.queries import Relation
from tweets.models import Tweet
from tweets.rules import can_view


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something an actor did, and whom it concerns; `group_key` names the line it is folded into.

    With `about`, the line is about that, and not about the actor or one tweet.
    """

    type: Type
    actor_id: int
    group_key: str
    concerns: tuple[int, ...]
    tweet: Tweet | None = None
    mentioned: frozenset[int] = field(default_factory=frozenset)
    about: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to the actor at this moment."""

    user_id: int
    language: str
    follows_actor: bool = False
    is_blocked: bool = False
    hides_actor: bool = False


def is_told(occasion: Occasion, actor: PersonCard, standing: Standing) -> bool:
    """Whether this reachable person is told of what this reachable actor did.

    Never of one's own deeds, past a block either way, of somebody muted with their notifications, or of a
    tweet one may not see.
    """
    if standing.user_id == actor.id or standing.is_blocked or standing.hides_actor:
        return False
    if occasion.tweet is None:
        return True
    return can_view(
        standing.user_id,
        occasion.tweet,
        author_is_private=actor.is_private,
        relation=Relation(following=standing.follows_actor),
        is_mentioned=standing.user_id in occasion.mentioned,
    )
