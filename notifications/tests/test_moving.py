"""Once more for a row that was on its way, and only for that."""

import pytest
from django.db import OperationalError
from psycopg.errors import LockNotAvailable, SerializationFailure

from notifications.moving import retry_once

pytestmark = pytest.mark.django_db


def failing(cause: Exception, times: int):
    left = [times]

    def function() -> str:
        if left[0]:
            left[0] -= 1
            raise OperationalError from cause
        return "done"

    return function


def test_second_try_is_made_when_the_row_was_moved() -> None:
    assert retry_once(failing(SerializationFailure(), 1)) == "done"


@pytest.mark.parametrize(("cause", "times"), [(SerializationFailure(), 2), (LockNotAvailable(), 1)])
def test_error_is_raised_when_it_comes_twice_or_is_another(cause: Exception, times: int) -> None:
    with pytest.raises(OperationalError):
        retry_once(failing(cause, times))
