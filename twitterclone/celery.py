"""The Celery application. Queues: outbox (the sweep), fanout, fanout-big (crowds), default, mail."""

import os

from celery import Celery
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.dev")

app = Celery("twitterclone")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# When the broker goes away, kombu 5.7 puts unacknowledged messages back over the connection it has just
# closed, fails, and the worker ends. Ours need not be put back: they wake for rows, which stay.
Channel.do_restore = False
