"""Files that are gone, backups nobody else may read, and a whole site on another machine."""

import hashlib
import http.cookiejar
import re
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from ops.backup import sealing
from ops.crew import QUEUES
from ops.drill.cases.undoing import living
from ops.drill.home import Home
from ops.drill.load import Client, Load
from ops.drill.registry import Outcome, drill
from ops.drill.stage import Stage

PASSWORD = "a long password for one drill"  # of nobody outside it
SET_PASSWORD = f"""
from accounts.models import User
user = User.objects.order_by("pk").first()
user.set_password("{PASSWORD}")
user.save()
print(user.username)
"""
AGE = b"age-encryption.org/v1"


@drill("media-loss", "the folders of media are gone: every file is back, with the same content")
def media_loss(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage)
    before = upload(stage, home, 3 if stage.tiny else 40)
    home.backup("media", "--verify")
    for name in ("media", "uploads"):
        shutil.rmtree(home.data / name)
    begun = time.monotonic()
    assert "media" in _unwhole(home, "--only", "media")
    home.restore("--media")
    seconds = time.monotonic() - begun
    outcome = load.outcome(home.postgres.url, seconds=seconds, note="seconds until every file was back")
    outcome.acknowledged += len(before)
    outcome.lost += _lost_files(home, before)
    outcome.figures |= {"files": len(before)}
    home.verify()
    outcome.passed = bool(before) and not outcome.lost and not outcome.doubled
    yield outcome


@drill("backup-encrypted", "all backups sealed: nobody reads them without the key, and with it all is back")
def backup_encrypted(stage: Stage) -> Iterator[Outcome]:
    key = stage.folder / "backup.key"
    sealing.new_key(key)
    home, load = living(stage, BACKUP_KEY=str(key))
    upload(stage, home, 2)
    before = home.tables()
    for kind in ("diff", "dump", "media", "redis"):
        home.backup(kind)
    home.backup("verify")
    readable = [path.name for path in home.folder.rglob("*") if path.is_file() and not _is_sealed(path)]
    home.crash()
    home.lose_database()
    begun = time.monotonic()
    home.env["BACKUP_KEY"] = str(_public(key))
    refusal = home.refused("restore", "--latest")
    home.env["BACKUP_KEY"] = str(key)
    home.restore("--latest")
    home.up()
    outcome = load.outcome(
        home.postgres.url,
        seconds=time.monotonic() - begun,
        note="seconds from the kill to the servers being back",
    )
    same = {name: rows for name, rows in home.tables().items() if before.get(name) != rows}
    outcome.figures |= {"unsealed files": ", ".join(readable) or "none", "tables that differ": len(same)}
    home.verify()
    outcome.passed = not (readable or outcome.lost or outcome.doubled) and "sealed" in refusal
    yield outcome


@drill("whole-site-elsewhere", "the machine is gone: from backups and secrets to a site at another address")
def whole_site_elsewhere(stage: Stage) -> Iterator[Outcome]:
    home, load = living(stage, BACKUP_SYNC="on")
    name = home.site.run("manage.py", "shell", "-v", "0", "-c", SET_PASSWORD).split()[-1]
    files = upload(stage, home, 3 if stage.tiny else 20)
    home.backup("media")
    more = Load([home.site.members["web"].url], load.authors, stage.logs / "late.txt", posts=20)
    with more:
        time.sleep(1 if stage.tiny else 5)
    home.crash()
    begun = time.monotonic()
    stage.say("the machine is gone")
    home.folder.rename(stage.folder / "elsewhere-backups")
    there = Home(stage, "elsewhere", BACKUP_SYNC="on")
    shutil.copytree(home.layout.secrets, there.layout.secrets, dirs_exist_ok=True)
    shutil.rmtree(home.data)
    there.restore("--latest")
    there.up()
    there.restore("--media")
    web = there.site.web()
    seconds = time.monotonic() - begun
    status, body = Client([web.url]).send(
        "POST", "/api/v1/statuses", load.authors[0], key="there", status="drill there"
    )
    there.settle()
    there.verify()
    outcome = load.outcome(
        there.postgres.url, seconds=seconds, note="seconds from nothing to a site that answers"
    )
    late = more.compare(there.postgres.url)
    outcome.acknowledged += len(more.acknowledged) + len(files)
    outcome.lost += len(late.lost) + _lost_files(there, files)
    logged_in = log_in(web.url, name)
    outcome.figures |= {"log-in": "works" if logged_in else "fails", "post": status, "files": len(files)}
    outcome.passed = not (outcome.lost or outcome.doubled) and logged_in and status == 200 and bool(body)
    yield outcome


def upload(stage: Stage, home: Home, count: int) -> dict[str, str]:
    """Uploads pictures and has them prepared; the digests of all files by name."""
    home.site.run("-m", "ops.drill.pictures", str(count))
    worker, beat = home.site.worker(queues=f"{QUEUES},media"), home.site.beat()
    query = "SELECT count(*) FILTER (WHERE state <> 'ready') FROM media"
    stage.wait(lambda: home.site.sql(query) == [(0,)], "pictures wait", patience=240, pause=0.5)
    for member in (beat, worker):
        member.stop()
        del home.site.members[member.log.stem]
    home.settle()
    return _digests(home)


def log_in(url: str, name: str) -> bool:
    """Whether somebody can log in by the form, and then sees a page for people who are logged in."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    page = browser.open(f"{url}/accounts/login/", timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
    browser.open(f"{url}/accounts/login/", urllib.parse.urlencode(fields).encode(), timeout=20)
    return "/accounts/login" not in browser.open(f"{url}/settings/", timeout=20).geturl()


def _digests(home: Home) -> dict[str, str]:
    return {
        str(path.relative_to(home.data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("media", "uploads")
        for path in sorted((home.data / folder).rglob("*"))
        if path.is_file()
    }


def _lost_files(home: Home, before: dict[str, str]) -> int:
    here = _digests(home)
    return sum(here.get(name) != digest for name, digest in before.items())


def _unwhole(home: Home, *words: str) -> str:
    try:
        home.verify(*words)
    except RuntimeError as error:
        return str(error)
    return ""


def _is_sealed(path: Path) -> bool:
    """Sealed, or one of the files that say nothing of people: names, sizes, checksums."""
    if (
        path.name in ("record.json", "backup_manifest", "tables.json", "files.json.gz")
        or path.suffix == ".sum"
    ):
        return True
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


def _public(key: Path) -> Path:
    """The half of a key that only seals."""
    path = key.with_suffix(".public")
    path.write_text(key.read_text().splitlines()[0] + "\n")
    return path
