"""Who relates to whom: relations in bulk, whose tweets one may read, followers in batches, people lists."""

from social.queries.access import can_see_tweets_of, readable_author_filter, readable_author_ids
from social.queries.followers import follower_ids_in_batches
from social.queries.relations import (
    follow_status,
    hidden_author_ids,
    muted_ids,
    relation_between,
    relations_between,
)
from social.rules import FollowStatus, Relation

__all__ = [
    "FollowStatus",
    "Relation",
    "can_see_tweets_of",
    "follow_status",
    "follower_ids_in_batches",
    "hidden_author_ids",
    "muted_ids",
    "readable_author_filter",
    "readable_author_ids",
    "relation_between",
    "relations_between",
]
