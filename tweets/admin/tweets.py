"""Tweets, and what people do with them, in the admin."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.postgres.search import SearchQuery
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from tweets.models import (
    Bookmark,
    Draft,
    Filter,
    FilterKeyword,
    FilterTweet,
    Hashtag,
    IdempotencyKey,
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
    Tweet,
    TweetEdit,
    TweetHashtag,
    TweetMedia,
)
from tweets.services.engagement import undo_retweet, unlike_tweet
from tweets.services.moderation import hide_tweet, show_tweet
from twitterclone.lib.admin import (
    EntityAdmin,
    KeptAdmin,
    RecordAdmin,
    WindowFilter,
    id_in,
    person_named,
)
from twitterclone.lib.admin_actions import ActingAdmin
from twitterclone.lib.text import hashtag_key


class RecentFilter(WindowFilter):
    default = "30"


@admin.register(Tweet)
class TweetAdmin(ActingAdmin, KeptAdmin):
    """Tweets are hidden and shown again; what they say is their authors' alone."""

    list_display = (
        "id",
        "author",
        "excerpt",
        "audience",
        "likes_count",
        "hidden_at",
        "deleted_at",
        "created_at",
    )
    list_filter = (RecentFilter, "audience")
    list_select_related = ("author",)
    readonly_fields = (
        *("id", "created_at", "updated_at", "edited_at", "deleted_at", "hidden_at"),
        "hidden_reason",
        *("likes_count", "retweets_count", "replies_count", "quotes_count"),
    )
    search_help_text = _("An id, a @username, a #hashtag, or words of the text.")
    actions = ("hide", "show_again")

    @admin.display(description=_("text"))
    def excerpt(self, tweet: Tweet) -> str:
        return f"↻ {tweet.retweet_of_id}" if tweet.retweet_of_id else tweet.content[:80]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("search")

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        if (identifier := id_in(term)) is not None:
            return queryset.filter(pk=identifier)
        if term.startswith("@"):
            return queryset.filter(author_id=person_named(term) or 0)
        if term.startswith("#"):
            return queryset.filter(hashtag_links__hashtag__name=hashtag_key(term[1:]))
        pairs = Func(Value(term), function="cjk_bigrams", output_field=TextField())
        words = SearchQuery(term, config="simple") | SearchQuery(pairs, config="simple")
        return queryset.filter(search=words)

    def has_hide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tweets.change_tweet")

    @admin.action(description=_("Hide the selected tweets"), permissions=["hide"])
    def hide(self, request: SignedInRequest, queryset: QuerySet[Tweet]) -> None:
        hide = partial(hide_tweet, actor=request.user, reason=self.reason(request))
        self.act(request, queryset, _("Hidden"), lambda tweet: hide(tweet=tweet), is_told=True)

    @admin.action(description=_("Show the selected tweets again"), permissions=["hide"])
    def show_again(self, request: SignedInRequest, queryset: QuerySet[Tweet]) -> None:
        show = partial(show_tweet, actor=request.user)
        self.act(request, queryset, _("Shown again"), lambda tweet: show(tweet=tweet))


class DeedAdmin(RecordAdmin):
    """What somebody did with a tweet."""

    list_display: Any = ("user", "tweet", "created_at")
    list_select_related: ClassVar[Any] = ("user",)
    people = ("user",)
    tweets = ("tweet",)


@admin.register(Like)
class LikeAdmin(DeedAdmin):
    def take_back(self, obj: Like) -> None:
        unlike_tweet(user=obj.user, tweet=obj.tweet)  # type: ignore[arg-type]


@admin.register(Retweet)
class RetweetAdmin(DeedAdmin):
    def take_back(self, obj: Retweet) -> None:
        undo_retweet(user=obj.user, tweet=obj.tweet)  # type: ignore[arg-type]


@admin.register(Bookmark, PinnedTweet, Mention)
class SimpleDeedAdmin(DeedAdmin):
    pass


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(DeedAdmin):
    list_display = ("user", "key", "tweet", "created_at")


@admin.register(Hashtag)
class HashtagAdmin(EntityAdmin):
    list_display = ("name", "display", "created_at")
    search_help_text = _("A hashtag.")

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        return queryset.filter(Q(name=hashtag_key(term.removeprefix("#"))) | Q(pk=id_in(term)))


@admin.register(TweetHashtag)
class TweetHashtagAdmin(RecordAdmin):
    list_display = ("hashtag", "tweet", "created_at")
    list_select_related = ("hashtag",)
    tweets = ("tweet",)
    search_help_text = _("An id of a tweet, or a #hashtag.")

    def found(self, queryset: QuerySet, term: str) -> QuerySet:
        if term.startswith("#"):
            return queryset.filter(hashtag__name=hashtag_key(term[1:]))
        return super().found(queryset, term)


@admin.register(TweetMedia)
class TweetMediaAdmin(RecordAdmin):
    list_display = ("tweet", "media", "position", "created_at")
    list_select_related = ("media",)
    tweets = ("tweet",)


@admin.register(TweetEdit)
class TweetEditAdmin(KeptAdmin):
    list_display = ("tweet", "content", "created_at")
    list_select_related = ()
    tweets = ("tweet",)


class PollOptionInline(admin.TabularInline):
    model = PollOption
    max_num = 4
    readonly_fields = ("votes_count",)


@admin.register(Poll)
class PollAdmin(EntityAdmin):
    list_display = ("id", "tweet", "expires_at", "voters_count", "created_at")
    list_select_related = ()
    raw_id_fields = ("tweet",)
    readonly_fields = ("id", "created_at", "voters_count")
    inlines = (PollOptionInline,)
    tweets = ("tweet",)


@admin.register(PollVote)
class PollVoteAdmin(RecordAdmin):
    list_display = ("user", "option", "created_at")
    list_select_related = ("user", "option")
    people = ("user",)


class WritingAdmin(EntityAdmin):
    """Something kept by its writer."""

    list_select_related: ClassVar[Any] = ("user",)
    autocomplete_fields: ClassVar[Any] = ("user",)
    people = ("user",)


@admin.register(Draft)
class DraftAdmin(WritingAdmin):
    list_display = ("user", "content", "updated_at", "created_at")


@admin.register(Recipe)
class RecipeAdmin(WritingAdmin):
    list_display = ("user", "name", "share_key", "updated_at", "created_at")


@admin.register(SavedSearch)
class SavedSearchAdmin(WritingAdmin):
    list_display = ("query", "user", "alerts", "looked_at", "created_at")


@admin.register(ScheduledTweet)
class ScheduledTweetAdmin(WritingAdmin):
    list_display = ("user", "scheduled_at", "created_at")


class FilterKeywordInline(admin.TabularInline):
    model = FilterKeyword
    extra = 1


@admin.register(Filter)
class FilterAdmin(WritingAdmin):
    list_display = ("title", "user", "action", "expires_at", "created_at")
    inlines = (FilterKeywordInline,)


@admin.register(FilterTweet)
class FilterTweetAdmin(RecordAdmin):
    list_display = ("filter", "tweet", "created_at")
    list_select_related = ("filter",)
    tweets = ("tweet",)
