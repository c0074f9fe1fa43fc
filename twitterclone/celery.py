"""The Celery application. Queues: outbox (the sweep), fanout, fanout-big (crowds), default, mail."""

import os
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from kombu import Connection
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.dev")


class EagerConnection(Connection):
    """Kombu's pauses between tries grow to half a minute: for so long a broker that is back would be idle."""

    def ensure_connection(self, *args: Any, **options: Any) -> Any:
        pauses = {"interval_start": 0.2, "interval_step": 0.4, "interval_max": 2}
        return super().ensure_connection(*args, **(pauses | options))


class Amqp(AMQP):
    Connection = EagerConnection


app = Celery("twitterclone", amqp=Amqp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# When the broker goes away, kombu 5.7 puts unacknowledged messages back over the connection it has just
# closed, fails, and the worker ends. Ours need not be put back: they wake for rows, which stay.
Channel.do_restore = False
