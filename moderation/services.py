"""Telling moderators, and what moderators decide. What they do stands in the admin's log, with its reason."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import suspend_user
from messaging.models import Message
from moderation.models import Report
from tweets.models import Tweet
from tweets.services.moderation import hide_tweet
from twitterclone.lib import limits, outbox
from twitterclone.lib.errors import DomainError, Forbidden
from twitterclone.lib.text import normalise

NOTE_LENGTH = 1000


class CannotReportOneself(DomainError):
    code = "cannot_report_oneself"
    message = _("You cannot report yourself. If something is wrong with your tweet, delete it.")


class UnknownReason(DomainError):
    code = "reason"
    message = _("Choose what is wrong.")


class NoteTooLong(DomainError):
    code = "note"
    message = _("The note is longer than 1,000 characters. Shorten it a little.")


class NotesTooLong(DomainError):
    code = "note"
    message = _("Your notes together are longer than 1,000 characters. Shorten this one a little.")


class AlreadyHandled(DomainError):
    code = "already_handled"
    message = _("Somebody else has decided this report already.")


class NothingToHide(DomainError):
    code = "nothing_to_hide"
    message = _("This report is about an account, not about a tweet.")


def report(
    *,
    reporter: User,
    reason: str,
    note: str = "",
    user: User | None = None,
    tweet: Tweet | None = None,
    message: Message | None = None,
) -> Report:
    """Tells the moderators of a tweet, a message (its words are kept) or an account; one open report of each.

    Told twice is told once: the report that is open already is returned, and a further note added to it.
    The caller has made sure that the reporter sees the target. Refuses oneself, an unknown reason, a long
    note, and too many.
    """
    target = tweet.author if tweet else message.sender if message else user
    if target is None or target.pk == reporter.pk:
        raise CannotReportOneself
    if reason not in Report.Reason.values:
        raise UnknownReason
    comment = normalise(note).strip()
    if len(comment) > NOTE_LENGTH:
        raise NoteTooLong
    about: dict[str, Any] = {"reporter": reporter, "user": target, "tweet": tweet}
    about["message_id"] = message.pk if message else None
    if found := _open_report(about):
        return _noted(found, comment)
    limits.check("report", reporter.pk)
    said = {"reason": reason, "comment": comment, "message_text": message.message if message else ""}
    try:
        with transaction.atomic():
            return Report.objects.create(**about, **said)
    except IntegrityError:  # the second of two presses at once
        found = _open_report(about)
        return _noted(found, comment) if found else Report.objects.create(**about, **said)


@transaction.atomic
def resolve_report(*, actor: User, report: Report) -> Report:
    """Closes the report as justified; AlreadyHandled when it is closed."""
    return _close(actor, report, Report.State.RESOLVED)


@transaction.atomic
def reject_report(*, actor: User, report: Report) -> Report:
    """Closes the report as groundless; AlreadyHandled when it is closed."""
    return _close(actor, report, Report.State.REJECTED)


@transaction.atomic
def hide_reported_tweet(*, actor: User, report: Report, reason: str = "") -> Report:
    """Hides the tweet, tells its author why, and closes every open report about it."""
    if report.tweet_id is None:
        raise NothingToHide
    tweet = Tweet.objects.defer("search").get(pk=report.tweet_id)
    closed = _close(actor, report, Report.State.RESOLVED)
    hide_tweet(actor=actor, tweet=tweet, reason=reason)
    _close_all(actor, Report.objects.filter(tweet_id=tweet.pk))
    return closed


@transaction.atomic
def suspend_reported_user(*, actor: User, report: Report, reason: str = "") -> Report:
    """Suspends the account, which ends its sessions, and closes every open report about it."""
    closed = _close(actor, report, Report.State.RESOLVED)
    suspend_user(actor=actor, user=report.user, reason=reason)
    _close_all(actor, Report.objects.filter(user_id=report.user_id))
    return closed


@transaction.atomic
def hide_and_suspend(*, actor: User, report: Report, reason: str = "") -> Report:
    """Hides the tweet and suspends its author, and closes every open report about either; both or neither."""
    closed = hide_reported_tweet(actor=actor, report=report, reason=reason)
    suspend_user(actor=actor, user=report.user, reason=reason)
    _close_all(actor, Report.objects.filter(user_id=report.user_id))
    return closed


def _open_report(about: dict[str, Any]) -> Report | None:
    return Report.objects.filter(state=Report.State.OPEN, **about).first()


@transaction.atomic
def _noted(report: Report, comment: str) -> Report:
    """The report with a further note below what it says; sent again, nothing is said twice."""
    row = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not comment or comment in row.comment:
        return row
    together = f"{row.comment}\n\n{comment}".strip()
    if len(together) > NOTE_LENGTH:
        raise NotesTooLong
    row.comment = together
    row.save(update_fields=["comment"])
    return row


def _close(actor: User, report: Report, state: str) -> Report:
    if not actor.is_staff:
        raise Forbidden
    row = Report.objects.select_for_update(of=("self",)).select_related("user").get(pk=report.pk)
    if row.state != Report.State.OPEN:
        raise AlreadyHandled
    row.state, row.handled_by, row.handled_at = state, actor, timezone.now()
    row.save(update_fields=["state", "handled_by", "handled_at"])
    outbox.emit("report.decided", report_id=row.pk)
    return row


def _close_all(actor: User, reports: QuerySet[Report]) -> None:
    closed = {"state": Report.State.RESOLVED, "handled_by": actor, "handled_at": timezone.now()}
    rows = reports.filter(state=Report.State.OPEN).select_for_update(of=("self",)).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    Report.objects.filter(pk__in=ids).update(**closed)
    outbox.emit_all("report.decided", [{"report_id": pk} for pk in ids])
