"""Many accounts from a file: by the rules of one, told line by line, and nothing twice."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import bulk
from accounts.bulk import bulk_register
from accounts.models import FormerUsername, User
from accounts.services import register_user
from twitterclone.lib.bulk import Work
from twitterclone.lib.sheets import Problem, Row

pytestmark = pytest.mark.django_db


def command(path: Path, content: str, *options: str) -> tuple[int, list[str]]:
    """(exit status, lines told)"""
    file, err, out = path / "people.csv", StringIO(), StringIO()
    file.write_text(content)
    try:
        call_command("register_users", str(file), *options, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, [*err.getvalue().splitlines(), str(error)]
    except SystemExit as end:
        return int(end.code or 0), [*err.getvalue().splitlines(), *out.getvalue().splitlines()]
    return 0, [*err.getvalue().splitlines(), *out.getvalue().splitlines()]


def test_accounts_are_made_by_the_rules_of_one(tmp_path: Path, alice: User, client: Client) -> None:
    FormerUsername.objects.create(username="oldname", user=alice)
    status, told = command(
        tmp_path,
        "username,email,display_name,password,language\n"
        "Dora,Dora@Example.com,Dora Đ,a good long secret,de\n"
        "dora,other@example.com,,,\n"
        "d0ra,third@example.com,,,\n"
        "eve,dora@example.com,,,\n"
        "no spaces,x@example.com,,,\n"
        "admin,x@example.com,,,\n"
        "a1ice,x@example.com,,,\n"
        "oldname,x@example.com,,,\n"
        "frank,nonsense,,,\n"
        "grace,grace@example.com,,12345,\n"
        "henry,henry@example.com,,,\n"
        "irene,irene@example.com,,,xx\n"
        f"jane,jane@example.com,{'Jane ' * 20}Doe,,\n"
        f"kate,kate@example.com,{'k' * 50},,\n",
    )
    assert status == 1
    assert [line.split(":")[0] for line in told[:-1]] == [
        "line 3, username", "line 4, username", "line 5, email", "line 6, username", "line 7, username",
        "line 8, username", "line 9, username", "line 10, email", "line 11, password", "line 13, language",
        "line 14, display_name",
    ]  # fmt: skip
    assert told[-1] == "3 accounts made, 11 lines refused."
    dora, henry = User.objects.get(username="dora"), User.objects.get(username="henry")
    assert (dora.username_cased, dora.email, dora.display_name) == ("Dora", "dora@example.com", "Dora Đ")
    assert (dora.language, henry.language) == ("de", "en")
    assert dora.check_password("a good long secret")
    assert not henry.has_usable_password()
    assert henry.display_name == "henry"
    client.post("/accounts/login/", {"login": "dora", "password": "a good long secret"})
    assert client.get("/settings/").status_code == 200


def test_second_run_leaves_alone_what_is_there(tmp_path: Path) -> None:
    lines = "username,email\n" + "".join(f"user{n},user{n}@example.com\n" for n in range(2, 9))
    assert command(tmp_path, lines, "--batch", "3") == (0, ["7 accounts made, 0 lines refused."])
    more = lines + "user9,user9@example.com\n"
    assert command(tmp_path, more) == (0, ["1 account made, 7 were already, 0 lines refused."])
    assert User.objects.count() == 8


def test_dry_run_says_the_same_and_changes_nothing(tmp_path: Path) -> None:
    lines = "username,email\nann,ann@example.com\nann,b@example.com\nbea,bea@example.com\n"
    for size in ("1", "500"):
        status, told = command(tmp_path, lines, "--dry-run", "--batch", size)
        assert status == 1
        assert told[-1] == "2 accounts would be made, 1 line refused."
        assert told[0].startswith("line 3, username: Somebody has this username")
    assert not User.objects.exists()


def test_strict_stops_at_the_first_refusal(tmp_path: Path) -> None:
    lines = "username,email\nann,ann@example.com\nbad name,b@example.com\ncat,cat@example.com\n"
    status, told = command(tmp_path, lines, "--strict")
    assert status == 1
    assert told[-1] == "Stopped. 1 account made, 1 line refused."
    assert list(User.objects.values_list("username", flat=True)) == ["ann"]


@pytest.mark.parametrize("size", ["0", "-1"])
def test_batch_of_nothing_is_refused(tmp_path: Path, size: str) -> None:
    assert command(tmp_path, "username,email\nann,ann@example.com\n", "--batch", size) == (
        2,
        ["--batch is at least 1."],
    )
    assert not User.objects.exists()


def test_semicolons_part_columns_as_well(tmp_path: Path) -> None:
    told = command(tmp_path, "username;email\nann;ann@example.com\n")
    assert told == (0, ["1 account made, 0 lines refused."])


def test_file_of_another_kind_is_refused_as_a_whole(tmp_path: Path) -> None:
    assert command(tmp_path, "name,mail\n") == (
        2, ["Missing columns: username, email. The first line names them, separated by commas."]
    )  # fmt: skip


def test_line_is_refused_alone_when_somebody_was_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[Problem] = []
    # between the look at who is there and the writing
    monkeypatch.setattr(
        bulk,
        "_hash",
        lambda _: register_user(username="bea", email="first@example.com", password=None),
    )
    blank = {"display_name": "", "password": "", "language": ""}
    rows = [
        Row(number, {"username": name, "email": f"{name}@example.com", **blank})
        for number, name in enumerate(("ann", "bea", "cat"), 2)
    ]
    tally = bulk_register(rows, Work(refuse=problems.append))
    assert (tally.done, tally.refused) == (2, 1)
    assert [problem.line for problem in problems] == [3]
    assert User.objects.get(username="bea").email == "first@example.com"


def test_queries_do_not_grow_with_the_lines_of_a_batch(django_assert_num_queries: Any) -> None:
    def rows(prefix: str, count: int) -> list[Row]:
        blank = {"display_name": "", "password": "", "language": ""}
        names = [f"{prefix}_{n + 200}" for n in range(count)]
        return [
            Row(n, {"username": name, "email": f"{name}@example.com", **blank})
            for n, name in enumerate(names)
        ]

    for prefix, count in (("a", 2), ("b", 200)):
        with django_assert_num_queries(9):  # names three times, rows once, open events, savepoints
            bulk_register(rows(prefix, count), Work())
