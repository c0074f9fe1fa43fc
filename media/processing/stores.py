"""Where raw uploads wait. They are what somebody sent, unread: nothing ever serves them."""

from django.core.files.storage import Storage, storages


def uploads() -> Storage:
    """The private store, shared by the web processes and the workers of queue `media`."""
    return storages["uploads"]
