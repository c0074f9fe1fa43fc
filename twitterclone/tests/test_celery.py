"""How workers look for a broker that is away."""

import pytest

from twitterclone.celery import app

pytestmark = pytest.mark.unit


class Enough(BaseException):
    pass


def test_broker_is_looked_for_every_two_seconds_for_ever() -> None:
    pauses: list[float] = []

    def note(_error: Exception, pause: float) -> None:
        pauses.append(pause)
        if len(pauses) == 3:
            raise Enough

    connection = app.amqp.Connection("redis://127.0.0.1:1/0")
    with pytest.raises(Enough):
        connection.ensure_connection(note, app.conf.broker_connection_max_retries)
    assert pauses == pytest.approx([0.2, 0.6, 1.0])
    assert app.conf.broker_connection_max_retries is None
    assert type(app.connection_for_read()) is app.amqp.Connection
