"""Makes a drill's people, and prints them as JSON. Run with .venv's Python and the site's environment."""

import argparse
import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 -- the apps must be loaded first
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.sessions import SessionStore, open_record  # noqa: E402
from integrations.services import issue_own_token  # noqa: E402
from social.models import Follow  # noqa: E402
from tweets.timelines import store  # noqa: E402

SCOPES = ("read", "write", "follow")


@transaction.atomic
def main(authors: int, followers: int) -> dict[str, list[dict]]:
    """People of these numbers; names go on where the last call ended."""
    first = User.objects.count()
    made = {
        kind: [_person(f"{kind[:-1]}_{first + number}") for number in range(count)]
        for kind, count in (("authors", authors), ("followers", followers))
    }
    # no events: handling them later would make the timelines cold that are warmed now
    Follow.objects.bulk_create(
        Follow(follower=follower, following=author)
        for follower in made["followers"]
        for author in made["authors"]
    )
    _count(made["authors"], followers_count=followers)
    _count(made["followers"], following_count=authors)
    return {kind: [_facts(user) for user in users] for kind, users in made.items()}


def _count(users: list[User], **figure: int) -> None:
    User.objects.filter(pk__in=[user.pk for user in users]).update(**figure)


def warm(people: list[dict]) -> None:
    """Empty home timelines, so that deliveries are pushed into them."""
    for person in people:
        token = store.begin(person["id"])
        if token is not None:
            store.finish(person["id"], token, [], 0)


def _person(name: str) -> User:
    user = User(username=name, username_cased=name, email=f"{name}@example.com", display_name=name)
    user.set_unusable_password()
    user.save()
    return user


def _facts(user: User) -> dict:
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    open_record(session, user, "127.0.0.1", "drill")
    return {
        "id": user.pk,
        "username": user.username,
        "token": issue_own_token(user=user, scopes=SCOPES),
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--authors", type=int, default=1)
    parser.add_argument("--followers", type=int, default=1)
    asked = parser.parse_args()
    found = main(asked.authors, asked.followers)
    # after the commit: what a timeline holds is asked of the database
    warm(found["followers"])
    print(json.dumps(found))
    sys.exit(0)
