"""What follows from changes of users, log-ins and promised mails.

The signal of the model, and not a call in each service, because users are also changed by allauth, the
admin and commands, and a session that misses a suspension is a hole.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import NOBODY
from accounts.sessions import (
    FLAG_FACTS,
    TEXT_FACTS,
    close_record,
    end_sessions,
    open_record,
    refresh_sessions,
    viewer_from,
)
from accounts.tasks import queue_export, queue_mail
from twitterclone.lib import outbox
from twitterclone.lib.limits import client_address
from twitterclone.lib.sessions import HashStore

TOLD = {*TEXT_FACTS, *FLAG_FACTS, "privacy_settings", "password", "email"}
TOLD |= {"is_active", "suspended_at", "deactivated_at", "bio", "header", "location", "website"}


@receiver(post_save, sender=User, dispatch_uid="user saved")
def on_user_saved(instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Tells everybody who keeps a copy, unless nothing was changed that anybody keeps."""
    if created or (update_fields is not None and not TOLD & update_fields):
        return
    with transaction.atomic():
        outbox.emit("user.changed", user_id=instance.pk)
        transaction.on_commit(lambda: refresh_sessions(instance.pk), robust=True)


@receiver(post_delete, sender=User, dispatch_uid="user deleted")
def on_user_deleted(instance: User, **_: Any) -> None:
    identifier = instance.pk  # the instance loses it
    transaction.on_commit(lambda: end_sessions(identifier), robust=True)


@outbox.consumer("user.changed", name="sessions", volatile=True)
def on_user_changed(*, user_id: int, **_: Any) -> None:
    """Once more, for the case that Redis did not answer right after the commit."""
    refresh_sessions(user_id)


@outbox.consumer("mail.requested", name="mail")
def on_mail_requested(**mail: Any) -> None:
    queue_mail(**mail)


@outbox.consumer("export.requested", name="export")
def on_export_requested(*, export_id: int, **_: Any) -> None:
    queue_export(export_id)


@receiver(user_logged_in, dispatch_uid="session opened")
def on_user_logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Writes the log-in down, and gives session and request the facts of who is here now."""
    session = getattr(request, "session", None)
    if isinstance(session, HashStore):
        agent = request.META.get("HTTP_USER_AGENT", "")
        open_record(session, user, client_address(request), agent)
        request.viewer = viewer_from(session.facts)  # type: ignore[attr-defined]


@receiver(user_logged_out, dispatch_uid="session closed")
def on_user_logged_out(request: HttpRequest, **_: Any) -> None:
    session = getattr(request, "session", None)
    if isinstance(session, HashStore):
        session.warm()
        close_record(session.facts)
    request.viewer = NOBODY  # type: ignore[attr-defined]
