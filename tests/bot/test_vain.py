"""What members ask in vain: which questions are one, what is counted, what opens a group again."""

import csv
import io
import json
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import Federation, WordEmbedder

from bot.__main__ import main
from bot.answer import Bot
from bot.lines import append
from bot.records import Answer, Claim
from bot.report import SAID
from bot.vain import (
    Asked,
    FeedbackUnusable,
    Group,
    Questions,
    asked_in_vain,
    deal_with,
    dealt_with,
    digest,
)
from bot.web.feedback import Journal
from index.embed import Encoded, SentenceEmbedder
from index.passage import Passage
from index.shelf.store import Shelf

PAIRS = Path(__file__).with_name("question_pairs.jsonl")
NEAR = Passage(
    path="positions/a.md", title="A", id="a", headings=(), page=0, start=0, end=2, text="Un"
)
CITED = Claim.quoting([(NEAR, 0, 2)])


def asked(question: str, day: str = "2026-11-02", kind: str = "unanswered", **more: str) -> Asked:
    return Asked(f"{day}T09:00:00+00:00", kind, question, **more)


def grouped(*entries: Asked, **options: object) -> list[Group]:
    questions = Questions(WordEmbedder().encode_questions)
    assert sum(questions.learn(entries)) == len({one.question for one in entries})
    assert list(questions.learn(entries)) == []
    return questions.grouped(entries, **options)


def journal_of(store: Path, *entries: dict) -> None:
    with (store / "feedback.jsonl").open("a") as stream:
        for entry in entries:
            stream.write(json.dumps(entry) + "\n")


def test_questions_that_differ_in_no_word_of_their_subject_are_one_group():
    groups = grouped(
        asked("Une girafe au zoo ?", "2026-10-30"),
        asked("une girafe au ZOO", "2026-11-02", "wrong", reason="quote", comment="Non."),
        asked("La taxe sur le sel ?", "2026-11-03", "uncertain"),
        asked("Une girafe au zoo ?", "2026-11-04"),
    )
    first, second = groups
    assert (first.question, first.wordings) == ("Une girafe au zoo ?", ("une girafe au ZOO",))
    assert (first.count, first.last) == (3, "2026-11-04T09:00:00+00:00")
    assert first.kinds == {"unanswered": 2, "wrong": 1}
    assert (first.reasons, first.comments) == ({"quote": 1}, ("Non.",))
    assert first.months == {"2026-11": 2, "2026-10": 1}
    assert (second.question, second.count) == ("La taxe sur le sel ?", 1)


def test_what_nothing_answered_and_was_then_found_wrong_was_asked_once():
    entries = [asked("Une girafe ?", kind=kind) for kind in ("unanswered", "unanswered", "wrong")]
    (group,) = grouped(*entries)
    assert (group.count, group.months) == (2, {"2026-11": 2})
    assert group.kinds == {"unanswered": 2, "wrong": 1}
    assert grouped() == []


def test_the_same_question_of_another_year_is_another_group():
    groups = grouped(
        asked("Le budget des girafes en 2021 ?"), asked("Le budget des girafes en 2024 ?")
    )
    assert [group.count for group in groups] == [1, 1]


def test_a_question_without_a_subject_is_compared_as_a_whole():
    assert [one.count for one in grouped(asked("Et alors ?"), asked("et alors ?"), asked("?"))] == [
        2,
        1,
    ]


def test_only_the_documents_that_were_near_most_often_are_named():
    entries = [asked("Une girafe ?", documents=tuple("abcd"[:most])) for most in (4, 3, 2, 1)]
    assert grouped(*entries)[0].documents == ("a", "b", "c")


