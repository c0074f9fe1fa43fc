"""The site's log: put aside while it runs, and objects for programs."""

import json

from ops.journal import Journal


def test_log_is_put_aside_when_it_is_big_and_two_are_kept(tmp_path):
    journal = Journal(tmp_path / "site.log", most=100)
    for number in range(50):
        journal.write("web", 3, f"line {number}")
    journal.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site.log", "site.log.1"]
    kept = (tmp_path / "site.log.1").read_text() + (tmp_path / "site.log").read_text()
    assert "line 49" in kept
    assert "line 1\n" not in kept
    assert len(kept) < 400


def test_for_programs_every_line_is_an_object(tmp_path):
    journal = Journal(tmp_path / "site.log", as_json=True)
    journal.write("web", 3, '{"message": "from the site", "role": "web"}')
    journal.write("beat", 3, "beat: something else")
    journal.close()
    ours, others = map(json.loads, (tmp_path / "site.log").read_text().splitlines())
    assert ours == {"message": "from the site", "role": "web"}
    assert (others["message"], others["role"]) == ("beat: something else", "beat")
