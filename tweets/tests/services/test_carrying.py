"""What a tweet carries: pictures, a quote, a warning, an audience, who may answer."""

import pytest

from accounts.models import User
from media.models import Media
from media.services import MediaGone, MediaNotReady, MediaTaken, TooManyMedia
from social.models import Block
from tweets.models import Audience, ReplyPolicy, Tweet, TweetMedia
from tweets.queries.cards import card_for
from tweets.services import posting
from tweets.services.polls import PollInput
from tweets.services.posting import delete_tweet, post_tweet
from tweets.tests.factories import make_media, make_tweet
from twitterclone.lib.errors import DomainError

pytestmark = pytest.mark.django_db


def test_pictures_come_in_order_and_need_no_words(alice: User, bob: User) -> None:
    media = [make_media(alice, alt_text=str(number)) for number in range(4)]
    wanted = [one.pk for one in reversed(media)]
    tweet = post_tweet(author=alice, text="", media_ids=wanted)
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    assert [one.id for one in card.media] == wanted
    assert [one.alt for one in card.media] == ["3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": Media.State.PENDING}, MediaNotReady),
        ({"state": Media.State.FAILED}, MediaGone),
    ],
)
def test_tweet_is_refused_whole_when_a_picture_cannot_be_taken(
    alice: User, fields: dict[str, str], error: type[DomainError]
) -> None:
    good, bad = make_media(alice), make_media(alice, **fields)
    with pytest.raises(error):
        post_tweet(author=alice, text="Hello #tag", media_ids=[good.pk, bad.pk])
    assert not Tweet.objects.exists()
    good.refresh_from_db()
    assert good.attached_at is None


def test_tweet_is_refused_when_pictures_are_foreign_taken_or_too_many(alice: User, bob: User) -> None:
    with pytest.raises(MediaGone):
        post_tweet(author=alice, text="", media_ids=[make_media(bob).pk])
    mine = make_media(alice)
    post_tweet(author=alice, text="", media_ids=[mine.pk])
    with pytest.raises(MediaTaken):
        post_tweet(author=alice, text="", media_ids=[mine.pk])
    with pytest.raises(TooManyMedia):
        post_tweet(author=alice, text="", media_ids=[make_media(alice).pk for _ in range(5)])
    poll = PollInput(("a", "b"), 3600)
    with pytest.raises(posting.MediaAndPoll):
        post_tweet(author=alice, text="x", media_ids=[make_media(alice).pk], poll=poll)


def test_deleted_tweet_lets_go_of_its_pictures(alice: User) -> None:
    media = make_media(alice)
    delete_tweet(actor=alice, tweet=post_tweet(author=alice, text="", media_ids=[media.pk]))
    assert not TweetMedia.objects.exists()
    again = post_tweet(author=alice, text="again", media_ids=[media.pk])
    assert TweetMedia.objects.get().tweet_id == again.pk


def test_same_key_gives_the_first_tweet_with_its_pictures(alice: User) -> None:
    media = make_media(alice)
    first, second = (
        post_tweet(author=alice, text="", media_ids=[media.pk], idempotency_key="k") for _ in range(2)
    )
    assert first.pk == second.pk


def test_quote_needs_words_or_pictures(alice: User, bob: User) -> None:
    quoted = make_tweet(alice)
    for text in ("", " \n", "\u200b"):
        with pytest.raises(posting.EmptyTweet):
            post_tweet(author=bob, text=text, quote_of=quoted)
    assert post_tweet(author=bob, text="", media_ids=[make_media(bob).pk], quote_of=quoted).quote_of == quoted


def test_quote_is_shown_with_its_pictures(alice: User, bob: User) -> None:
    quoted = post_tweet(author=alice, text="", media_ids=[make_media(alice).pk])
    card = card_for(alice.pk, post_tweet(author=bob, text="Look", quote_of=quoted).pk)
    assert card is not None
    assert card.quote is not None
    assert len(card.quote.media) == 1


@pytest.mark.parametrize("audience", [Audience.FOLLOWERS, Audience.MENTIONED])
def test_quote_is_refused_when_the_tweet_is_not_for_everyone(alice: User, bob: User, audience: str) -> None:
    quoted = make_tweet(alice, "secret", audience=audience, mentioning=[bob])
    with pytest.raises(posting.MayNotQuote):
        post_tweet(author=bob, text="look", quote_of=quoted)


def test_quote_is_refused_when_private_blocked_or_gone(alice: User, bob: User, mallory: User) -> None:
    quoted = make_tweet(alice)
    with pytest.raises(posting.QuoteGone):
        post_tweet(author=mallory, text="look", quote_of=quoted)
    User.objects.filter(pk=alice.pk).update(privacy_settings={**alice.privacy_settings, "is_private": True})
    with pytest.raises(posting.MayNotQuote):
        post_tweet(author=bob, text="look", quote_of=Tweet.objects.get(pk=quoted.pk))
    Block.objects.create(blocker=bob, blocked=alice)
    with pytest.raises(posting.QuoteGone):
        post_tweet(author=bob, text="look", quote_of=quoted)
    delete_tweet(actor=alice, tweet=quoted)
    with pytest.raises(posting.QuoteGone):
        post_tweet(author=alice, text="look", quote_of=quoted)


def test_tweet_for_the_mentioned_is_refused_when_it_mentions_nobody(alice: User) -> None:
    for text in ("psst", "@nobody psst", "@alice psst"):
        with pytest.raises(posting.MentionNobody):
            post_tweet(author=alice, text=text, audience=Audience.MENTIONED)


def test_warning_and_sensitivity_are_kept_and_bounded(alice: User, bob: User) -> None:
    tweet = post_tweet(author=alice, text="x", content_warning=" Spiders ", is_sensitive=True)
    card = card_for(bob.pk, tweet.pk)
    assert card is not None
    assert (card.content_warning, card.is_sensitive) == ("Spiders", True)
    with pytest.raises(posting.WarningTooLong):
        post_tweet(author=alice, text="x", content_warning="x" * 201)


def test_author_decides_who_may_answer(alice: User, bob: User, charlie: User) -> None:
    tweet = post_tweet(author=alice, text="@charlie hi", reply_policy=ReplyPolicy.MENTIONED)
    with pytest.raises(posting.MayNotReply):
        post_tweet(author=bob, text="me too", reply_to=tweet)
    post_tweet(author=charlie, text="hello", reply_to=tweet)
