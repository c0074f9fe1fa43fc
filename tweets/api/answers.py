"""Cards as the answers of the API: statuses with their people, one query for all of these."""

from collections.abc import Container, Iterable, Sequence

from rest_framework.response import Response

from accounts.queries import accounts_by_id
from accounts.wire import Account, account
from social.queries import PersonRow
from tweets.queries.cards import TweetCard, card_for
from tweets.wire import Context, Status, context, people_in, status
from twitterclone.lib.api import Page
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.pagination import Slice


def accounts_of(ids: Iterable[int]) -> dict[int, Account]:
    """The accounts of these people, each written once."""
    return {user_id: account(card) for user_id, card in accounts_by_id(ids).items()}


def statuses_of(cards: Sequence[TweetCard]) -> list[Status]:
    """The statuses of the cards, without those whose author left in this very moment."""
    accounts = accounts_of(people_in(cards))
    return [status(card, accounts) for card in _whole(cards, accounts)]


def context_of(above: Sequence[TweetCard], below: Sequence[TweetCard]) -> Context:
    """The conversation around a tweet, without those whose author left in this very moment."""
    accounts = accounts_of(people_in([*above, *below]))
    return context(_whole(above, accounts), _whole(below, accounts), accounts)


def status_for(viewer_id: int | None, tweet_id: int, *, with_text: bool = False) -> Status:
    """One status; NotVisible when the viewer may not see it."""
    card = card_for(viewer_id, tweet_id)
    accounts = accounts_of(people_in([card])) if card else {}
    if card is None or not people_in([card]) <= accounts.keys():
        raise NotVisible
    return status(card, accounts, with_text=with_text)


def feed(page: Page, slice_: Slice[TweetCard]) -> Response:
    """A page of statuses with its links."""
    newest = slice_.items[0].entry_id if slice_.items else None
    return page.list(statuses_of(slice_.items), newest, slice_.next)


def people(page: Page, slice_: Slice[PersonRow]) -> Response:
    """A page of accounts with its links."""
    accounts = accounts_of(row.person.id for row in slice_.items)
    shown = [accounts[row.person.id] for row in slice_.items if row.person.id in accounts]
    return page.list(shown, slice_.items[0].id if slice_.items else None, slice_.next)


def _whole(cards: Sequence[TweetCard], accounts: Container[int]) -> list[TweetCard]:
    """Those all of whose people are still there."""
    return [card for card in cards if all(one in accounts for one in people_in([card]))]
