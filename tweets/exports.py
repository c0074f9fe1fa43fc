"""What one wrote, liked and kept: in an export; gone with the account, counters and timelines told."""

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.models import User
from tweets.models import (
    Affinity,
    Bookmark,
    Draft,
    Filter,
    Interest,
    Like,
    Mention,
    PinnedTweet,
    Poll,
    PollOption,
    PollVote,
    Recipe,
    SavedSearch,
    ScheduledTweet,
    Tweet,
    TweetMedia,
)
from tweets.services.bulk import take_back
from tweets.services.engagement import unlike_tweet
from twitterclone.lib.belongings import BATCH, Row, erased, exported, in_batches, plain

FIELDS = ("id", "created_at", "content", "content_warning", "is_sensitive", "language", "audience")
LINKS = (
    "in_reply_to_id",
    "quote_of_id",
    "retweet_of_id",
    "edited_at",
    "deleted_at",
    "hidden_at",
    "hidden_reason",
)
DEEDS = 100  # tweets, likes: each with its consequences


@exported("tweets")
def tweet_rows(user_id: int) -> Iterator[Row]:
    """Everything one wrote, what was deleted or hidden too, with the ids of its media and its poll."""
    own = Tweet.objects.filter(author_id=user_id).defer("search")
    last = 0
    while tweets := list(own.filter(pk__gt=last).order_by("created_at", "pk")[:BATCH]):
        yield from _with_parts(tweets)
        last = tweets[-1].pk


@exported("likes")
def like_rows(user_id: int) -> Iterator[Row]:
    return _about_tweets(Like.objects.filter(user_id=user_id))


@exported("bookmarks")
def bookmark_rows(user_id: int) -> Iterator[Row]:
    return _about_tweets(Bookmark.objects.filter(user_id=user_id))


@exported("pinned_tweets")
def pinned_rows(user_id: int) -> Iterator[Row]:
    return _about_tweets(PinnedTweet.objects.filter(user_id=user_id))


@exported("votes")
def vote_rows(user_id: int) -> Iterator[Row]:
    for vote in in_batches(PollVote.objects.filter(user_id=user_id).select_related("option__poll")):
        tweet_id = str(vote.option.poll.tweet_id)
        yield {"tweet_id": tweet_id, "option": vote.option.text, "created_at": vote.created_at}


@exported("unsent")
def unsent_rows(user_id: int) -> Iterator[Row]:
    """Drafts and what is scheduled."""
    for draft in in_batches(Draft.objects.filter(user_id=user_id)):
        yield plain(draft, "content", "params", "created_at", "updated_at")
    for scheduled in in_batches(ScheduledTweet.objects.filter(user_id=user_id)):
        yield plain(scheduled, "params", "scheduled_at", "created_at")


@exported("filters")
def filter_rows(user_id: int) -> Iterator[Row]:
    for one in in_batches(Filter.objects.filter(user_id=user_id)):
        words = list(one.keywords.order_by("id").values_list("keyword", flat=True))
        yield plain(one, "title", "contexts", "created_at") | {"keywords": words}


@exported("saved_searches")
def saved_search_rows(user_id: int) -> Iterator[Row]:
    for search in in_batches(SavedSearch.objects.filter(user_id=user_id)):
        yield plain(search, "query", "alerts", "created_at")


@exported("for_you")
def for_you_rows(user_id: int) -> Iterator[Row]:
    """The weights chosen, and what the site concludes from one's past."""
    for recipe in Recipe.objects.filter(user_id=user_id):
        yield plain(recipe, "name", "weights", "share_key", "created_at", "updated_at")
    for affinity in in_batches(Affinity.objects.filter(user_id=user_id)):
        yield plain(affinity, "author_id", "likes", "replies", "retweets", "value")
    for interest in in_batches(Interest.objects.filter(user_id=user_id).select_related("hashtag")):
        yield {"hashtag": interest.hashtag.display, **plain(interest, "uses", "value")}


@erased("tweets")
def erase_tweets(user_id: int) -> int:
    """Deletes as the author would, which counts and tells; then the rows, and others' retweets of them."""
    own = Tweet.objects.filter(author_id=user_id).select_related("author").defer("search")
    tweets = list(own.newest_first()[:DEEDS])
    ids = [tweet.pk for tweet in tweets]
    passed_on = Tweet.objects.filter(retweet_of_id__in=ids).exclude(author_id=user_id)
    if foreign := list(passed_on.select_related("author", "retweet_of").defer("search")[:DEEDS]):
        for row in foreign:
            take_back(row)
        return len(foreign)
    for tweet in tweets:
        take_back(tweet)
    Tweet.objects.filter(pk__in=ids).delete()
    return len(tweets)


@erased("likes")
def erase_likes(user_id: int) -> int:
    user = User.objects.get(pk=user_id)
    likes = list(Like.objects.filter(user_id=user_id).order_by("pk").prefetch_related("tweet")[:DEEDS])
    for like in likes:
        unlike_tweet(user=user, tweet=like.tweet)
    return len(likes)


@erased("votes")
def erase_votes(user_id: int) -> int:
    """A vote that is gone no longer counts."""
    votes = list(PollVote.objects.filter(user_id=user_id).select_related("option")[:DEEDS])
    polls = {vote.option.poll_id for vote in votes}
    for poll_id in sorted(polls):  # one person's vote in a poll is all their choices
        Poll.objects.filter(pk=poll_id).update(voters_count=Greatest(F("voters_count") - 1, 0))
        chosen = PollVote.objects.filter(user_id=user_id, option__poll_id=poll_id)
        options = PollOption.objects.filter(pk__in=list(chosen.values_list("option_id", flat=True)))
        options.update(votes_count=Greatest(F("votes_count") - 1, 0))
        chosen.delete()
    return len(votes)


@erased("kept tweets")
def erase_kept(user_id: int) -> int:
    total = 0
    for model in (Bookmark, Mention, PinnedTweet):
        ids = list(model.objects.filter(user_id=user_id).values_list("pk", flat=True)[:BATCH])
        total += model.objects.filter(pk__in=ids).delete()[0] if ids else 0
    return total


@erased("affinities")
def erase_affinities(user_id: int) -> int:
    """A well-known author is in the pasts of many."""
    rows = Affinity.objects.filter(Q(user_id=user_id) | Q(author_id=user_id))
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    return Affinity.objects.filter(pk__in=ids).delete()[0] if ids else 0


def _with_parts(tweets: list[Tweet]) -> Iterator[Row]:
    ids = [tweet.pk for tweet in tweets]
    media: dict[int, list[str]] = {}
    links = TweetMedia.objects.filter(tweet_id__in=ids).order_by("tweet_id", "position")
    for tweet_id, media_id in links.values_list("tweet_id", "media_id"):
        media.setdefault(tweet_id, []).append(str(media_id))
    polls: dict[int, list[Row]] = {}
    options = PollOption.objects.filter(poll__tweet_id__in=ids).order_by("poll_id", "position")
    for tweet_id, text, votes in options.values_list("poll__tweet_id", "text", "votes_count"):
        polls.setdefault(tweet_id, []).append({"text": text, "votes": votes})
    for tweet in tweets:
        row = plain(tweet, *FIELDS, *LINKS)
        yield row | {"media": media.get(tweet.pk, []), "poll": polls.get(tweet.pk, [])}


def _about_tweets(rows: QuerySet) -> Iterator[Row]:
    for row in in_batches(rows):
        yield plain(row, "tweet_id", "created_at")
