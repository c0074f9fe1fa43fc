"""Building a cold timeline from SQL without losing what happens meanwhile."""

from collections.abc import Sequence

from django.conf import settings

from tweets.queries.timelines import timeline_ids
from tweets.timelines import store
from twitterclone.lib.ids import ms_of
from twitterclone.lib.pagination import Cursor


def fill(viewer_id: int) -> bool:
    """Builds the viewer's timeline if it is cold and nobody else does; True when it is ready now.

    Pushes land from the beginning, before SQL is read; whatever takes entries away calls the build off.
    """
    token = store.begin(viewer_id)
    if token is None:
        return False
    try:
        # one more than fits tells whether, and from where down, older ones are left to PostgreSQL
        ids = timeline_ids(viewer_id, Cursor(limit=settings.TIMELINE_MAX + 1))
    except BaseException:
        store.abandon(viewer_id, token)
        raise
    floor = ms_of(ids[-1]) if len(ids) > settings.TIMELINE_MAX else 0
    return store.finish(viewer_id, token, ids[: settings.TIMELINE_MAX], floor)


def forget(user_ids: Sequence[int]) -> None:
    """Makes the timelines of these people cold, after a change of whom they follow."""
    store.drop(user_ids)


def forget_all() -> None:
    """Makes every timeline cold, after Redis lost more than its last writes."""
    store.drop_all()
