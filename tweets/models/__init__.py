"""What is said, and what others do with it."""

from tweets.models.engagement import Bookmark, CounterDelta, Like, PinnedTweet, Retweet
from tweets.models.entities import Hashtag, Mention, TweetHashtag, TweetMedia
from tweets.models.filters import Filter, FilterKeyword, FilterTweet
from tweets.models.polls import Poll, PollOption, PollVote
from tweets.models.ranking import Affinity, Interest, Recipe, Taste
from tweets.models.searches import SavedSearch
from tweets.models.trends import CountedHour, TermHour, TermKind, Trend, TrendVeto
from tweets.models.tweet import Audience, ReplyPolicy, TimelineEntry, Tweet
from tweets.models.writing import Draft, IdempotencyKey, ScheduledTweet, TweetEdit

__all__ = [
    "Affinity",
    "Audience",
    "Bookmark",
    "CountedHour",
    "CounterDelta",
    "Draft",
    "Filter",
    "FilterKeyword",
    "FilterTweet",
    "Hashtag",
    "IdempotencyKey",
    "Interest",
    "Like",
    "Mention",
    "PinnedTweet",
    "Poll",
    "PollOption",
    "PollVote",
    "Recipe",
    "ReplyPolicy",
    "Retweet",
    "SavedSearch",
    "ScheduledTweet",
    "Taste",
    "TermHour",
    "TermKind",
    "TimelineEntry",
    "Trend",
    "TrendVeto",
    "Tweet",
    "TweetEdit",
    "TweetHashtag",
    "TweetMedia",
]
