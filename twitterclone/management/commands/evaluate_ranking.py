"""`manage.py evaluate_ranking`: does For you find what people like better than the plain orders?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twitterclone.evaluation.run import OURS, Outcome, Trial, evaluate
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.run import is_empty

GOAL, TENFOLD = 0.10, 9.0


class Command(BaseCommand):
    help = (
        "Makes a seeded world for each seed, takes the last days' likes away, lets For you rank for people "
        "who read in these days, and says how much better it finds what they like (nDCG@20) than newest "
        "first and most engaged first. Needs an empty database and leaves it empty. Exits with 1 below +10 %."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, default=3, help="how many worlds (3)")
        parser.add_argument("--first", type=int, default=1, help="the first seed (1)")
        parser.add_argument("--users", type=int, default=Trial.users, help="people in a world (600)")
        parser.add_argument("--tweets", type=int, default=Trial.tweets, help="tweets in a world (24000)")
        parser.add_argument("--readers", type=int, default=Trial.readers, help="readers at a moment (100)")

    def handle(self, *args: Any, seeds: int, first: int, **options: Any) -> None:
        if not is_empty():
            raise CommandError("There are users or tweets already: evaluate in a database of its own.")
        trial = Trial(**{name: options[name] for name in ("users", "tweets", "readers")})
        progress, missed = Progress(self.stderr), []
        try:
            for number in range(first, first + seeds):
                outcome = evaluate(number, trial, progress)
                self._tell(outcome)
                if outcome.least_lift() < GOAL:
                    missed.append(str(number))
        except KeyboardInterrupt:
            raise CommandError("Interrupted; nothing was left behind.", returncode=130) from None
        if missed:
            raise CommandError(f"Less than {GOAL:.0%} above a plain order with seed {', '.join(missed)}.")

    def _tell(self, outcome: Outcome) -> None:
        head = f"seed {outcome.seed}, {outcome.readings} readings"
        self.stdout.write(f"{head:<26} {'nDCG@20':>12}   for you is above it by")
        for name, mean in outcome.means().items():
            above = "" if name == OURS else _said(*outcome.lift_over(name))
            self.stdout.write(f"  {name:<24} {mean:>12.4f}   {above}".rstrip())


def _said(lift: float, low: float, high: float) -> str:
    """A lift with its bounds; of an order that finds next to nothing, per cents say nothing."""
    return f"{lift:+.1%} ({low:+.1%} to {high:+.1%})" if high < TENFOLD else "more than tenfold"
