"""The mail queue."""

from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.core.mail import EmailMultiAlternatives


@shared_task(
    ignore_result=True,
    autoretry_for=(OSError, SMTPException),
    retry_backoff=5,
    retry_backoff_max=3600,
    max_retries=12,
)
def send_mail(*, recipient: str, subject: str, text: str, html: str = "", **_: Any) -> None:
    """Hands one mail to the mail server; tries for half a day when the server does not take it."""
    message = EmailMultiAlternatives(subject, text, to=[recipient])
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
