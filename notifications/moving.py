"""Rows of notifications move between partitions when they are read; what meets one on its way tries again."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction
from psycopg.errors import SerializationFailure

T = TypeVar("T")


def retry_once(function: Callable[[], T]) -> T:
    """Runs it in a savepoint, and once more if a row it waited for was moved by somebody else meanwhile.

    PostgreSQL refuses to follow such a row ("already moved to another partition"); the second try
    sees it where it is now.
    """
    try:
        with transaction.atomic():
            return function()
    except OperationalError as error:
        if not isinstance(error.__cause__, SerializationFailure):
            raise
    with transaction.atomic():
        return function()
