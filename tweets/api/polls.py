"""Polls through the API."""

from rest_framework.response import Response

from tweets.api.inputs import VotesInput, choices_of
from tweets.queries.access import tweet_for
from tweets.queries.cards import card_for
from tweets.queries.polls import PollCard, poll_by_id
from tweets.services.polls import vote
from tweets.wire import Poll, poll
from twitterclone.lib.api import ApiRequest, ApiView, described, if_any
from twitterclone.lib.errors import NotVisible


class PollView(ApiView):
    scopes = {"GET": if_any("read:statuses")}

    @described(gives=Poll)
    def get(self, request: ApiRequest, poll_id: int) -> Response:
        """The poll of a status that you may see."""
        return Response(poll(_seen(self.viewer_id, poll_by_id(poll_id).tweet_id)))


class VotesView(ApiView):
    scopes = {"POST": "write:statuses"}

    @described(takes=VotesInput, gives=Poll)
    def post(self, request: ApiRequest, poll_id: int) -> Response:
        """Votes, once; `choices` are numbers of options, from 0 on."""
        tweet = tweet_for(request.user.pk, poll_by_id(poll_id).tweet_id)
        vote(user=request.user, tweet=tweet, choices=choices_of(self.fields))
        return Response(poll(_seen(request.user.pk, tweet.pk)))


def _seen(viewer_id: int | None, tweet_id: int) -> PollCard:
    card = card_for(viewer_id, tweet_id)
    if card is None or card.poll is None:
        raise NotVisible
    return card.poll