def test_the_journal_gives_what_was_asked_in_vain_and_nothing_else(tmp_path: Path):
    journal = Journal(tmp_path)
    plain = Answer("Une girafe ?", "fr", (), "…", True, nearest=(NEAR,))
    journal.record_unanswered(plain)
    unsure = Answer("Un lion ?", "fr", (CITED,), "…", False, unsure=True, nearest=(NEAR,))
    journal.record_unanswered(unsure)
    journal.record_unanswered(Answer("Un tigre ?", "fr", (CITED,), "…", False))
    journal.record_verdict(unsure, "useful")
    journal.record_verdict(unsure, "wrong", "missing", "=1+1")
    found, left_out = asked_in_vain(tmp_path)
    assert left_out == 0
    assert [(one.kind, one.question, one.reason, one.comment, one.documents) for one in found] == [
        ("unanswered", "Une girafe ?", "", "", ("positions/a.md",)),
        ("uncertain", "Un lion ?", "", "", ("positions/a.md",)),
        ("wrong", "Un lion ?", "missing", "=1+1", ("positions/a.md",)),
    ]
    kept = [json.loads(line) for line in (tmp_path / "feedback.jsonl").read_text().splitlines()]
    assert set(kept[1]) == {"time", "verdict", "question", "nearest"}  # and nothing of who asked


def test_staff_who_want_no_unanswered_questions_keep_no_uncertain_ones(tmp_path: Path):
    Journal(tmp_path, unanswered=False).record_unanswered(
        Answer("Un lion ?", "fr", (CITED,), "…", False, unsure=True)
    )
    assert asked_in_vain(tmp_path) == ([], 0)


def test_what_the_journal_holds_of_other_shapes_is_passed_over(tmp_path: Path):
    journal_of(
        tmp_path,
        {"verdict": "unanswered", "question": " ", "time": "2026-11-01T00:00:00+00:00"},
        {"verdict": ["wrong"], "question": "Un ?"},
        {"verdict": "wrong", "question": "Deux ?", "time": "2026-11-01"},
        {
            "verdict": "wrong",
            "question": "Deux ?",
            "citations": ["x", {"document": "d"}],
            "time": "2026-11-01T00:00:00+00:00",
        },
        {"verdict": "useful", "question": "Trois ?"},
    )
    assert [(one.question, one.documents) for one in asked_in_vain(tmp_path)[0]] == [
        ("Deux ?", ("d",))
    ]


def test_a_month_is_counted_alone(tmp_path: Path):
    for day in ("2026-10-31", "2026-11-01"):
        time = f"{day}T10:00:00+00:00"
        journal_of(tmp_path, {"verdict": "unanswered", "question": day, "time": time})
    assert [one.question for one in asked_in_vain(tmp_path, "2026-11")[0]] == ["2026-11-01"]


def test_a_group_that_was_dealt_with_opens_again_when_it_is_asked_again(tmp_path: Path):
    first = asked("Une girafe ?", "2026-11-02")
    (group,) = grouped(first)
    deal_with(tmp_path, group, "zoe")
    (dealt,) = grouped(first, dealt=dealt_with(tmp_path))
    assert dealt.dealt and (dealt.dealt.who, dealt.dealt.until) == ("zoe", first.time)
    (open_again,) = grouped(first, asked("une girafe ?", "2026-11-09"), dealt=dealt_with(tmp_path))
    assert open_again.dealt is None
    deal_with(tmp_path, dealt, "zoe", dealt=False)
    assert dealt_with(tmp_path) == {}


def test_no_question_is_kept_of_what_was_dealt_with_only_its_digest(tmp_path: Path):
    deal_with(tmp_path, grouped(asked("Une girafe ?"))[0], "zoe")
    (line,) = (tmp_path / "dealt.jsonl").read_text().splitlines()
    assert "girafe" not in line and digest("  UNE girafe ?") in line


def test_a_journal_that_cannot_be_read_is_told_with_what_to_do(tmp_path: Path):
    (tmp_path / "feedback.jsonl").mkdir()
    with pytest.raises(FeedbackUnusable, match="Give the right to read it"):
        asked_in_vain(tmp_path)
    (tmp_path / "dealt.jsonl").mkdir()
    with pytest.raises(FeedbackUnusable, match="Make room or give the right"):
        deal_with(tmp_path, grouped(asked("Une girafe ?"))[0], "zoe")


