"""Hints to open pages, after the commit."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction

from twitterclone.lib.realtime import tell_users


def hint(user_ids: Iterable[int], kind: str, conversation_id: int, **more: Any) -> None:
    """Tells these people's pages that something of the conversation changed: they fetch what."""
    event = {"type": kind, "conversation": str(conversation_id), **more}
    transaction.on_commit(partial(tell_users, list(user_ids), event), robust=True)
