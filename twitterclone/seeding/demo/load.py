"""Loads the demo once, and keeps its logins in a file that only its owner may read."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import User
from tweets.trends.rising import refresh_trends
from twitterclone.seeding.demo.cast import LOGINS
from twitterclone.seeding.demo.stage import Stage, create_cast, new_passwords
from twitterclone.seeding.ids import free_node
from twitterclone.seeding.notices import tell_history
from twitterclone.seeding.plan import Size
from twitterclone.seeding.progress import Progress
from twitterclone.seeding.recount import recount
from twitterclone.seeding.run import seed

SIZE = {"users": 120, "tweets": 2500, "seed": 12, "recent": 0.16, "told": 0}
UNREAD = timedelta(hours=4)
TOLD = timedelta(days=21)
ROLES = {
    "alice": "writes, draws, and has news",
    "bob": "follows alice",
    "keeper": "has the keys to {url}/admin/",
}


def logins_path() -> Path:
    return Path(settings.DATA_DIR) / "demo-logins.txt"


def is_loaded() -> bool:
    """Whether this database holds the demo whose logins are in the file."""
    if not logins_path().exists():
        return False
    # the names of this very demo: other versions called its people otherwise
    names = [line.split()[0] for line in logins_path().read_text().splitlines()[1:] if line.strip()]
    return bool(names) and User.objects.filter(username__in=names).count() == len(names)


@transaction.atomic
def load_demo(progress: Progress) -> str:
    """The characters, a small world round them, their evening, and the news of it; returns the logins."""
    now = datetime.now(UTC)
    passwords = new_passwords()
    node = free_node()
    cast = create_cast(passwords, node, now)
    world = seed(Size(until=now, **SIZE), progress)  # type: ignore[arg-type]
    extras = [person.id for person in world.plan.well_known()]
    Stage(world.plan.rng, cast, extras, node, now).play()
    recount()
    refresh_trends(now)
    people = [cast[name].pk for name in LOGINS]
    tell_history(people, since=now - TOLD, read_until=now - UNREAD)
    table = _table(passwords)
    _write_private(logins_path(), table)
    return table


def _table(passwords: Mapping[str, str]) -> str:
    rows = [
        f"  {name:<7} {password}   {ROLES[name].format(url=settings.SITE_URL)}"
        for name, password in passwords.items()
    ]
    return "\n".join(["Demo logins", *rows, ""])


def _write_private(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
