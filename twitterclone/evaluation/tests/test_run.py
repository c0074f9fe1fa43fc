"""The evaluation itself: honest about time, better than the plain orders, and gone without a trace."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from social.models import Follow
from tweets.models import Affinity, Like, Tweet
from twitterclone.evaluation import run, worlds
from twitterclone.evaluation.run import Outcome, Trial, evaluate
from twitterclone.management.commands import evaluate_ranking
from twitterclone.seeding.plan import Size
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.recount import recount
from twitterclone.seeding.run import is_empty, seed
from twitterclone.tests.test_schema import query

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SMALL = Trial(users=200, tweets=8000, readers=60, back=(6, 18, 30, 42))


def figures() -> list[tuple]:
    return list(Tweet.objects.order_by("id").values_list("likes_count", "replies_count", "retweets_count"))


def test_world_has_no_future_when_it_goes_back() -> None:
    until = datetime(2026, 6, 1, 20, tzinfo=UTC)
    moment = until - timedelta(hours=20)
    seed(Size(users=80, tweets=800, seed=4, until=until, told=0).busy(days=3), Progress(StringIO()))
    later = set(Like.objects.filter(created_at__gte=moment).values_list("user", "tweet"))
    written = Tweet.objects.filter(created_at__gte=moment).count()
    known = worlds.likes_after(moment, moment - timedelta(days=7))
    assert written
    assert known
    for user_id, tweet_ids in known.items():
        assert {(user_id, tweet_id) for tweet_id in tweet_ids} <= later
    worlds.go_back_to(moment)
    for model in (Tweet, Like, Follow):
        assert model.objects.exists()
        assert not model.objects.filter(created_at__gte=moment).exists()
    assert not Tweet.objects.filter(deleted_at__gte=moment).exists()
    counted = figures()
    recount()
    assert figures() == counted
    assert sum(likes for likes, *_ in counted) == Like.objects.count()


def test_for_you_finds_more_of_what_people_like_than_plain_orders_do() -> None:
    outcome = evaluate(11, SMALL, Progress(StringIO()))
    assert outcome.readings > 40
    assert all(0 <= mean < 1 for mean in outcome.means().values())
    assert outcome.least_lift() > 0.1


def test_evaluation_leaves_nothing_behind() -> None:
    keys = query("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
    with transaction.atomic():
        evaluate(1, Trial(users=40, tweets=500, readers=3, back=(6,)), Progress(StringIO()))
    assert is_empty()
    assert not Affinity.objects.exists()
    assert query("SELECT count(*) FROM pg_constraint WHERE contype = 'f'") == keys


def command(monkeypatch: pytest.MonkeyPatch, ours: float, **options: int) -> str:
    """What the command prints when For you reaches so much, and the others 0.2 and 0.1."""
    scores = {run.OURS: [ours] * 5, "chronological": [0.2] * 5, "popularity": [0.1] * 5}
    monkeypatch.setattr(evaluate_ranking, "evaluate", lambda number, *_: Outcome(number, scores))
    out = StringIO()
    call_command("evaluate_ranking", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_command_says_how_much_better_for_you_is(monkeypatch: pytest.MonkeyPatch) -> None:
    said = command(monkeypatch, 0.3, seeds=2)
    assert said.count("5 readings") == 2
    assert "+50.0% (+50.0% to +50.0%)" in said
    assert "+200.0%" in said


def test_command_fails_when_one_plain_order_is_nearly_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="with seed 1, 2, 3"):
        command(monkeypatch, 0.21)


def test_command_refuses_where_people_are(alice: User) -> None:
    with pytest.raises(CommandError, match="database of its own"):
        call_command("evaluate_ranking", stdout=StringIO(), stderr=StringIO())


def test_command_stops_when_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate_ranking, "evaluate", interrupt)
    with pytest.raises(CommandError, match="nothing was left") as error:
        call_command("evaluate_ranking", stdout=StringIO(), stderr=StringIO())
    assert error.value.returncode == 130
