"""Who relates to whom: relations in bulk, whose tweets one may read, followers in batches, people lists."""

from social.queries.access import can_see_tweets_of, readable_author_filter, readable_author_ids
from social.queries.connections import Connection, connections
from social.queries.discovery import (
    forget_suggestions,
    is_beginner,
    refresh_suggestions,
    suggestion_of,
    suggestions,
)
from social.queries.followers import follower_ids_in_batches
from social.queries.people import (
    ListHidden,
    PersonRow,
    blocks_page,
    follow_requests_count,
    follow_requests_page,
    followers_page,
    following_page,
    mutes_page,
    people_met,
    people_page,
)
from social.queries.relations import (
    barred_ids,
    follow_status,
    hidden_author_ids,
    muted_ids,
    relation_between,
    relation_of,
    relations_between,
    ties_with,
)
from social.queries.search import blocked_found, people_found, people_to_name
from social.rules import FollowStatus, Relation

__all__ = [
    "Connection",
    "FollowStatus",
    "ListHidden",
    "PersonRow",
    "Relation",
    "barred_ids",
    "blocked_found",
    "blocks_page",
    "can_see_tweets_of",
    "connections",
    "follow_requests_count",
    "follow_requests_page",
    "follow_status",
    "follower_ids_in_batches",
    "followers_page",
    "following_page",
    "forget_suggestions",
    "hidden_author_ids",
    "is_beginner",
    "muted_ids",
    "mutes_page",
    "people_found",
    "people_met",
    "people_page",
    "people_to_name",
    "readable_author_filter",
    "readable_author_ids",
    "refresh_suggestions",
    "relation_between",
    "relation_of",
    "relations_between",
    "suggestion_of",
    "suggestions",
    "ties_with",
]
