"""Puts the written characters and their scenes into a seeded world."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile

from accounts.models import User, default_privacy_settings
from media.processing.pipeline import process
from media.services import claim_media, upload_media
from messaging.services import send_message
from social.models import Block, Follow, FollowRequest, Mute
from tweets.models import (
    Bookmark,
    Hashtag,
    Like,
    Mention,
    PinnedTweet,
    Retweet,
    Tweet,
    TweetHashtag,
    TweetMedia,
)
from twitterclone.lib import text
from twitterclone.lib.ids import id_time, ms_of
from twitterclone.seeding.demo.cast import BLOCKS, CHARACTERS, LOGINS, MUTES, REQUESTS, TALK, Character
from twitterclone.seeding.demo.pictures import DESCRIPTIONS, drawn
from twitterclone.seeding.demo.scenes import Say, scenes
from twitterclone.seeding.ids import Stamps

JOINED = timedelta(days=700)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread


def new_passwords() -> dict[str, str]:
    """A random password for each login, easy to type."""
    return {name: "-".join(_syllable() for _ in range(3)) for name in LOGINS}


def _syllable() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def create_cast(passwords: Mapping[str, str], node: int, now: datetime) -> dict[str, User]:
    """The characters' accounts by username; those with a password can log in at once."""
    stamps = Stamps(node)
    users = [
        _user(character, stamps.take(_ms(now - JOINED) + place * 3_600_000), passwords, now)
        for place, character in enumerate(CHARACTERS)
    ]
    User.objects.bulk_create(users)
    cast = {user.username: user for user in users}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=cast[name], email=cast[name].email, verified=True, primary=True)
        for name in passwords
    )
    return cast


def _user(character: Character, identifier: int, passwords: Mapping[str, str], now: datetime) -> User:
    password = passwords.get(character.username)
    return User(
        id=identifier,
        created_at=id_time(identifier),
        username=character.username,
        username_cased=character.handle,
        email=f"{character.username}@example.com",
        password=make_password(password),
        display_name=character.name,
        bio=character.bio,
        location=character.location,
        website=character.website,
        language="de" if character.language == "de" else "en",
        privacy_settings=default_privacy_settings()
        | {"is_private": character.is_private}
        | character.privacy,
        is_staff=character.is_staff,
        is_superuser=character.is_staff,
        last_active_at=now,
    )


@dataclass(frozen=True)
class Event:
    """Something said at a moment, or passed on by the one named in `again`."""

    ms: int
    say: Say
    again: str = ""


