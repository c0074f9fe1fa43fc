"""The mail queue."""

from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.core.mail import EmailMultiAlternatives


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
