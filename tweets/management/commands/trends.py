"""`manage.py trends [--recount | --why TERM | --veto TERM | --lift TERM]`: what rises, and what may not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries import user_by_username
from tweets.models import Trend, TrendVeto
from tweets.queries.trends import with_vetoes
from tweets.services.trends import lift_veto, veto_trend
from tweets.trends.rising import LEAST_RISE, LEAST_SCORE, Rise, figures_of, refresh_trends
from tweets.trends.terms import Term, term_named
from twitterclone.lib.admin_actions import log_deed
from twitterclone.lib.errors import DomainError, NotVisible


class Command(BaseCommand):
    help = (
        "Prints what rises, by language (`all` is every language together), with its figures. A TERM is a "
        "'#hashtag', a link, a word or two. A veto keeps a term out in all languages, whether it "
        "rises now or not; it stands in the admin's log like one that was made there."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--recount", action="store_true", help="find anew first, as each five minutes")
        what.add_argument("--why", metavar="TERM", help="say why a term rises or does not")
        what.add_argument("--veto", metavar="TERM", help="keep a term out; needs --reason and --by")
        what.add_argument("--lift", metavar="TERM", help="let a term rise again; needs --by")
        parser.add_argument("--language", metavar="CODE", help="only this one; `all` for every one together")
        parser.add_argument("--reason", default="", help="for the moderators after you")
        parser.add_argument("--by", default="", metavar="NAME", help="who does it: somebody of the staff")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["veto"] is not None:
                self._veto(_term(options["veto"]), options["reason"], _actor(options["by"]))
            elif options["lift"] is not None:
                self._lift(_term(options["lift"])[0], _actor(options["by"]))
            elif options["why"] is not None:
                self._why(_term(options["why"])[0], options["language"])
            else:
                self._list(options["language"], is_recounted=options["recount"])
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _list(self, language: str | None, *, is_recounted: bool) -> None:
        if is_recounted:
            refresh_trends(timezone.now())
        found = with_vetoes(Trend.objects.order_by("language", "-score", "id"))
        if language is not None:
            found = found.filter(language=_code(language))
        for trend in found:
            aside = "" if trend.is_mixed else "  among links alone"
            out = "  kept out" if trend.is_vetoed else aside
            self.stdout.write(
                f"{trend.language or 'all':5} {trend.kind:8} {trend.name}  {trend.people} people, "
                f"{trend.expected:.1f} usual, {trend.tweets} tweets, score {trend.score:.1f}{out}"
            )
        if not found:
            self.stdout.write("Nothing rises.")

    def _why(self, term: Term, language: str | None) -> None:
        language = _code(language or "")
        rise = figures_of(term, timezone.now(), language)
        if rise is None:
            self.stdout.write(f"{_said(term)}: no public tweet of the last hours has it.")
            return
        self.stdout.write(
            f"{_said(term)}: {len(rise.use.people)} people in {rise.use.tweets} tweets, "
            f"{rise.people} of them count, {rise.expected:.1f} usual, score {rise.score:.1f}"
        )
        self.stdout.write(_verdict(rise, language))

    def _veto(self, named: tuple[Term, str], reason: str, actor: User) -> None:
        term, name = named
        trend = Trend(kind=term.kind, key=term.key, name=name)
        with transaction.atomic():
            if not veto_trend(actor=actor, trend=trend, reason=reason):
                raise CommandError(f"{_said(term)} is kept out already.")
            log_deed(actor.pk, _veto_of(term), f"Kept out: {reason.strip()}")
        self.stdout.write(f"{_said(term)} is kept out.")

    def _lift(self, term: Term, actor: User) -> None:
        veto = _veto_of(term)
        with transaction.atomic():
            lift_veto(actor=actor, veto=veto)
            log_deed(actor.pk, veto, "Let in again")
        self.stdout.write(f"{_said(term)} may rise again.")


def _verdict(rise: Rise, language: str) -> str:
    """The first thing that keeps it from being shown, or that it is."""
    same = {"kind": rise.term.kind, "key": rise.term.key}
    if TrendVeto.objects.filter(**same).exists():
        return "It is kept out by a veto."
    if Trend.objects.filter(**same, language=language).exists():
        return "It rises."
    if rise.people < rise.fewest:
        return f"Too few: {rise.fewest} people must use it who count."
    if rise.people < LEAST_RISE * rise.expected:
        return f"As usual: {LEAST_RISE:g} times as many people as usual must use it."
    if rise.score < LEAST_SCORE:
        return f"Chance may bring as many: the score must be {LEAST_SCORE} at least."
    return "Enough: but the same people use a clearer term, its past is short, or the next count finds it."


def _term(text: str) -> tuple[Term, str]:
    found = term_named(text)
    if found is None:
        raise CommandError(
            f"{text!r} is no term: write a '#hashtag', a link, a word of four letters, or two words."
        )
    return found


def _said(term: Term) -> str:
    return f"#{term.key}" if term.kind == "hashtag" else term.key


def _code(language: str) -> str:
    return "" if language == "all" else language


def _actor(name: str) -> User:
    if not name:
        raise CommandError("Say --by NAME: whose deed it is.")
    try:
        return user_by_username(name.removeprefix("@").lower())
    except NotVisible:
        raise CommandError(f"Nobody here is called {name}.") from None


def _veto_of(term: Term) -> TrendVeto:
    found = TrendVeto.objects.filter(kind=term.kind, key=term.key).first()
    if found is None:
        raise CommandError(f"{_said(term)} is not kept out.")
    return found
