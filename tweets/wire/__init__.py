"""Tweets as the API writes them: pure, from read objects to plain dicts in the protocol's names."""

from tweets.wire.polls import Poll, poll
from tweets.wire.statuses import Context, Status, StatusSource, context, people_in, status, status_source
from tweets.wire.tags import LinkCard, Tag, hashtag_address, link_card, tag

__all__ = [
    "Context",
    "LinkCard",
    "Poll",
    "Status",
    "StatusSource",
    "Tag",
    "context",
    "hashtag_address",
    "link_card",
    "people_in",
    "poll",
    "status",
    "status_source",
    "tag",
]