class Stage:
    """Plays the scenes: relations first, then everything that is said, then who likes it."""

    def __init__(
        self, rng: Random, cast: dict[str, User], extras: list[int], node: int, now: datetime
    ) -> None:
        """`extras` are ids of made-up people whom everybody may see, the best known first."""
        self.rng, self.cast, self.extras, self.node, self.now = rng, cast, extras, node, now
        self.spoken: dict[Say, Tweet] = {}
        self._scenes = list(scenes())
        self._keys = {say.key: say for say in self._scenes if say.key}

    def play(self) -> None:
        self._follow()
        self._stand_apart()
        self._speak()
        self._link_names()
        self._like()
        self._keep()
        self._show()
        self._talk()

    def _follow(self) -> None:
        cast, extras, pairs = self.cast, self.extras, set[tuple[int, int]]()
        for character in CHARACTERS:
            me = cast[character.username].pk
            pairs |= {(me, cast[name].pk) for name in character.follows}
            pairs |= {(fan, me) for fan in self.rng.sample(extras, min(character.fans, len(extras)))}
        pairs |= {(cast["alice"].pk, known) for known in extras[:25]}
        pairs |= {(cast["bob"].pk, known) for known in extras[10:30]}
        met = [(self._between(ms_of(max(pair)), _ms(self.now)), pair) for pair in sorted(pairs)]
        met = sorted(met + self._met_tonight(pairs))
        Follow.objects.bulk_create(
            Follow(follower_id=one, following_id=other, **born)
            for (_, (one, other)), born in zip(met, self._births(ms for ms, _ in met), strict=True)
        )

    def _met_tonight(self, known: set[tuple[int, int]]) -> list[tuple[int, tuple[int, int]]]:
        """A few who have just found alice and bob: their news."""
        pairs = [(fan, self.cast[name].pk) for fan in self.extras[-6:] for name in ("alice", "bob")]
        return [
            (_ms(self.now) - self.rng.randrange(5, 180) * 60_000, pair) for pair in pairs if pair not in known
        ]

    def _stand_apart(self) -> None:
        """A follow request that waits, a block and a mute."""
        cast = self.cast
        for one, other in REQUESTS:
            FollowRequest.objects.create(follower=cast[one], following=cast[other])
        for one, other in BLOCKS:
            Block.objects.create(blocker=cast[one], blocked=cast[other])
        for one, other in MUTES:
            Mute.objects.create(muter=cast[one], muted=cast[other])

    def _speak(self) -> None:
        stamps, tweets, links = Stamps(self.node), list[Tweet](), list[Retweet]()
        for event in sorted(self._events(), key=lambda event: event.ms):
            identifier = stamps.take(event.ms)
            if event.again:
                user, original = self.cast[event.again], self.spoken[event.say]
                row = Tweet(id=identifier, author=user, retweet_of=original)
                born = id_time(identifier)
                links.append(Retweet(user=user, tweet=original, retweet=row, created_at=born))
            else:
                row = self.spoken[event.say] = self._tweet(identifier, event.say)
            row.updated_at = id_time(identifier)
            tweets.append(row)
        Tweet.objects.bulk_create(tweets)
        Retweet.objects.bulk_create(links)

    def _events(self) -> Iterator[Event]:
        for say in self._scenes:
            born = _ms(self.now) - say.ago * 60_000 - self.rng.randrange(1000, 40_000)
            yield Event(born, say)
            for name in say.retweeted_by:
                yield Event(self._soon_after(born), say, name)

    def _tweet(self, identifier: int, say: Say) -> Tweet:
        parent = self.spoken[self._keys[say.to]] if say.to else None
        return Tweet(
            id=identifier,
            author=self.cast[say.who],
            content=text.normalise(say.text),
            content_warning=say.warning,
            language=say.language,
            in_reply_to=parent,
            in_reply_to_user=parent.author if parent else None,
            quote_of=self.spoken[self._keys[say.quotes]] if say.quotes else None,
        )

    def _link_names(self) -> None:
        for tweet in self.spoken.values():
            for tag in text.hashtags(tweet.content):
                hashtag, _ = Hashtag.objects.get_or_create(name=tag.key, defaults={"display": tag.name})
                TweetHashtag.objects.create(hashtag=hashtag, tweet=tweet, created_at=tweet.created_at)
            for name in text.mentioned_usernames(tweet.content):
                Mention.objects.create(user=self.cast[name], tweet=tweet, created_at=tweet.created_at)

    def _like(self) -> None:
        apart = {name for pair in (*BLOCKS, *MUTES) for name in pair[1:]}
        friends = [user.pk for name, user in self.cast.items() if not user.is_staff and name not in apart]
        likes = []
        for say, tweet in self.spoken.items():
            if tweet.author.privacy_settings["is_private"]:
                continue
            others = [pk for pk in self.extras + friends if pk != tweet.author_id]
            fans = self.rng.sample(others, min(say.likes, len(others)))
            likes += [(self._soon_after(_ms(tweet.created_at)), user_id, tweet.pk) for user_id in fans]
        likes.sort()
        Like.objects.bulk_create(
            Like(user_id=user_id, tweet_id=tweet_id, **born)
            for (_, user_id, tweet_id), born in zip(
                likes, self._births(ms for ms, _, _ in likes), strict=True
            )
        )

    def _keep(self) -> None:
        thread, comet = (self.spoken[self._keys[key]] for key in ("explain1", "c3"))
        PinnedTweet.objects.create(user=self.cast["ines_pg"], tweet=thread)
        for tweet in (thread, comet):
            Bookmark.objects.create(user=self.cast["alice"], tweet=tweet)

    def _show(self) -> None:
        """The pictures, taken in and decoded as anybody's are."""
        for say, tweet in self.spoken.items():
            if say.picture:
                file = ContentFile(drawn(say.picture), f"{say.picture}.jpg")
                media = upload_media(owner=tweet.author, file=file, alt_text=DESCRIPTIONS[say.picture])
                process(media.pk)
                for taken in claim_media(owner=tweet.author, ids=[media.pk]):
                    TweetMedia.objects.create(tweet=tweet, media=taken, position=0)

    def _talk(self) -> None:
        """A conversation of two friends, and a stranger who asks."""
        for who, whom, words in TALK:
            send_message(sender=self.cast[who], recipient_id=self.cast[whom].pk, text=words)

    def _soon_after(self, born: int) -> int:
        """A moment within a day, and before now."""
        return self._between(born, min(_ms(self.now), born + 86_400_000))

    def _between(self, start: int, end: int) -> int:
        return start + int((end - start) * (0.02 + 0.96 * self.rng.random()))

    def _births(self, moments: Iterable[int]) -> Iterator[dict[str, Any]]:
        stamps = Stamps(self.node)
        for ms in moments:
            identifier = stamps.take(ms)
            yield {"id": identifier, "created_at": id_time(identifier)}


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
