"""Mails that no flow of allauth sends. They are promised like every other: see accounts.tasks."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from twitterclone.lib import outbox


@transaction.atomic
def send_notice(user: User, name: str, **context: Any) -> None:
    """Promises the mail `account/email/<name>` in the user's language."""
    facts = {"user": user, "site": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    with translation.override(user.language):
        subject = render_to_string(f"account/email/{name}_subject.txt", facts)
        text = render_to_string(f"account/email/{name}_message.txt", facts)
        html = render_to_string(f"account/email/{name}_message.html", facts)
    line = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{' '.join(subject.split())}"
    outbox.emit("mail.requested", recipient=user.email, subject=line, text=text, html=html)
