"""The Celery application. Queues: outbox (the sweep), fanout, default, mail."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twitterclone.settings.dev")

app = Celery("twitterclone")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
