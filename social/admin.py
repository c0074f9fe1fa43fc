"""Who knows whom, in the admin. Edges are taken back by the services, so that counts stay true."""

from django.contrib import admin

from social.models import Block, Follow, FollowRequest, List, ListMember, Mute, SuggestionDismissal
from social.services.barring import unblock_user, unmute_user
from social.services.following import unfollow_user
from social.services.requests import reject_follow_request
from twitterclone.lib.admin import EntityAdmin, RecordAdmin


@admin.register(Follow)
class FollowAdmin(RecordAdmin):
    list_display = ("follower", "following", "show_retweets", "created_at")
    list_select_related = ("follower", "following")
    people = ("follower", "following")

    def take_back(self, obj: Follow) -> None:
        unfollow_user(follower=obj.follower, following=obj.following)  # type: ignore[arg-type]


@admin.register(FollowRequest)
class FollowRequestAdmin(RecordAdmin):
    list_display = ("follower", "following", "created_at")
    list_select_related = ("follower", "following")
    people = ("follower", "following")

    def take_back(self, obj: FollowRequest) -> None:
        reject_follow_request(user=obj.following, request_id=obj.pk)  # type: ignore[arg-type]


@admin.register(Block)
class BlockAdmin(RecordAdmin):
    list_display = ("blocker", "blocked", "created_at")
    list_select_related = ("blocker", "blocked")
    people = ("blocker", "blocked")

    def take_back(self, obj: Block) -> None:
        unblock_user(blocker=obj.blocker, blocked=obj.blocked)  # type: ignore[arg-type]


@admin.register(Mute)
class MuteAdmin(RecordAdmin):
    list_display = ("muter", "muted", "hide_notifications", "expires_at", "created_at")
    list_select_related = ("muter", "muted")
    people = ("muter", "muted")

    def take_back(self, obj: Mute) -> None:
        unmute_user(muter=obj.muter, muted=obj.muted)  # type: ignore[arg-type]


@admin.register(SuggestionDismissal)
class SuggestionDismissalAdmin(RecordAdmin):
    list_display = ("user", "person", "created_at")
    list_select_related = ("user", "person")
    people = ("user", "person")


@admin.register(List)
class ListAdmin(EntityAdmin):
    list_display = ("title", "owner", "replies_policy", "created_at")
    list_select_related = ("owner",)
    autocomplete_fields = ("owner",)
    people = ("owner",)


@admin.register(ListMember)
class ListMemberAdmin(EntityAdmin):
    list_display = ("list", "user", "created_at")
    list_select_related = ("list", "user")
    autocomplete_fields = ("list", "user")
    people = ("user",)
