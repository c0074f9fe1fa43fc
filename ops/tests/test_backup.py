"""Backups: what is kept and told, sealed files, the archive's programs, and a small recovery for real."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops import accounts, processes, servers
from ops.backup import (
    archiving,
    asked,
    catalog,
    keys,
    media,
    pgbackrest,
    physical,
    recovery,
    redis_copy,
    restoring,
    retention,
    sealing,
    status,
    verifying,
)
from ops.backup.catalog import Backup, Draft, backups, chain, newest
from ops.backup.progress import Progress
from ops.backup.recovery import Adopted, Target
from ops.backup.replaying import Replay
from ops.backup.settings import Settings, read
from ops.bootstrap import site_packages
from ops.console import Refusal
from ops.paths import ROOT, Layout

NOW = datetime.now(UTC)
unit = pytest.mark.unit


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "backups"
    folder.mkdir()
    return Settings(folder=folder, state=tmp_path / "state")


def add(settings: Settings, kind: str, days: float, *, verified: bool = True, **facts: object) -> Backup:
    """A backup that was finished so many days ago."""
    at = (NOW - timedelta(days=days)).isoformat(timespec="milliseconds")
    path = settings.folder / kind / f"{kind}-{days}"
    path.mkdir(parents=True)
    wal = f"00000001000000{1000 - int(days * 10):010d}"
    made = Backup(path, kind, at, at, at if verified else "", facts={"first_wal": wal, **facts})
    made.save()
    return made


@unit
class TestKeys:
    def test_file_comes_back_when_sealed(self, tmp_path) -> None:
        sealing.new_key(tmp_path / "key")
        key, data = keys.read(tmp_path / "key"), os.urandom(100_000)
        writer = sealing.Writer(tmp_path / sealing.name_of("a.gz", key), key)
        writer.write(data)
        writer.close()
        assert writer.path.read_bytes().startswith(b"age-encryption.org")
        assert (writer.sha256, writer.bytes) == (
            sealing.digest_of(writer.path),
            writer.path.stat().st_size,
        )
        with sealing.opened(writer.path, key) as stream:
            assert stream.read() == data

    def test_file_is_refused_when_it_was_changed(self, tmp_path) -> None:
        sealing.new_key(tmp_path / "key")
        key = keys.read(tmp_path / "key")
        writer = sealing.Writer(tmp_path / "a.age", key, compress=False)
        writer.write(bytes(300_000))
        writer.close()
        spoilt = bytearray(writer.path.read_bytes())
        spoilt[200_000] ^= 1
        writer.path.write_bytes(spoilt)

        def read_all() -> None:
            with sealing.opened(writer.path, key, compressed=False) as stream:
                while stream.read(sealing.CHUNK):
                    pass

        with pytest.raises(Refusal, match="cannot be opened"):
            read_all()

    def test_broken_is_not_said_of_what_another_key_opens(self, settings, tmp_path) -> None:
        """Verified with a wrong key the record stays as it is; with the right one it heals by itself."""
        for name in ("key", "other"):
            sealing.new_key(tmp_path / name)
        mine = Settings(**vars(settings) | {"key": tmp_path / "key"})
        with Draft(mine, "redis") as draft:
            writer = sealing.Writer(draft.path / "dump.rdb.gz.age", keys.read(mine.key))
            writer.write(b"REDIS0011")
            writer.close()
            draft.add(writer.path.name, writer.sha256, writer.bytes)
        (tmp_path / "1").write_bytes(b"one")
        media.take(mine, {"media": tmp_path / "none", "uploads": tmp_path})
        other = Settings(**vars(settings) | {"key": tmp_path / "other"})
        for made in backups(mine):
            assert verifying.Verifier(Layout(tmp_path), other, None).verify(made) is False
        assert [one.ok for one in backups(mine)] == [True, True]
        with pytest.raises(sealing.WrongKey, match="another"):
            redis_copy.write_out(other, backups(mine, "redis")[0], tmp_path / "dump.rdb")
        for made in backups(mine):
            made.ok, made.why = False, "as an older version said of it"
            made.save()
            add(mine, made.kind, -1)  # a newer one
        chosen = verifying.worth(backups(mine), ("redis", "media"))
        assert len(chosen) == 4
        for made in chosen[:2]:
            assert verifying.Verifier(Layout(tmp_path), mine, None).verify(made)
        assert {one.ok for one in backups(mine)} == {True}

    def test_snapshot_is_for_its_owner_alone(self, settings, tmp_path) -> None:
        made = add(settings, "redis", 1)
        writer = sealing.Writer(made.path / "dump.rdb.gz", None)
        writer.write(b"REDIS0011")
        writer.close()
        made.files = {"dump.rdb.gz": writer.sha256}
        (tmp_path / "dump.rdb").write_bytes(b"of before, for everybody")
        redis_copy.write_out(settings, made, tmp_path / "dump.rdb")
        assert (tmp_path / "dump.rdb").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "dump.rdb").read_bytes() == b"REDIS0011"

    def test_key_seals_only_when_it_is_public(self, tmp_path) -> None:
        public = sealing.new_key(tmp_path / "key")
        (tmp_path / "public").write_text(f"{public}\n")
        key = keys.read(tmp_path / "public")
        assert (key.recipients, key.opens) == ((public,), False)
        writer = sealing.Writer(tmp_path / "a.age", key, compress=False)
        writer.write(b"secret")
        writer.close()
        with pytest.raises(Refusal, match="AGE-SECRET-KEY"), sealing.opened(writer.path, key):
            pass

    def test_key_is_never_overwritten(self, tmp_path) -> None:
        sealing.new_key(tmp_path / "key")
        with pytest.raises(Refusal, match="is there already"):
            sealing.new_key(tmp_path / "key")

    def test_file_is_no_key_when_it_says_something_else(self, tmp_path) -> None:
        (tmp_path / "key").write_text("password\n")
        with pytest.raises(Refusal, match="is no key"):
            keys.read(tmp_path / "key")


@unit
class TestArchive:
    def archive(self, settings: Settings, path: Path, *seal: str) -> subprocess.CompletedProcess:
        settings.wal.mkdir(exist_ok=True)
        program = ROOT / "ops/backup/archive-wal"
        argv = [program, settings.wal, settings.received, path, path.name, *seal]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    def fetch(self, settings: Settings, name: str, target: Path, *unseal: str, other: str = "") -> int:
        program = ROOT / "ops/backup/fetch-wal"
        argv = [program, settings.wal, settings.received, other, name, target, *unseal]
        return subprocess.run(argv, capture_output=True, check=False).returncode

    def test_segment_comes_back_when_archived(self, settings, tmp_path) -> None:
        segment = tmp_path / "000000010000000000000001"
        segment.write_bytes(os.urandom(1000))
        assert self.archive(settings, segment).returncode == 0
        assert self.archive(settings, segment).returncode == 0  # again, after a crash
        assert self.fetch(settings, segment.name, tmp_path / "back") == 0
        assert (tmp_path / "back").read_bytes() == segment.read_bytes()

    def test_segment_is_refused_when_another_has_its_name(self, settings, tmp_path) -> None:
        segment = tmp_path / "000000010000000000000001"
        segment.write_bytes(b"one")
        self.archive(settings, segment)
        segment.write_bytes(b"two")
        done = self.archive(settings, segment)
        assert (done.returncode, "is another" in done.stderr) == (1, True)

    def test_segment_comes_back_when_sealed(self, settings, tmp_path) -> None:
        sealing.new_key(tmp_path / "key")
        key = keys.read(tmp_path / "key")
        (tmp_path / "public").write_text(key.recipients[0])
        (tmp_path / "secret").write_text(key.identities[0])
        packages = next(Path(path) for path in sys.path if (Path(path) / "pyrage").is_dir())
        program = [sys.executable, str(ROOT / "ops/backup/seal-wal")]
        segment = tmp_path / "000000010000000000000001"
        segment.write_bytes(os.urandom(1000))
        seal = [*program, "seal", str(packages), str(tmp_path / "public")]
        for _ in range(2):
            assert self.archive(settings, segment, *seal).returncode == 0
        assert self.fetch(settings, segment.name, tmp_path / "back") == 255
        unseal = [*program, "open", str(packages), str(tmp_path / "secret")]
        assert self.fetch(settings, segment.name, tmp_path / "back", *unseal) == 0
        assert (tmp_path / "back").read_bytes() == segment.read_bytes()

    def test_history_of_a_time_line_is_sealed_when_kept_from_elsewhere(self, tmp_path) -> None:
        sealing.new_key(tmp_path / "key")
        found = Settings(folder=tmp_path, state=tmp_path, key=tmp_path / "key")
        found.wal.mkdir()
        (tmp_path / "00000002.history").write_text("1 0/1000000")
        for _ in range(2):
            archiving.keep(found, tmp_path, None, tmp_path / "00000002.history")
        kept = (found.wal / "00000002.history.gz.age").read_bytes()
        assert kept.startswith(b"age-encryption.org")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders to others")
    def test_folders_of_the_log_stay_another_users_who_lets_us_in(self, settings) -> None:
        settings.wal.mkdir()
        os.chown(settings.wal, 4711, 0)
        settings.wal.chmod(0o2770)
        archiving.make_folders(settings, None)
        state = settings.wal.stat()
        assert (state.st_uid, state.st_mode & 0o7777) == (4711, 0o2770)
        assert settings.received.stat().st_mode & 0o7777 == 0o700

    def test_programs_of_the_log_can_be_run_by_another_however_often_they_are_made(self, tmp_path) -> None:
        found, account = (
            Settings(tmp_path / "to", tmp_path),
            accounts.Account("me", os.geteuid(), os.getegid()),
        )
        for _ in range(2):
            archiving.prepare_for(found, tmp_path / "lib", account, 17)
            made = [path.stat().st_mode & 0o777 for path in (tmp_path / "lib" / "wal-programs").iterdir()]
            assert made == [0o755] * 3

    def test_archived_segment_is_for_the_folders_group_too(self, settings, tmp_path) -> None:
        (tmp_path / "000000010000000000000001").write_bytes(b"one")
        self.archive(settings, tmp_path / "000000010000000000000001")
        kept = settings.wal / "000000010000000000000001.gz"
        assert kept.stat().st_mode & 0o777 == 0o640

    def test_recovery_stops_when_a_segment_is_there_but_broken(self, settings, tmp_path) -> None:
        settings.wal.mkdir()
        (settings.wal / "000000010000000000000001.gz").write_bytes(b"no gzip")
        assert self.fetch(settings, "000000010000000000000001", tmp_path / "back") == 255
        assert self.fetch(settings, "000000010000000000000002", tmp_path / "back") == 1

    def test_what_was_received_serves_when_the_archive_lacks_it(self, settings, tmp_path) -> None:
        settings.wal.mkdir()
        settings.received.mkdir()
        (settings.received / "000000010000000000000003.partial").write_bytes(b"newest")
        assert self.fetch(settings, "000000010000000000000003", tmp_path / "back") == 0
        assert (tmp_path / "back").read_bytes() == b"newest"

    def test_log_before_the_oldest_full_goes(self, settings) -> None:
        settings.wal.mkdir()
        for number in range(1, 5):
            (settings.wal / f"00000001000000000000000{number}.gz").write_bytes(b"x")
        (settings.wal / "00000002.history.gz").write_bytes(b"x")
        archiving.prune(settings, "000000020000000000000003")
        kept = sorted(path.name for path in settings.wal.iterdir())
        assert kept == ["000000010000000000000003.gz", "000000010000000000000004.gz", "00000002.history.gz"]


@unit
class TestKeeping:
    def test_fulls_beyond_the_number_go_with_what_hangs_on_them(self, settings) -> None:
        fulls = [add(settings, "full", days) for days in (21, 14, 7)]
        add(settings, "diff", 20, base=fulls[0].path.name)
        add(settings, "diff", 6, base=fulls[2].path.name)
        gone = {one.name for one in retention.superfluous(settings)}
        assert gone == {"full/full-21", "diff/diff-20"}

    def test_last_good_full_stays_when_newer_ones_are_broken_or_unverified(self, settings) -> None:
        add(settings, "full", 30)
        for days in (3, 2, 1):
            made = add(settings, "full", days, verified=False)
            made.ok = days != 1
            made.save()
        assert [one.name for one in retention.superfluous(settings)] == ["full/full-1"]

    def test_last_dump_stays_however_old_it_is(self, settings) -> None:
        for days in (100, 50):
            add(settings, "dump", days)
        assert [one.name for one in retention.superfluous(settings)] == ["dump/dump-100"]
        retention.prune(settings)
        assert [one.name for one in backups(settings)] == ["dump/dump-50"]

    def test_draft_is_no_backup_when_it_is_cut_off(self, settings) -> None:
        def cut_off() -> None:
            with Draft(settings, "dump") as draft:
                (draft.path / "database.dump").write_bytes(b"half")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cut_off()
        assert (backups(settings), list((settings.folder / "dump").iterdir())) == ([], [])

    def test_backup_names_the_commit_that_made_it(self, settings) -> None:
        with Draft(settings, "dump") as draft:
            draft.backup.facts = {"tables": 1}
        (made,) = backups(settings)
        assert made.facts == {"tables": 1, "code": catalog.commit()}
        assert status.look(settings).code == made.facts["code"]

    def test_differential_is_found_with_its_full(self, settings) -> None:
        full = add(settings, "full", 2)
        diff = add(settings, "diff", 1, base=full.path.name)
        assert [one.name for one in chain(settings, diff)] == [full.name, diff.name]
        assert newest(settings, "full", "diff").name == diff.name
        assert physical.fitting(settings, NOW - timedelta(days=1.5)).name == full.name
        with pytest.raises(Refusal, match=f"before.*the oldest moment is {full.finished_at[:19]}"):
            physical.fitting(settings, NOW - timedelta(days=3))

    def test_newer_ones_that_were_found_broken_are_named_when_passed_over(self, settings, capsys) -> None:
        good, broken = add(settings, "full", 2), add(settings, "full", 1)
        broken.ok, broken.why = False, "a file is gone"
        broken.save()
        assert physical.fitting(settings, None).name == good.name
        assert f"! {broken.name} is newer, and broken: a file is gone" in capsys.readouterr().out
        assert physical.fitting(settings, None, broken.name).name == broken.name
        assert "is taken by its name" in capsys.readouterr().out
        physical.fitting(settings, NOW - timedelta(days=1.5))
        assert capsys.readouterr().out == ""

    def test_backup_is_thrown_away_when_its_log_is_not_in_the_archive(self, settings) -> None:
        ranges = [{"Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/4000000"}]
        manifest = json.dumps({"WAL-Ranges": ranges, "Files": []}).encode()
        primary = argparse.Namespace(is_standby=False)
        settings.wal.mkdir()
        (settings.wal / "000000010000000000000002.gz").write_bytes(b"x")
        with pytest.raises(Refusal, match=r"000000010000000000000003.*archives it elsewhere"):
            physical._check_log(settings, primary, manifest)
        settings.received.mkdir()
        (settings.received / "000000010000000000000003.partial").write_bytes(b"x")
        physical._check_log(settings, primary, manifest)


@unit
class TestStatus:
    def good(self, settings: Settings) -> None:
        settings.wal.mkdir()
        (settings.wal / "000000010000000000000001.gz").write_bytes(b"x")
        for kind in ("full", "dump", "media"):
            add(settings, kind, 0.5)

    def test_all_is_well_when_each_kind_is_new_and_verified(self, settings) -> None:
        self.good(settings)
        found = status.look(settings)
        assert found.problems == []
        status.keep(settings, found)
        (entry, *_) = json.loads(settings.status_file.read_text())
        assert entry.keys() >= {"kind", "finished_at", "verified_at", "ok", "bytes", "seconds", "path"}

    def test_moments_to_go_back_to_are_shown(self, settings, capsys) -> None:
        self.good(settings)
        found = status.look(settings)
        found.aside = [Path("/srv/postgres.before-1")]
        status.show(found)
        told = capsys.readouterr().out
        assert f"from {(NOW - timedelta(days=0.5)):%Y-%m-%d %H:%M:%S} to {NOW:%Y-%m-%d}" in told
        assert "/srv/postgres.before-1 is the database of before a restore" in told

    def test_folders_put_aside_are_found_without_making_any(self, tmp_path) -> None:
        assert restoring.kept(Layout(tmp_path)) == []
        assert list(tmp_path.iterdir()) == []
        (tmp_path / "elsewhere/postgres.before-1").mkdir(parents=True)
        (tmp_path / "servers").symlink_to(tmp_path / "elsewhere")
        assert [path.name for path in restoring.kept(Layout(tmp_path))] == ["postgres.before-1"]

    def test_problem_is_told_when_old_unverified_broken_or_missing(self, settings) -> None:
        add(settings, "full", 9)
        add(settings, "dump", 0.1, verified=False)
        made = add(settings, "media", 0.1)
        made.ok, made.why = False, "a content is gone"
        made.save()
        status.note(settings, "diff", "the disk is full")
        assert status.look(settings).problems == [
            "the newest full backup is 9 days old",
            "no full backup was verified for 8 days",
            "the newest diff backup is 9 days old",
            "no diff backup was verified for 8 days",
            "no dump backup was verified",
            "media media-0.1 is broken: a content is gone",
            "there is no media backup",
            "the last diff backup failed: the disk is full",
            "the log is not archived",
        ]

    def test_failure_is_forgotten_when_the_next_one_is_made(self, settings) -> None:
        self.good(settings)
        status.note(settings, "dump", "the server was away")
        assert not status.look(settings).is_fine
        status.note(settings, "dump")
        assert status.look(settings).is_fine


@unit
class TestMedia:
    def test_content_is_kept_once_and_comes_back(self, settings, tmp_path) -> None:
        roots = {"media": tmp_path / "media", "uploads": tmp_path / "uploads"}
        for name, content in (("media/a/1.jpg", b"one"), ("media/2.jpg", b"one"), ("uploads/3", b"three")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        made = media.take(settings, roots)
        assert (made.facts["files"], len(list((settings.folder / "media-objects").glob("??/*")))) == (3, 2)
        (tmp_path / "media/a/1.jpg").unlink()
        (tmp_path / "media/a").rmdir()
        (tmp_path / "uploads/3").write_bytes(b"other")
        assert media.bring_back(settings, made, roots) == 1
        assert (tmp_path / "uploads/3").read_bytes() == b"other"
        assert media.bring_back(settings, made, roots, anew=True) == 1
        assert [entry.path for entry in media.listed(made)] == ["media/2.jpg", "media/a/1.jpg", "uploads/3"]
        assert (tmp_path / "media/a/1.jpg").read_bytes() == b"one"

    def test_broken_content_is_found(self, settings, tmp_path) -> None:
        roots = {"media": tmp_path / "media"}
        roots["media"].mkdir()
        (roots["media"] / "1").write_bytes(b"one")
        made = media.take(settings, roots)
        assert media.check(settings, made) == ""
        (path,) = (settings.folder / "media-objects").glob("??/*")
        path.write_bytes(b"0ne")
        assert "is broken" in media.check(settings, made)

    def test_bucket_is_refused(self) -> None:
        with pytest.raises(Refusal, match="versioning"):
            media.roots_of({"MEDIA_BUCKET": "pictures", "DATA_DIR": "/tmp"})


@unit
class TestPgBackRest:
    url = "postgresql:///postgres?host=/run/postgresql&port=5433&user=backup"

    def driver(self, settings: Settings, **more: object) -> pgbackrest.PgBackRest:
        found = Settings(**vars(settings) | {"pgdata": Path("/srv/pg"), "keep_fulls": 3} | more)
        return pgbackrest.PgBackRest(found, self.url)

    def test_configuration_says_what_our_settings_say(self, settings, tmp_path) -> None:
        (tmp_path / "key").write_text("correct horse\n")
        (tmp_path / "key").chmod(0o600)
        lines = self.driver(settings, key=tmp_path / "key").configuration().splitlines()
        assert lines[lines.index("[twitterclone]") :] == [
            "[twitterclone]", "pg1-path=/srv/pg", "pg1-socket-path=/run/postgresql", "pg1-port=5433",
            "pg1-user=backup",
        ]  # fmt: skip
        assert {f"repo1-path={settings.folder}/pgbackrest", "repo1-retention-full=3"} <= set(lines)
        assert {"repo1-cipher-type=aes-256-cbc", "repo1-cipher-pass=correct horse"} <= set(lines)
        assert "cipher" not in self.driver(settings).configuration()

    def test_restore_names_moment_place_and_time_line(self, settings) -> None:
        moment = datetime(2026, 11, 29, 12, tzinfo=UTC)
        driver = self.driver(settings)
        assert driver.restore_argv(Target(moment), Path("/srv/beside"))[3:] == [
            "--pg1-path=/srv/beside", "--target-timeline=latest", "--type=time",
            "--target=2026-11-29 12:00:00+00:00", "--target-action=promote", "restore",
        ]  # fmt: skip
        assert "--delta" in driver.restore_argv(Target(), Path("/srv/pg"))

    def test_settings_are_refused_without_the_folder_of_data(self, settings) -> None:
        with pytest.raises(Refusal, match="BACKUP_PG_DATA"):
            pgbackrest.PgBackRest(settings, self.url)

    def test_what_it_lists_is_told_in_our_words(self) -> None:
        listed = [{"cipher": "none", "backup": [{
            "label": "20261129-1F", "type": "full", "error": False,
            "timestamp": {"start": 1796000000, "stop": 1796000009},
            "info": {"repository": {"delta": 77}},
        }]}]  # fmt: skip
        (entry,) = pgbackrest.entries_of(listed, {"20261129-1F": "then"}, "/b")
        assert (entry["kind"], entry["bytes"], entry["seconds"], entry["verified_at"]) == (
            "full",
            77,
            9.0,
            "then",
        )

    def test_program_takes_the_configuration(self, tmp) -> None:
        """The program itself reads what we wrote; where it is not there, that is said."""
        driver = self.driver(Settings(folder=tmp, state=accounts.own_folder(tmp / "state", None)))
        driver.settings.state.chmod(0o711)
        if shutil.which("pgbackrest"):
            assert driver.entries() == []
        else:
            with pytest.raises(Refusal, match="not on this machine"):
                driver.entries()

    def test_folder_is_refused_when_its_user_cannot_enter(self, tmp) -> None:
        if os.geteuid() != 0:
            pytest.skip("needs root")
        closed = accounts.own_folder(tmp / "state", None)
        with pytest.raises(Refusal, match="cannot enter"):
            self.driver(Settings(folder=tmp, state=closed)).write_configuration()


@unit
class TestReleases:
    def test_no_word_is_said_that_an_older_server_does_not_know(self, settings, tmp_path) -> None:
        told = {release: archiving.prepare(settings, tmp_path, None, release) for release in (16, 17)}
        assert "archive_command" in told[16]
        assert {release for release, text in told.items() if "summar" in text} == {17}

    def test_facts_of_a_manifest_without_a_system(self) -> None:
        """Before PostgreSQL 17 it does not say whose it is."""
        ranges = [{"Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100"}]
        manifest = json.dumps({"Files": [{"Size": 3}], "WAL-Ranges": ranges}).encode()
        facts = physical.facts_of(manifest, system="7")
        assert (facts["system"], facts["first_wal"]) == ("7", "000000010000000000000002")


@unit
class TestReplay:
    def lines(self, log: Path, *lines: str) -> None:
        with log.open("a") as file:
            file.writelines(f"2026-11-30 03:00:00.123 UTC [7] {line}\n" for line in lines)

    def test_recovery_gets_on_while_its_log_says_something_new(self, tmp_path) -> None:
        replay = Replay(tmp_path / "log", Progress("replaying"))
        for lsn in range(3):
            line = f"LOG:  redo in progress, elapsed time: {lsn}.00 s, current LSN: 0/{lsn}"
            self.lines(tmp_path / "log", line)
            replay()
            assert replay.said == f"redo in progress, current LSN: 0/{lsn}"

    def test_recovery_is_given_up_when_its_log_says_the_same_again_and_again(self, tmp_path) -> None:
        replay = Replay(tmp_path / "log", Progress("replaying"))
        waits = "LOG:  waiting for WAL to become available at 0/3000000"
        self.lines(tmp_path / "log", waits, "FATAL:  the database system is not accepting connections")
        replay()
        self.lines(tmp_path / "log", waits, "DETAIL:  Hot standby mode is disabled.")
        replay.patience = 0
        with pytest.raises(Refusal, match=r"does not get on.*waiting for WAL"):
            replay()

    def test_last_checkpoint_may_take_its_time(self, tmp_path) -> None:
        self.lines(tmp_path / "log", "LOG:  checkpoint starting: end-of-recovery immediate wait")
        Replay(tmp_path / "log", Progress("replaying"), patience=0)()


@unit
class TestAsking:
    @pytest.mark.parametrize(
        "text", ["yesterday", "2026-11-30", "2026-11-29 12:00:00", "2999-01-01 00:00:00+00"]
    )
    def test_moment_is_refused_without_zone_or_sense(self, text) -> None:
        with pytest.raises(argparse.ArgumentTypeError):
            asked.moment(text)

    def test_moment_is_read_as_postgresql_writes_it(self) -> None:
        assert asked.moment("2025-11-29 12:00:00.5+00") == datetime(2025, 11, 29, 12, 0, 0, 500_000, UTC)

    def test_time_line_is_a_number(self) -> None:
        assert [asked.timeline(text) for text in ("latest", "3")] == ["latest", "3"]
        with pytest.raises(argparse.ArgumentTypeError, match="no time line"):
            asked.timeline("x")

    @pytest.mark.parametrize("place", ["backups", "/etc/passwd"])
    def test_folder_of_backups_is_a_folder_with_its_whole_path(self, place, monkeypatch, tmp_path) -> None:
        monkeypatch.setenv("BACKUP_DIR", place)
        with pytest.raises(Refusal, match="BACKUP_DIR="):
            read(Layout(tmp_path))

    def test_backups_are_off_without_a_folder(self, monkeypatch, tmp_path) -> None:
        monkeypatch.delenv("BACKUP_DIR", raising=False)
        with pytest.raises(Refusal, match="BACKUP_DIR"):
            read(Layout(tmp_path))

    def test_segment_is_named_as_postgresql_names_it(self) -> None:
        assert physical.segment_of(2, "1A/FF000028") == "000000020000001A000000FF"


HOLD = """
import sys
from ops import servers, site
from ops.paths import layout
place = layout()
with site.held(place):
    own = servers.of_installation(place)
    try:
        own.start()
        env = {"DATABASE_URL": own.postgres.url, "DATA_DIR": str(place.data)}
        site.write(place, {"pid": 0, "environment": env})
        own.postgres.sql("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS a", database="twitterclone")
        print("up", flush=True)
        for line in sys.stdin:
            print(own.postgres.sql(line, database="twitterclone").strip(), flush=True)
    finally:
        own.stop()