@pytest.fixture
def said(federation: Federation, capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """What `python -m bot report` prints with these options."""
    federation.write("positions/2024-01-02-zoo.md", "# Le zoo\n\nNous demandons un zoo.")
    federation.index()
    opened = Bot(Shelf(federation.store), federation.embedder)

    def report(*options: str) -> str:
        assert main(["report", "--store", str(federation.store), *options], lambda _: opened) == 0
        return capsys.readouterr().out

    append(
        federation.store / "feedback.jsonl",
        {
            "verdict": "unanswered",
            "question": "=Une girafe ?",
            "nearest": ["positions/2024-01-02-zoo.md", "gone.md"],
        },
    )
    return report


def test_the_command_prints_a_table_json_and_csv(said: Callable[..., str], monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    text = said()
    assert "=Une girafe ?\n  une fois · sans réponse : 1 · la dernière le 20" in text
    assert "au plus près : Le zoo · 2024-01-02 · positions/2024-01-02-zoo.md" in text
    (group,) = json.loads(said("--json"))["groups"]
    assert group["nearest"] == [
        {"document": "positions/2024-01-02-zoo.md", "title": "Le zoo", "date": "2024-01-02"},
        {"document": "gone.md", "title": "", "date": ""},
    ]
    (row,) = csv.DictReader(io.StringIO(said("--csv")))
    assert (row["question"], row["count"], row["unanswered"]) == ("'=Une girafe ?", "1", "1")
    assert said("--month", "2001-01").strip() == SAID["fr"]["none"]


def test_the_command_leaves_out_what_was_dealt_with_unless_all_is_asked_for(
    said: Callable[..., str], federation: Federation, monkeypatch
):
    monkeypatch.setenv("LC_ALL", "C")
    found, _ = asked_in_vain(federation.store)
    deal_with(federation.store, grouped(*found)[0], "zoe")
    assert said().strip() == SAID["en"]["none"]
    assert "dealt with by zoe on 20" in said("--all")


def test_a_month_that_is_none_is_refused(capsys: pytest.CaptureFixture):
    for wrong in ("2026-13", "2026", "11-2026"):
        with pytest.raises(SystemExit):
            main(["report", "--month", wrong])
        assert "invalid month value" in capsys.readouterr().err


@pytest.mark.evaluation
@pytest.mark.parametrize(("half", "same", "others"), [("tune", 17, 19), ("report", 9, 9)])
def test_questions_that_ask_the_same_are_told_from_those_that_do_not(
    half: str, same: int, others: int, e5: SentenceEmbedder
):
    right = {True: 0, False: 0}
    pairs = [json.loads(line) for line in PAIRS.read_text().splitlines()]
    of_half = [pair for pair in pairs if pair["half"] == half]
    for pair in of_half:
        questions = Questions(e5.encode_questions)
        entries = [asked(pair["one"]), asked(pair["other"])]
        deque(questions.learn(entries), maxlen=0)
        right[pair["same"]] += (len(questions.grouped(entries)) == 1) == pair["same"]
    print(
        f"{half}: {right[True]} same and {right[False]} others right, of {len(of_half) // 2} each"
    )
    assert right[True] >= same and right[False] >= others


def test_long_questions_are_compared_by_their_beginning_and_once():
    words, seen = WordEmbedder(), list[str]()

    def encode(questions: Sequence[str]) -> list[Encoded]:
        seen.extend(questions)
        return words.encode_questions(questions)

    questions = Questions(encode)
    entries = [asked(f"{'taxis volants ' * 40}{number}") for number in range(3)]
    deque(questions.learn(entries), maxlen=0)
    (group,) = questions.grouped(entries)
    assert group.count == 3
    assert [len(question) for question in seen] == [300, 300, 300]
    assert questions.grouped(entries) == [group] and len(seen) == 3


def test_a_time_that_is_none_is_passed_over(tmp_path: Path):
    line = {"verdict": "unanswered", "question": "Et alors ?", "time": "2026-W45-1T10:00:00+00:00"}
    (tmp_path / "feedback.jsonl").write_text(json.dumps(line) + "\n")
    assert asked_in_vain(tmp_path) == ([], 0)
