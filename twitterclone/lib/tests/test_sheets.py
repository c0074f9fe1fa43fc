"""Whatever is in a file costs a line at most; a file that is none of ours is refused."""

from pathlib import Path

import pytest

from twitterclone.lib.sheets import LONGEST, Problem, Row, SheetRefused, read_sheet

pytestmark = pytest.mark.unit


def read(path: Path, content: bytes | str, name: str = "a.csv", **more: int) -> list[Row | Problem]:
    file = path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_sheet(file, required=("name", "text"), optional=("extra",), **more))


def values(found: list[Row | Problem]) -> list[tuple[int, ...] | tuple[int, str]]:
    return [
        (row.line, row.values["text"]) if isinstance(row, Row) else (row.line, "!" + row.message)
        for row in found
    ]


def test_rows_have_their_lines_and_every_column(tmp_path: Path) -> None:
    found = read(tmp_path, '\ufeffText,NAME\r\n"two\nlines, and ""more""",a\r\n\r\nlast,b')
    assert found == [
        Row(2, {"name": "a", "text": 'two\nlines, and "more"', "extra": ""}),
        Row(5, {"name": "b", "text": "last", "extra": ""}),
    ]
    assert [row.line for row in read(tmp_path, "name,text\na,1\nb,2\nc,3\n", first_line=3)] == [3, 4]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_columns_may_be_parted_as_spreadsheets_do(tmp_path: Path, sign: str) -> None:
    found = read(tmp_path, f'name{sign}text\na{sign}"one, two"\nb{sign}"{sign}"\n')
    assert values(found) == [(2, "one, two"), (3, sign)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"a,caf\xe9", "not UTF-8"),
        (b"a,nu\x00ll", "NUL"),
        (b"a," + b"x" * LONGEST, "longer than"),
        (b"only one", "1 values for 2 columns"),
        (b"a,b,c", "3 values for 2 columns"),
        (b'a,"b"c', "expected after"),
    ],
)
def test_line_that_cannot_be_read_costs_itself_alone(tmp_path: Path, line: bytes, message: str) -> None:
    found = values(read(tmp_path, b"name,text\na,before\n" + line + b"\na,after\n"))
    assert [found[0], found[2]] == [(2, "before"), (4, "after")]
    assert found[1][0] == 3
    assert message in str(found[1][1])


def test_quotation_mark_that_nobody_closed_does_not_take_the_whole_file(tmp_path: Path) -> None:
    rows = "".join(f"a,{number}\n" for number in range(1000))
    found = values(read(tmp_path, f'name,text\na,"open\n{rows}'))
    assert found == [(2, "!A quotation mark is not closed."), *((n + 3, str(n)) for n in range(1000))]


@pytest.mark.parametrize(
    "behind",
    [
        b'a,"quoted, and ""more""',  # its mark would close the one that is open
        b"a,caf\xe9",
        b'a,"open as well',
        b"a," + b"x" * (LONGEST - 10),
        b'a,",b',
    ],
)
def test_lines_behind_an_open_quotation_mark_are_looked_at_by_themselves(
    tmp_path: Path, behind: bytes
) -> None:
    alone = values(read(tmp_path, b"name,text\na,first\n" + behind + b"\na,last\n"))
    found = values(read(tmp_path, b'name,text\na,"open\n' + behind + b"\na,last\n"))
    assert str(found[0][1]).startswith("!")
    assert found[1:] == alone[1:]
    assert [line for line, *_ in found] == [2, 3, 4]


def test_row_of_several_lines_with_a_value_too_few_is_told_line_by_line(tmp_path: Path) -> None:
    found = values(read(tmp_path, 'name,text\n"two\nlines"\na,b\n'))
    assert [line for line, *_ in found] == [2, 3, 4]
    assert found[-1] == (4, "b")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file is empty."),
        ("\nname,text\n", "The first line is empty"),
        ("name|text\na|b\n", "separated by commas"),
        ("name\na\n", "Missing columns: text"),
        ("name,text,colour\n", "Unknown columns: colour"),
        ("name,text,text\n", "named twice"),
        ("name,text\n".encode("utf-16"), "not UTF-8"),
        (b"\x00" * 100, "NUL"),
    ],
)
def test_file_is_refused_when_its_first_line_is_none(
    tmp_path: Path, content: bytes | str, message: str
) -> None:
    with pytest.raises(SheetRefused, match=message):
        read(tmp_path, content)


def test_file_is_refused_when_it_is_missing_or_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(SheetRefused, match="cannot be read"):
        list(read_sheet(tmp_path / "none.csv", required=("name",)))
    with pytest.raises(SheetRefused, match="neither"):
        read(tmp_path, "x", "a.xlsx")
    with pytest.raises(SheetRefused, match="one column only"):
        read(tmp_path, "x", "a.txt")


def test_json_lines_are_objects_of_text_and_whole_numbers(tmp_path: Path) -> None:
    lines = [
        '{"name": "a", "text": 7, "extra": null}',
        "{",
        "[1]",
        '{"name": "a"}',
        '{"name": "a", "text": true}',
        '{"name": "a", "text": "b", "colour": "c"}',
        '{"name": "a", "text": "\\u0000"}',
        "[" * 5000,
        '{"name": "a", "text": "last"}',
    ]
    found = read(tmp_path, "\n".join(lines), "a.jsonl")
    assert found[0] == Row(1, {"name": "a", "text": "7", "extra": ""})
    assert [(problem.line, problem.column) for problem in found[1:-1]] == [
        (2, ""), (3, ""), (4, "text"), (5, "text"), (6, "colour"), (7, "text"), (8, ""),
    ]  # fmt: skip
    assert found[-1] == Row(9, {"name": "a", "text": "last", "extra": ""})


def test_plain_lines_are_the_only_column(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("1\n\n 2 \n")
    assert list(read_sheet(tmp_path / "ids.txt", required=("id",))) == [
        Row(1, {"id": "1"}),
        Row(3, {"id": "2"}),
    ]
