"""Counts and explanations taken from JUnit's XML."""

import pytest

from ops import reports

pytestmark = pytest.mark.unit

XML = """<testsuites><testsuite name="s">
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="m">first
E  assert 1 == 2</failure></testcase>
<testcase classname="a" name="broken"><error message="no fixture"/></testcase>
<testcase classname="a" name="later"><skipped/></testcase>
<testsuite name="inner"><testcase classname="b" name="nested"/></testsuite>
</testsuite></testsuites>"""


def test_every_outcome_is_counted_once_when_mixed(tmp_path):
    report = tmp_path / "r.xml"
    report.write_text(XML)
    assert reports.count(report) == reports.Counts(passed=2, failed=2, skipped=1)
    assert str(reports.count(report)) == "2 passed, 2 failed, 1 skipped"


def test_failures_are_told_with_their_reason_when_there_are_some(tmp_path):
    report = tmp_path / "r.xml"
    report.write_text(XML)
    told = reports.failures(report)
    assert told[0] == "FAILED a::bad"
    assert "    E  assert 1 == 2" in told
    assert told[-2:] == ["FAILED a::broken", "    no fixture"]


@pytest.mark.parametrize("text", [None, "", "<testsuites><testsuite>"])
def test_nothing_is_counted_when_the_runner_died(tmp_path, text):
    report = tmp_path / "r.xml"
    if text is not None:
        report.write_text(text)
    assert reports.count(report) == reports.Counts()


def test_closing_line_is_plain_when_summed():
    assert str(reports.Counts(3, 0) + reports.Counts(4, 1)) == "7 passed, 1 failed"
