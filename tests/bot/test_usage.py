"""Counters of use: what is counted, by week, and what a crash or another process cannot spoil."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.records import Answer, Claim
from bot.usage import Use, UseUnreadable
from index.passage import Passage

TEXT = Passage(
    path="a.md", title="A", id="a", headings=(), page=0, start=0, end=2, text="Un",
    topics=("cloud", "achats"),
)  # fmt: skip
ANSWER = Answer(
    "Secret ?", "fr", (Claim.quoting([(TEXT, 0, 2), (TEXT, 0, 1)]),), "…", False, seconds=0.2
)
NOTHING = Answer("Girafe ?", "fr", (), "…", True, reply="nothing", seconds=4)
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
WEEK = 7 * 86_400


def at(moment: float) -> Callable[[], float]:
    return lambda: moment


def test_a_week_has_its_questions_by_outcome_its_themes_and_its_seconds(tmp_path: Path):
    use = Use(tmp_path, at(WEDNESDAY))
    for answer in (ANSWER, ANSWER, replace(ANSWER, unsure=True), NOTHING):
        use.count(answer)
    use.count(replace(NOTHING, reply="talk", abstained=False))
    (week,) = use.weeks(12)
    assert (week.first, week.questions) == ("2026-11-23", 4)
    assert week.outcomes == {"answered": 2, "uncertain": 1, "nothing": 1}
    assert (week.share("answered"), week.share("nothing")) == (0.5, 0.25)
    assert list(week.themes.items()) == [("achats", 3), ("cloud", 3)]
    assert 0.2 <= week.median <= 0.22 and 4 <= week.p95 <= 4.4


def test_weeks_without_a_question_are_shown_as_such(tmp_path: Path):
    use = Use(tmp_path, at(WEDNESDAY - 2 * WEEK))
    assert use.weeks(12) == []
    use.count(ANSWER)
    use.write()
    assert [(one.first, one.questions) for one in Use(tmp_path, at(WEDNESDAY)).weeks(12)] == [
        ("2026-11-09", 1),
        ("2026-11-16", 0),
        ("2026-11-23", 0),
    ]
    assert [one.first for one in Use(tmp_path, at(WEDNESDAY)).weeks(1)] == ["2026-11-23"]


def test_several_processes_add_to_one_file_that_only_its_owner_reads(tmp_path: Path):
    uses = [Use(tmp_path, at(WEDNESDAY)) for _ in range(3)]
    for use in uses:
        use.count(ANSWER)
        use.write()
    assert uses[0].weeks(1)[0].questions == 3
    assert (tmp_path / "use.sqlite3").stat().st_mode & 0o077 == 0


def test_no_question_and_no_answer_is_in_the_file(tmp_path: Path):
    use = Use(tmp_path, at(WEDNESDAY))
    use.count(ANSWER)
    use.write()
    data = (tmp_path / "use.sqlite3").read_bytes()
    assert b"Secret" not in data and b"a.md" not in data


def test_what_is_older_than_two_years_is_dropped(tmp_path: Path):
    for moment in (WEDNESDAY - 106 * WEEK, WEDNESDAY):
        use = Use(tmp_path, at(moment))
        use.count(ANSWER)
        use.write()
    with sqlite3.connect(tmp_path / "use.sqlite3") as db:
        assert db.execute("SELECT DISTINCT week FROM used").fetchall() == [("2026-11-23",)]


def test_what_cannot_be_written_is_told_once_kept_and_counted_later(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    (tmp_path / "use.sqlite3").mkdir()
    use = Use(tmp_path, at(WEDNESDAY))
    for _ in range(2):
        use.count(ANSWER)
        use.write()
    assert capsys.readouterr().err.count("was not written") == 1
    with pytest.raises(UseUnreadable, match="Move that file away"):
        use.weeks(1)
    (tmp_path / "use.sqlite3").rmdir()
    assert use.weeks(1)[0].questions == 2


def test_the_steps_of_an_answer_pass_as_they_are(tmp_path: Path):
    steps = ["searching", ANSWER]
    use = Use(tmp_path, at(WEDNESDAY))
    assert list(use.counted(iter(steps))) == steps
    assert use.weeks(1)[0].questions == 1
