"""The mail queue, exports, and the end of accounts."""

from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.core.mail import EmailMultiAlternatives

from accounts import archives, housekeeping

ERASE_SECONDS = 300


@shared_task(
    ignore_result=True,
    autoretry_for=(OSError, SMTPException),
    retry_backoff=5,
    # below the broker's visibility_timeout: what waits longer is handed out twice
    retry_backoff_max=100,
    max_retries=430,
    # unlike a wake-up, a mail that was taken and not sent must come back
    acks_late=True,
    reject_on_worker_lost=True,
)
def send_mail(*, recipient: str, subject: str, text: str, html: str = "", **_: Any) -> None:
    """Hands one mail to the mail server; tries for half a day when the server does not take it."""
    message = EmailMultiAlternatives(subject, text, to=[recipient])
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def queue_mail(**mail: Any) -> None:
    """Passes a promised mail to the workers; raises when the broker does not take it.

    Called inside the transaction of the promise, not after its commit: the outbox keeps the promise until
    the broker has taken the mail, and the task reads nothing from the database.
    """
    send_mail.delay(**mail)


@shared_task(ignore_result=True)
def make_export(*, export_id: int, **_: Any) -> None:
    """Writes one person's data into a file."""
    archives.make_archive(export_id)


@shared_task(ignore_result=True)
def make_waiting_exports(**_: Any) -> None:
    """Each minute: exports whose wake-up was lost, or whose worker died."""
    for export_id in archives.waiting():
        archives.make_archive(export_id)


@shared_task(ignore_result=True)
def sweep_exports(**_: Any) -> None:
    """Each hour: files whose week is over."""
    archives.sweep_archives()


@shared_task(ignore_result=True)
def erase_accounts(**_: Any) -> None:
    """Every ten minutes: accounts whose grace is over, for some minutes at most; the next run goes on."""
    housekeeping.erase_due(seconds=ERASE_SECONDS)


def queue_export(export_id: int) -> None:
    """Wakes a worker for the export; `make_waiting_exports` finds it if that is lost."""
    make_export.delay(export_id=export_id)
