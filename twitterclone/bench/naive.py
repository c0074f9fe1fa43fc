"""A home timeline as one writes it first: session and user by Django, ids from a sorted set, ORM, DRF.

Only to be measured against. It is no straw man: a handful of queries for the tweets and what they name, none
per tweet; what a home page needs beyond that (blocks, mutes, pressed buttons, polls) it leaves out.
"""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from accounts.models import User
from tweets.models import Tweet
from twitterclone.lib.redis import client, key

PAGE = 20


class Author(ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "display_name", "avatar", "is_private", "created_at"]


class Quoted(ModelSerializer):
    author = Author()

    class Meta:
        model = Tweet
        fields = ["id", "content", "created_at", "author"]


class Status(ModelSerializer):
    author = Author()
    retweet_of = Quoted()
    quote_of = Quoted()

    class Meta:
        model = Tweet
        fields = [
            "id",
            "created_at",
            "edited_at",
            "content",
            "content_warning",
            "is_sensitive",
            "language",
            "audience",
            "in_reply_to_id",
            "author",
            "retweet_of",
            "quote_of",
            "likes_count",
            "retweets_count",
            "replies_count",
            "quotes_count",
        ]


class NaiveHome(ListAPIView):
    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        ids = client("timelines").zrevrange(timeline_key(request.user.pk), 0, PAGE - 1)
        tweets = (
            Tweet.objects.filter(pk__in=[int(entry) for entry in ids])  # type: ignore[arg-type] # ids alone
            .select_related("author")
            .prefetch_related("retweet_of__author", "quote_of__author")  # cheaper here than joins: months
            .order_by("-created_at", "-id")
        )
        return Response(Status(tweets, many=True).data)


def timeline_key(user_id: int | None) -> str:
    return key("bench", "naive", user_id)
