"""Hashtags by how they begin; who is told of which is in test_search_access.py."""

import pytest

from accounts.models import User
from tweets.models import Audience
from tweets.queries import hashtags
from tweets.queries.hashtags import hashtags_found, tag_cards
from tweets.tests.api.helpers import bear
from tweets.tests.factories import make_tweet

pytestmark = pytest.mark.django_db


def test_hashtags_are_suggested_by_their_beginning(alice: User) -> None:
    for name in ("Garden", "garage", "gar_b", "Sun"):
        bear(make_tweet(alice), name)
    assert hashtags_found(None, "gar") == ["gar_b", "garage", "Garden"]
    assert hashtags_found(None, "#GAR") == hashtags_found(None, "gar")
    assert hashtags_found(None, "gar", limit=1) == ["gar_b"]
    for nothing in ("gar%", "#", "g r", "\\"):
        assert hashtags_found(None, nothing) == []


def test_hashtag_is_offered_for_one_tweet_that_can_be_seen(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bear(make_tweet(bob), "garden")
    for name in ("garden", "gardening"):
        bear(make_tweet(alice, audience=Audience.MENTIONED), name)
    assert hashtags_found(None, "garden") == hashtags_found(bob.pk, "garden") == ["garden"]
    assert hashtags_found(alice.pk, "garden") == ["garden", "gardening"]
    # only the newest uses are looked at, and only so many hashtags, however many are hidden
    monkeypatch.setattr(hashtags, "USES", 1)
    assert hashtags_found(None, "garden") == []


def test_figures_leave_out_who_is_gone(alice: User, bob: User) -> None:
    for author in (alice, bob):
        bear(make_tweet(author), "garden")
    bob.deactivated_at = bob.created_at
    bob.save(update_fields=["deactivated_at"])
    (card,) = tag_cards(None, ["garden"])
    assert card.days[0][1:] == (1, 1)
