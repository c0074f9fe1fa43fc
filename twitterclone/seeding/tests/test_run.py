"""The seed and demo commands against the real database: all or nothing, and true counts."""

import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from media.models import Media
from messaging.queries import inbox_page, requests_page
from notifications.models import Notification
from social.models import Follow
from tweets.models import Like, Tweet
from twitterclone.lib.pagination import Cursor
from twitterclone.seeding import run
from twitterclone.seeding.demo.cast import CHARACTERS, TALK
from twitterclone.seeding.demo.pictures import PICTURES
from twitterclone.seeding.demo.scenes import scenes
from twitterclone.seeding.recount import recount

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def seeded(**options: Any) -> str:
    out = StringIO()
    sizes = {"users": 60, "tweets": 600, "seed": 5, **options}
    call_command("seed", stdout=out, stderr=StringIO(), **sizes)
    return out.getvalue()


def counters() -> list[tuple]:
    people = User.objects.order_by("id").values_list("followers_count", "following_count", "tweets_count")
    tweets = Tweet.objects.order_by("created_at", "id")
    return [*people, *tweets.values_list("likes_count", "retweets_count", "replies_count", "quotes_count")]


def schema() -> set[tuple]:
    with connection.cursor() as cursor:
        indexes = cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall()
        keys = cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conparentid = 0 AND connamespace = 'public'::regnamespace"
        ).fetchall()
    return {*indexes, *keys}


@pytest.mark.parametrize("many", [1, 10**9], ids=["indexes made afterwards", "indexes kept"])
def test_counts_are_true_when_seeded(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MANY", many)
    said = seeded()
    assert "60 users" in said
    assert "600 tweets" in said
    assert Like.objects.exists()
    written = counters()
    recount()
    assert counters() == written


def test_schema_is_whole_when_indexes_were_made_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MANY", 1)
    seeded()
    before = schema()
    seeded(append=True, seed=6, users=20, tweets=100)
    assert schema() == before


def test_nobody_can_log_in_when_no_password_is_given(client: Client) -> None:
    seeded()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert not EmailAddress.objects.exists()


def test_everybody_can_log_in_when_a_password_is_given(client: Client) -> None:
    seeded(password="correct horse")
    user = User.objects.reachable().first()
    client.post("/accounts/login/", {"login": user.username, "password": "correct horse"})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_seed_refuses_when_somebody_is_there() -> None:
    seeded(tweets=50)
    with pytest.raises(CommandError, match="--append"):
        seeded()


def test_rows_are_added_when_appended() -> None:
    seeded()
    seeded(append=True)
    assert User.objects.count() == 120
    assert Tweet.objects.count() == 1200


def test_nothing_is_written_when_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "analyze", interrupt)
    with pytest.raises(CommandError, match="Interrupted") as error:
        seeded()
    assert error.value.returncode == 130
    assert run.is_empty()


@pytest.mark.parametrize(
    "wrong", [["--users", "x"], ["--users", "1"], ["--until", "tomorrow"], ["--tweets", "-5"]]
)
def test_seed_says_why_when_an_option_is_wrong(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("seed", *wrong, stderr=StringIO())


def test_well_known_people_have_news_when_seeded() -> None:
    seeded()
    assert Notification.objects.exists()
    assert not Notification.objects.exclude(message__gt="").exists()


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "var"
    return settings.DATA_DIR


def demo(*options: str) -> str:
    out = StringIO()
    call_command("demo", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_demo_is_worth_a_look_when_loaded(data_dir: Path, client: Client) -> None:
    said = demo()
    file = data_dir / "demo-logins.txt"
    assert said == file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for name in ("alice", "bob", "keeper"):
        password = next(line.split()[1] for line in said.splitlines() if line.split()[0] == name)
        client.logout()
        client.post("/accounts/login/", {"login": name, "password": password})
        assert client.session["_auth_user_id"]
    assert client.get("/admin/").status_code == 200
    alice = User.objects.get(username="alice")
    unread = set(Notification.objects.filter(user=alice, is_read=False).values_list("type", flat=True))
    assert {"like", "reply", "retweet", "mention", "follow"} <= unread
    assert alice.following_count >= 30
    pictures = Media.objects.filter(tweet_link__isnull=False, state=Media.State.READY)
    assert pictures.count() == len(PICTURES)
    assert all(picture.alt_text for picture in pictures)
    assert [row.text for row in inbox_page(alice.pk, Cursor()).items] == [TALK[-2][2]]
    assert [row.text for row in requests_page(alice.pk, Cursor()).items] == [TALK[-1][2]]
    assert User.objects.get(username="keeper").is_superuser
    assert "Keeps this place running" in client.get("/keeper/").text
    written = counters()
    recount()
    assert counters() == written


def test_demo_does_nothing_when_it_is_loaded(data_dir: Path) -> None:
    said, people = demo(), User.objects.count()
    assert "already" in demo()
    assert User.objects.count() == people
    assert demo("--logins") == said


def test_demo_refuses_when_somebody_is_there(data_dir: Path, alice: User) -> None:
    with pytest.raises(CommandError, match="empty database"):
        demo()
    with pytest.raises(CommandError, match="No demo"):
        demo("--logins")
    assert not data_dir.exists()


@pytest.mark.unit
def test_scenes_fit_together() -> None:
    said = list(scenes())
    cast = {character.username for character in CHARACTERS}
    keys = {say.key: say for say in said if say.key}
    assert len(said) > 60
    for say in said:
        assert {say.who, *say.retweeted_by} <= cast
        assert all(keys[name].ago > say.ago for name in (say.to, say.quotes) if name)


def test_blocked_and_muted_people_do_not_speak_to_alice_when_the_demo_is_loaded(data_dir: Path) -> None:
    demo()
    alice = User.objects.get(username="alice")
    apart = User.objects.filter(username__in=["loud_larry"])
    assert not Like.objects.filter(tweet__author=alice, user__in=apart).exists()
    assert not Follow.objects.filter(follower__in=apart, following=alice).exists()
