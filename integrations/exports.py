"""Programs one let in: in an export by name; their tokens end before anything else is erased."""

from collections.abc import Iterator

from accounts.models import User
from integrations.queries import connections_of
from integrations.services import disconnect_all
from twitterclone.lib.belongings import Row, erased, exported


@exported("applications")
def application_rows(user_id: int) -> Iterator[Row]:
    for one in connections_of(user_id):
        yield {"name": one.name, "website": one.website, "since": one.since, "scopes": list(one.scopes)}


@erased("applications")
def erase_tokens(user_id: int) -> int:
    return disconnect_all(user=User.objects.get(pk=user_id))
