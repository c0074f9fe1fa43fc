"""Building a cold timeline from SQL without losing what happens meanwhile."""

from collections.abc import Sequence

from django.conf import settings

from tweets.queries.timelines import timeline_ids, timelines_of
from tweets.timelines import store
from twitterclone.lib.ids import ms_of
from twitterclone.lib.pagination import Cursor
from twitterclone.lib.replicas import on_primary


@on_primary()  # a replica may lack what was pushed before this began
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
    return store.finish(viewer_id, token, *_kept(ids))


def fill_all(viewer_ids: Sequence[int]) -> tuple[int, int]:
    """Builds those of the timelines that are cold, together; how many, and how many entries they have."""
    token, begun = store.begin_all(viewer_ids)
    try:
        found = timelines_of(begun, settings.TIMELINE_MAX + 1)
    except BaseException:
        for viewer_id in begun:
            store.abandon(viewer_id, token)
        raise
    builds = {viewer_id: _kept(ids) for viewer_id, ids in found.items()}
    return store.finish_all(token, builds), sum(len(ids) for ids, _ in builds.values())


def _kept(ids: list[int]) -> tuple[list[int], int]:
    """As many as are kept, and the floor: the ms of the one too many, if there is one."""
    most = settings.TIMELINE_MAX
    return ids[:most], ms_of(ids[most]) if len(ids) > most else 0


def forget(user_ids: Sequence[int]) -> None:
    """Makes the timelines of these people cold, after a change of whom they follow."""
    store.drop(user_ids)


def forget_all() -> None:
    """Makes every timeline cold, after Redis lost more than its last writes."""
    store.drop_all()
