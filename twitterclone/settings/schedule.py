"""What beat asks the workers to do, and how often."""

from datetime import timedelta

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {
        "task": "twitterclone.tasks.sweep_outbox",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 5},
    },
    "roll-up-counters": {
        "task": "tweets.tasks.roll_up_counters",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 5},
    },
    "keep-partitions-ahead": {
        "task": "tweets.tasks.keep_partitions_ahead",
        "schedule": timedelta(hours=6),
    },
    "close-polls": {
        "task": "tweets.tasks.close_polls",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "forget-idempotency-keys": {
        "task": "tweets.tasks.forget_idempotency_keys",
        "schedule": timedelta(hours=1),
    },
    "refresh-pasts": {
        "task": "tweets.tasks.refresh_pasts",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 240},
    },
    "find-trends": {
        "task": "tweets.tasks.find_trends",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 240},
    },
    "find-suggestions": {
        "task": "social.tasks.find_suggestions",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 600},
    },
    "find-similar": {
        "task": "tweets.tasks.find_similar",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 600},
    },
    "alert-searches": {
        "task": "notifications.tasks.alert_searches",
        "schedule": timedelta(minutes=2),
        "options": {"expires": 100},
    },
    "process-waiting-media": {
        "task": "media.tasks.process_waiting_media",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "make-waiting-exports": {
        "task": "accounts.tasks.make_waiting_exports",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "sweep-exports": {"task": "accounts.tasks.sweep_exports", "schedule": timedelta(hours=1)},
    "erase-accounts": {"task": "accounts.tasks.erase_accounts", "schedule": timedelta(minutes=10)},
    "sweep-media": {"task": "media.tasks.sweep_media", "schedule": timedelta(hours=1)},
    "forget-spent-codes": {
        "task": "integrations.tasks.forget_spent_codes",
        "schedule": timedelta(hours=1),
    },
    "explain-hot-queries": {
        "task": "twitterclone.tasks.explain_hot_queries",
        "schedule": crontab(hour=3, minute=30),
    },
    "reconcile-counters": {
        "task": "twitterclone.tasks.reconcile_counters",
        "schedule": crontab(hour=4, minute=10),
    },
    "sample-figures": {
        "task": "twitterclone.tasks.sample_figures",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "tidy-outbox": {"task": "twitterclone.tasks.tidy_outbox", "schedule": timedelta(minutes=10)},
}
