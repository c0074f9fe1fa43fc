"""The pictures of a tweet: taken when it is posted, let go when it is deleted."""

from collections.abc import Sequence

from accounts.models import User
from media.services import claim_media, release_media
from tweets.models import Tweet, TweetMedia


def attach_media(author: User, tweet: Tweet, media_ids: Sequence[int]) -> None:
    """Takes the author's uploads for the tweet, in their order; refuses what `claim_media` refuses."""
    if not media_ids:  # as of most tweets
        return
    taken = claim_media(owner=author, ids=media_ids)
    TweetMedia.objects.bulk_create(
        [TweetMedia(tweet=tweet, media=media, position=position) for position, media in enumerate(taken)]
    )


def detach_media(tweet: Tweet) -> None:
    """Lets go of the pictures: for a day their owner can write the tweet anew with them, then they go."""
    links = TweetMedia.objects.filter(tweet=tweet)
    ids = list(links.values_list("media_id", flat=True))
    if ids:
        links.delete()
        release_media(ids)
