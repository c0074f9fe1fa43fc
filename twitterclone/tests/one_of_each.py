"""One row of every entity, for tests that go over all of them."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db.models import Model
from django.utils import timezone

from accounts.models import Export, FormerUsername, SessionRecord, Suspension, User
from integrations.models import Application
from media.models import Media
from messaging.models import Conversation, HiddenMessage, Message, MessageMedia, Participant
from moderation.models import Page, Report
from notifications.models import Notification, NotificationEvent
from social.models import (
    Block,
    Follow,
    FollowRequest,
    InterestVector,
    List,
    ListMember,
    Mute,
    SuggestionDismissal,
)
from tweets.models import (
    Affinity,
    Bookmark,
    CountedHour,
    Draft,
    Filter,
    FilterKeyword,
    FilterTweet,
    Hashtag,
    IdempotencyKey,
    Interest,
    Like,
    Mention,
    PinnedTweet,
    Poll,
    PollOption,
    PollVote,
    Recipe,
    Retweet,
    SavedSearch,
    ScheduledTweet,
    Taste,
    TermHour,
    Trend,
    TrendVeto,
    Tweet,
    TweetEdit,
    TweetHashtag,
    TweetMedia,
)


def one_of_each(name: str) -> dict[type[Model], Model]:
    """A new row of each model, about two new people; `name` is 10 letters at most and not used before."""
    one = User.objects.create_user(f"{name}_one", f"{name}_one@example.com", "correct horse")
    two = User.objects.create_user(f"{name}_two", f"{name}_two@example.com", "correct horse")
    tweet = Tweet.objects.create(author=one, content=f"Something by {name}")
    rows = [one, tweet, *_people(name, one, two), *_deeds(one, two, tweet)]
    rows += [
        *_texts(name, one, tweet),
        *_talk(one, two, tweet),
        *_ranking(name, one, two),
        *_care(name, one, two, tweet),
    ]
    return {type(row): row for row in rows}


def _people(name: str, one: User, two: User) -> list[Model]:
    members = List.objects.create(owner=one, title="Friends")
    return [
        members,
        ListMember.objects.create(list=members, user=two),
        Follow.objects.create(follower=one, following=two),
        FollowRequest.objects.create(follower=two, following=one),
        Block.objects.create(blocker=one, blocked=two),
        Mute.objects.create(muter=one, muted=two),
        SuggestionDismissal.objects.create(user=one, person=two),
        InterestVector.objects.create(
            user=one, features=[1], weights=[1.0], names=[name], norm=1, refreshed_at=timezone.now()
        ),
        FormerUsername.objects.create(username=f"{name}_was", user=one),
        Suspension.objects.create(user=one, by=two, reason="Threats"),
        SessionRecord.objects.create(user=one, digest=name),
        Export.objects.create(user=one),
        EmailAddress.objects.create(user=one, email=one.email, verified=True, primary=True),
        Group.objects.create(name=name),
    ]


def _deeds(one: User, two: User, tweet: Tweet) -> list[Model]:
    again = Tweet.objects.create(author=two, retweet_of=tweet)
    return [
        Like.objects.create(user=two, tweet=tweet),
        Retweet.objects.create(user=two, tweet=tweet, retweet=again),
        Bookmark.objects.create(user=two, tweet=tweet),
        PinnedTweet.objects.create(user=one, tweet=tweet),
        Mention.objects.create(user=two, tweet=tweet),
        IdempotencyKey.objects.create(user=one, key="k", tweet=tweet),
    ]


def _texts(name: str, one: User, tweet: Tweet) -> list[Model]:
    hashtag = Hashtag.objects.create(name=name, display=name)
    poll = Poll.objects.create(tweet=tweet, expires_at=timezone.now() + timedelta(days=1))
    option = PollOption.objects.create(poll=poll, position=0, text="Yes")
    sieve = Filter.objects.create(user=one, title="Spoilers", contexts=["home"])
    return [
        hashtag,
        TweetHashtag.objects.create(hashtag=hashtag, tweet=tweet),
        poll,
        option,
        PollVote.objects.create(option=option, user=one),
        Draft.objects.create(user=one, content="Half a thought"),
        ScheduledTweet.objects.create(user=one, scheduled_at=timezone.now()),
        TweetEdit.objects.create(tweet=tweet, content="Before"),
        sieve,
        FilterKeyword.objects.create(filter=sieve, keyword="ending"),
        FilterTweet.objects.create(filter=sieve, tweet=tweet),
        SavedSearch.objects.create(user=one, query="rain", seen_id=0),
    ]


def _ranking(name: str, one: User, two: User) -> list[Model]:
    return [
        Recipe.objects.create(user=one, name="Quiet", share_key=name),
        CountedHour.objects.create(hour=timezone.now(), tweets=1),
        TermHour.objects.create(hour=timezone.now(), kind="hashtag", key=name, people=2),
        Trend.objects.create(kind="word", key=name, name=name, people=3, tweets=3, expected=0, score=3),
        TrendVeto.objects.create(kind="hashtag", key=name, name=name, reason="Because", by=one),
        Affinity.objects.create(user=one, author=two, value=1),
        Interest.objects.create(user=two, hashtag=Hashtag.objects.get(name=name), uses=1, value=1),
        Taste.objects.create(user=one, refreshed_at=timezone.now()),
    ]


def _talk(one: User, two: User, tweet: Tweet) -> list[Model]:
    low, high = sorted((one, two), key=lambda user: user.pk)
    conversation = Conversation.objects.create(low=low, high=high)
    message = Message.objects.create(conversation=conversation, sender=one, client_id=uuid4(), message="Psst")
    first, second = (Media.objects.create(owner=one) for _ in range(2))
    return [
        conversation,
        message,
        Participant.objects.create(conversation=conversation, user=one),
        HiddenMessage.objects.create(message=message, user=two),
        first,
        MessageMedia.objects.create(message=message, media=first, position=0),
        TweetMedia.objects.create(tweet=tweet, media=second, position=0),
    ]


def _care(name: str, one: User, two: User, tweet: Tweet) -> list[Model]:
    about = {"user": one, "type": "like", "actor": two, "tweet": tweet, "group_key": f"like:{tweet.pk}"}
    return [
        Notification.objects.create(message="Somebody liked your tweet", **about),
        NotificationEvent.objects.create(**about),
        Page.objects.create(slug=name, title=name, body="Be kind."),
        Application.objects.create(name=name, client_type="confidential", authorization_grant_type=""),
        Report.objects.create(reporter=two, user=one, tweet=tweet, reason="spam"),
    ]
