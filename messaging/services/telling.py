"""Hints to open pages, after the commit."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from twitterclone.lib.realtime import tell_users


def hint(user_ids: Iterable[int], kind: str, conversation_id: int, **more: Any) -> None:
    """Tells these people's pages that something of the conversation changed: they fetch what."""
    event = {"type": kind, "conversation": str(conversation_id), **more}
    people = list(user_ids)
    transaction.on_commit(lambda: tell_users(people, event), robust=True)
