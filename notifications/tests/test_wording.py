"""The plain line of a notification."""

import pytest

from notifications.models import Type
from notifications.queries import DECISIONS
from notifications.wording import message_for

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Ann liked your tweet"),
        (2, "Ann and 1 other liked your tweet"),
        (4, "Ann and 3 others liked your tweet"),
    ],
)
def test_line_counts_the_others(count: int, words: str) -> None:
    assert message_for(Type.LIKE, "Ann", count, "en") == words


def test_each_kind_has_its_words() -> None:
    worded = {kind for kind in Type.values if message_for(kind, "Ann", 1, "en").startswith("Ann ")}
    assert worded == set(Type.values) - {Type.POLL, Type.SEARCH, *DECISIONS}
    for count in (1, 3):
        words = "New tweet for “rain”" if count == 1 else f"{count} new tweets for “rain”"
        assert message_for(Type.SEARCH, "rain", count, "en") == words
    assert message_for(Type.POLL, "Ann", 1, "en") == "The poll of Ann has ended"
    assert message_for(Type.POLL, "", 1, "en") == "Your poll has ended"
    assert message_for(Type.HIDDEN, "Spam", 1, "en") == "The moderators hid your tweet: Spam"
    assert message_for(Type.HIDDEN, "", 1, "en") == "The moderators hid your tweet"
    decided = [message_for(kind, "@ann", 1, "en") for kind in DECISIONS[1:]]
    assert all(line.startswith("Thank you: we looked at your report of @ann and ") for line in decided)


def test_percent_sign_in_a_name_is_kept() -> None:
    assert message_for(Type.FOLLOW, "100% %(name)s", 1, "en") == "100% %(name)s followed you"
    assert message_for(Type.FOLLOW, "100% %s", 3, "de").startswith("100% %s")
