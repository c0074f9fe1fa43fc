"""The doctor himself: crashes and hangs are findings, secrets stay secret, the handbook is whole."""

import json
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from twitterclone.doctor import run
from twitterclone.doctor.registry import checks
from twitterclone.lib.findings import Check, Finding, Register, Unknown, error, fine, hint, warning

pytestmark = pytest.mark.unit


@pytest.fixture
def ward(monkeypatch: Any) -> Register:
    """A register of this test's own."""
    own: Register = Register()
    monkeypatch.setattr(run, "checks", own)
    monkeypatch.setattr(run, "PATIENCE", 0.3)
    return own


def add(ward: Register, name: str, *findings: Finding, needs: str = "") -> None:
    ward.check(name, "a reason", needs=needs)(lambda: iter(findings))


def test_crash_is_a_finding_and_the_others_go_on(ward: Register) -> None:
    @ward.check("site.crash", "why")
    def crash() -> Iterator[Finding]:
        yield hint("before", "fix")
        raise ValueError("no\nsuch thing")

    add(ward, "web.fine")
    told = run.examine()
    assert [finding.text for finding in told["site.crash"]] == [
        "before",
        "the check itself failed: ValueError: no",
    ]
    assert told["web.fine"] == [fine("")]


def test_hang_is_a_finding_and_the_others_go_on(ward: Register) -> None:
    @ward.check("site.hang", "why")
    def hang() -> Iterator[Finding]:
        time.sleep(1)
        yield fine("late")

    add(ward, "web.fine")
    begun = time.monotonic()
    told = run.examine()
    assert time.monotonic() - begun < 0.9
    assert told["site.hang"][0].text == "no answer within 0 s"
    assert "web.fine" in told


def test_check_is_left_out_when_its_ground_is_broken(ward: Register) -> None:
    add(ward, "postgres.answers", error("away", "start it"))
    add(ward, "postgres.version", needs="postgres.answers")
    add(ward, "redis.answers", warning("slow", "wait"))
    add(ward, "redis.version", needs="redis.answers")
    assert list(run.examine()) == ["postgres.answers", "redis.answers", "redis.version"]


def test_secrets_are_never_told(ward: Register) -> None:
    add(
        ward,
        "site.leak",
        error(f"it says {settings.SECRET_KEY}", f"use {settings.DATABASES['default']['PASSWORD']}"),
    )
    finding = run.examine()["site.leak"][0]
    assert (finding.text, finding.fix) == ("it says …", "use …")


def test_group_is_chosen_by_its_name(ward: Register) -> None:
    for name in ("site.one", "site.two", "web.one"):
        add(ward, name)
    assert list(run.examine(["site"])) == ["site.one", "site.two"]
    assert list(run.examine(["web.one", "site.two"])) == ["site.two", "web.one"]
    with pytest.raises(Unknown):
        run.examine(["nothing"])


def doctor(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out, no_color=True)
    except CommandError as refused:
        return out.getvalue(), refused.returncode
    return out.getvalue(), 0


@pytest.mark.parametrize(
    ("finding", "status", "strict"),
    [
        (fine("good"), 0, 0),
        (hint("so", "fix"), 0, 0),
        (warning("so", "fix"), 0, 1),
        (error("so", "fix"), 1, 1),
    ],
)
def test_exit_status_says_how_bad_it_is(ward: Register, finding: Finding, status: int, strict: int) -> None:
    add(ward, "site.one", finding)
    assert doctor()[1] == status
    assert doctor("--strict")[1] == strict
    out, code = doctor("--json")
    assert code == status
    told = {"severity": str(finding.severity), "text": finding.text, "fix": finding.fix}
    assert json.loads(out) == {"site.one": [told]}


def test_findings_are_told_by_group_with_their_fix(ward: Register) -> None:
    add(ward, "web.one", error("broken", "mend it"))
    add(ward, "web.two")
    add(ward, "site.one", fine("7 of 9"))
    add(ward, "site.two")
    add(ward, "site.three")
    lines = doctor()[0].splitlines()
    assert lines == [
        "site",
        "  ok      one            7 of 9",
        "  ok      two, three",
        "web",
        "  error   one            broken",
        "                         → mend it",
        "  ok      two",
        "5 checks: 1 error, 0 warnings, 0 hints.",
    ]


def test_command_ends_with_130_when_interrupted(ward: Register, monkeypatch: Any) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    add(ward, "site.one")
    monkeypatch.setattr("twitterclone.management.commands.doctor.examine", interrupted)
    assert doctor()[1] == 130


def test_list_names_every_check_and_unknown_names_are_refused() -> None:
    out, _ = doctor("--list")
    assert len(out.splitlines()) == len(checks.chosen()) > 45
    assert doctor("--only", "nothing")[1] == 1


@pytest.mark.parametrize("check", checks.chosen(), ids=lambda check: check.name)
def test_check_has_its_row_in_the_handbook(check: Check) -> None:
    handbook = (Path(settings.BASE_DIR) / "docs" / "operations" / "doctor.md").read_text()
    assert f"| `{check.name}` | {check.why} |" in handbook