"""


@pytest.fixture
def tmp() -> Iterator[Path]:
    """A folder that the servers' user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="twitterclone "))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.flow
def test_passwords_are_as_they_were_when_a_server_of_others_was_looked_at(tmp) -> None:
    account = accounts.server_account()
    packages, home = site_packages(Path(sys.executable)), accounts.own_folder(tmp / "home", account)
    facts = {"account": account, "port": servers.free_port(), "password": "a"}
    theirs = servers.postgres_of(packages, home=home, log=tmp / "log", admin_password="theirs", **facts)
    theirs.start()
    theirs.stop()
    ours = Adopted(**vars(theirs) | {"admin_password": "ours", "settings": "hot_standby = off"})
    try:
        ours.start()
        assert ours.sql("SELECT 1").strip() == "1"
        ours.give_back()
        with pytest.raises(Refusal, match="password"):
            ours.sql("SELECT 1")
    finally:
        ours.stop()
    theirs.start()
    try:
        assert theirs.sql("SELECT 1").strip() == "1"
    finally:
        theirs.stop()


@pytest.mark.flow
def test_what_was_written_after_a_backup_is_back_when_restored_beside(tmp) -> None:
    """Full, differential and log, taken from a running server; restored while that goes on running."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = kept | {
        "DATA_DIR": str(tmp / "data"),
        "BACKUP_DIR": str(tmp / "backups"),
        "REDIS_URL": "redis://x",
    }

    def verb(*words: str) -> str:
        argv = [sys.executable, "-m", "ops.backup", *words]
        status_, text = processes.output_of(argv, cwd=ROOT, env=env)
        assert status_ == 0, text
        return text

    server = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout.readline() == "up\n"

        def sql(query: str) -> str:
            server.stdin.write(query + "\n")
            server.stdin.flush()
            return server.stdout.readline().strip()

        signal = next(tmp.rglob("postgres/postgresql.conf")).with_name("standby.signal")
        signal.touch()  # as in a backup of a standby
        accounts.hand_over(signal, accounts.server_account())
        verb("backup", "full")
        signal.unlink()
        sql("INSERT INTO kept VALUES (2) RETURNING a")
        assert verb("backup", "diff").startswith("diff/")
        sql("INSERT INTO kept VALUES (3) RETURNING a")
        verb("restore", "--latest", "--side", "--unchecked")
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'twitterclone_side'"
        assert sql(owner) == "twitterclone"  # by whom make psql comes
        sql("DELETE FROM kept WHERE a > 1 RETURNING a")
        assert "2 rows" in verb("restore", "--copy", "kept", "--where", "a > 1")
        assert sql("SELECT count(*) FROM kept") == "3"
        assert "is gone" in verb("restore", "--drop-side")
        assert "There is no side database" in verb("restore", "--drop-side")
        entries = json.loads((tmp / "data/backups/status.json").read_text())
        assert [entry["kind"] for entry in entries] == ["full", "diff"]
    finally:
        server.stdin.close()
        server.wait(30)
        server.stdout.close()


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "base/../../evil"])
@unit
def test_archive_that_reaches_out_of_its_folder_is_refused(name: str) -> None:
    with pytest.raises(tarfile.TarError, match="does not belong"):
        recovery._refuse_strange(tarfile.TarInfo(name))


@unit
def test_archive_with_a_link_is_refused() -> None:
    member = tarfile.TarInfo("pg_wal")
    member.type = tarfile.SYMTYPE
    with pytest.raises(tarfile.TarError, match="does not belong"):
        recovery._refuse_strange(member)
