"""Export, memory, feedback and brand, without a browser."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from markdown_it import MarkdownIt

from bot import wording
from bot.records import Answer, Citation, Claim
from bot.records import Turn as Asked
from bot.settings import BotSettings
from bot.web.brand import NIGHT, PAPER, Brand, BrandInvalid, contrast
from bot.web.export import as_docx, as_markdown, as_text
from bot.web.feedback import Journal
from bot.web.memory import MOST_TURNS, Conversations
from index.passage import Passage

QUOTE = "Un fonds de *200* millions d'euros, [sans](http://h.example) délai <b>."
PASSAGE = Passage(
    path="positions/a.md",
    title="Financer les startups",
    date="2022-02-08",
    kind="position",
    id="1",
    headings=(),
    page=0,
    start=0,
    end=len(QUOTE),
    text=QUOTE,
)
SOURCE = (
    "[1] Financer les startups, position, texte du 8 février 2022, réservé aux adhérents "
    "(positions/a.md)"
)
TODAY = date(2024, 11, 24)
KEY = "0123456789abcdef"


def answer(**fields) -> Answer:
    passage = replace(PASSAGE, **fields)
    return Answer(
        "Quel fonds ?",
        "fr",
        (Claim(f"« {QUOTE} »", (Citation(1, passage, QUOTE, 0, len(QUOTE)),)),),
        f"« {QUOTE} » [1]",
        False,
    )


def test_what_tells_of_a_text_for_staff_without_citing_it_says_for_whom_it_is():
    told = "J'ai lu : Note interne."
    rests_on = (replace(PASSAGE, audience="staff"),)
    said = Answer("Quels textes ?", "fr", (), told, False, reply="about", rests_on=rests_on)
    note = docx.Document(io.BytesIO(as_docx(said, TODAY)))
    for taken in (as_text(said, TODAY), "\n".join(one.text for one in note.paragraphs)):
        assert "Réservé à l'équipe." in taken
        assert told in taken


def test_an_answer_as_text_keeps_the_quote_and_dates_its_source():
    lines = as_text(answer(), TODAY).splitlines()
    assert f"• « {QUOTE} » [1]" in lines
    assert SOURCE in lines
    assert lines[-1].startswith("Copié le 24 novembre 2024.")


def test_an_answer_as_markdown_shows_the_quote_as_it_is_with_a_dated_footnote():
    written = as_markdown(answer(), TODAY)
    html = MarkdownIt("commonmark").render(written.split("[^1]:")[0])
    assert "<em>" not in html and "<a " not in html and "<b>" not in html
    assert "*200*" in html and "[^1]" in html
    assert "[^1]: Financer les startups, position, texte du 8 février 2022" in written


STAFF = {"fr": "Réservé à l'équipe", "en": "Staff only"}
MEMBERS = {"fr": "Réservé aux adhérents", "en": "Members only"}
TOPS, NARROW = (STAFF, MEMBERS), ("members", "staff")


def cited_from(audiences: tuple[str, ...], language: str) -> Answer:
    citations = tuple(
        Citation(number, replace(PASSAGE, audience=audience), QUOTE, 0, len(QUOTE))
        for number, audience in enumerate(audiences, 1)
    )
    return Answer("Quel fonds ?", language, (Claim("Un fonds.", citations),), "…", False)


def taken_away(given: Answer) -> tuple[str, ...]:
    note = docx.Document(io.BytesIO(as_docx(given, TODAY)))
    paragraphs = "\n".join(paragraph.text for paragraph in note.paragraphs)
    return as_text(given, TODAY), as_markdown(given, TODAY), paragraphs


@pytest.mark.parametrize(
    ("audiences", "said"),
    [
        (("public",), {"fr": "", "en": ""}),
        (("public", "members"), MEMBERS),
        (("staff", "public", "members"), STAFF),
    ],
)
def test_the_narrowest_source_says_for_whom_an_answer_is_and_each_source_for_whom_it_is(
    audiences: tuple[str, ...], said: dict[str, str]
):
    for language, mark in said.items():
        for written in taken_away(cited_from(audiences, language)):
            lines = written.replace("^", "").replace("]:", "]").splitlines()
            tops = [line for line in lines if line in {f"{top[language]}." for top in TOPS}]
            assert tops == ([f"{mark}."] if mark else [])
            for number, audience in enumerate(audiences, 1):
                (source,) = (line for line in lines if line.startswith(f"[{number}] "))
                assert [name for name in NARROW if wording.RESERVED[language][name] in source] == [
                    name for name in NARROW if name == audience
                ]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("draft", "projet, non adopté"),
        ("superseded", "position remplacée depuis"),
        ("withdrawn", "position retirée"),
    ],
)
def test_a_text_that_is_not_in_force_is_never_taken_away_as_valid(status: str, said: str):
    for written in (
        as_text(answer(status=status), TODAY),
        as_markdown(answer(status=status), TODAY),
    ):
        assert f"{said}, texte du 8 février 2022" in written and "valable" not in written


def test_a_note_reads_back_with_question_quote_sources_and_what_no_xml_may_hold_left_out():
    note = docx.Document(
        io.BytesIO(as_docx(replace(answer(), question="Quel\x00 fonds ?"), TODAY, "Fédération"))
    )
    text = [paragraph.text for paragraph in note.paragraphs]
    assert text[:3] == ["Éléments de langage", "Fédération · 24 novembre 2024", "Quel fonds ?"]
    assert f"« {QUOTE} » [1]" in text
    assert SOURCE in text


def test_an_abstention_is_taken_away_as_one():
    nothing = Answer("?", "en", (), "…", True)
    assert "I found nothing in our texts" in as_text(nothing, TODAY)
    assert any(
        "I found nothing in our texts" in paragraph.text
        for paragraph in docx.Document(io.BytesIO(as_docx(nothing, TODAY))).paragraphs
    )


def test_all_that_frames_an_answer_is_taken_away_in_every_form():
    given = replace(answer(), lead="Projet, non adopté :", note="Et 3 autres.", unsure=True)
    for written in taken_away(given):
        text = written.replace("\\", "")
        for said in ("Projet, non adopté :", "Et 3 autres.", "vérifiez les passages"):
            assert text.count(said) == 1
        assert text.index("Projet, non adopté") < text.index(QUOTE) < text.index("Et 3 autres.")


def test_what_exactly_is_missing_is_taken_away():
    nothing = Answer("?", "fr", (), "…", True, lead="Nos textes ne donnent pas de montant.")
    for written in taken_away(nothing):
        assert "Nos textes ne donnent pas de montant." in written
        assert "Je n'ai rien trouvé" not in written


@pytest.mark.parametrize(
    ("grade", "mark"),
    [("worded", "formulé par le modèle d'après la citation"), ("proved", "citation abrégée")],
)
def test_words_that_are_not_the_text_s_are_taken_away_with_their_quote_and_whose_they_are(
    grade: str, mark: str
):
    (claim,) = answer().claims
    given = replace(answer(), claims=(replace(claim, text="Un fonds sans délai.", grade=grade),))
    for written in taken_away(given):
        text = written.replace("\\", "")
        said, quoted = text.index("Un fonds sans délai."), text.index(f"« {QUOTE} »")
        assert said < text.index(f"({mark})") < quoted
        assert ("mot pour mot dans nos textes" in text) == (grade == "worded")


def test_a_table_is_taken_away_as_a_table():
    text = "Mesure | Taux\nCII | 30 *%*"
    passage = replace(PASSAGE, text=text, end=len(text))
    cited = (
        Citation(1, passage, "Mesure | Taux", 0, 13),
        Citation(2, passage, "CII | 30 *%*", 14, len(text)),
    )
    claim = Claim("« Mesure | Taux » « CII | 30 *%* »", cited)
    given = Answer("Quel taux ?", "fr", (claim,), "…", False)
    html = MarkdownIt("commonmark").enable("table").render(as_markdown(given, TODAY))
    assert "<th>Mesure</th>" in html and "<td>30 *%*</td>" in html
    assert "  CII | 30 *%*" in as_text(given, TODAY).splitlines()
    (table,) = docx.Document(io.BytesIO(as_docx(given, TODAY))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Mesure", "Taux"],
        ["CII", "30 *%*"],
    ]


def test_a_conversation_is_found_by_its_user_with_its_key_and_by_nobody_else():
    talks = Conversations()
    talks.get("anna", KEY).add(answer(), ())
    assert talks.get("anna", KEY).history() == [Asked("Quel fonds ?", ("positions/a.md",))]
    assert (
        talks.get("boris", KEY).history()
        == talks.get("anna", KEY[::-1]).history()
        == talks.get("anna", "").history()
        == []
    )
    talks.forget("anna", KEY)
    assert talks.get("anna", KEY).history() == []


def test_a_turn_that_shows_a_document_which_is_gone_is_forgotten():
    talk = Conversations().get("", KEY)
    talk.add(answer(), ())
    talk.add(answer(path="positions/b.md"), ())
    talk.keep_only([replace(PASSAGE, path="positions/b.md")])
    assert [turn.number for turn in talk.turns] == [2]


def test_memory_is_bounded_in_conversations_and_in_turns():
    talks = Conversations(most=2)
    for number in range(3):
        talks.get("", f"{KEY}{number}").add(answer(), ())
    assert [len(talks.get("", f"{KEY}{number}").turns) for number in (2, 1, 0)] == [1, 1, 0]
    talk = talks.get("", KEY)
    for _ in range(MOST_TURNS + 5):
        talk.add(answer(), ())
    assert len(talk.turns) == MOST_TURNS and talk.turns[-1].number == MOST_TURNS + 5


def test_feedback_from_many_threads_is_one_object_a_line(tmp_path: Path):
    journal = Journal(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert all(
            pool.map(
                lambda number: journal.record_verdict(
                    answer(), "wrong", "quote", f"ligne\n{number}"
                ),
                range(40),
            )
        )
    stored = [json.loads(line) for line in (tmp_path / "feedback.jsonl").read_text().splitlines()]
    assert sorted(int(entry["comment"].split("\n")[1]) for entry in stored) == list(range(40))
    assert (tmp_path / "feedback.jsonl").stat().st_mode & 0o077 == 0


def test_a_line_of_feedback_that_was_left_unfinished_spoils_no_other(tmp_path: Path):
    (tmp_path / "feedback.jsonl").write_bytes(b'{"verdict": "useful"}\n{"verdict": "wro')
    assert Journal(tmp_path).record_verdict(answer(), "useful")
    assert Journal(tmp_path).record_verdict(answer(), "wrong")
    whole, torn, *written = (tmp_path / "feedback.jsonl").read_text().splitlines()
    assert (whole, torn) == ('{"verdict": "useful"}', '{"verdict": "wro')
    assert [json.loads(line)["verdict"] for line in written] == ["useful", "wrong"]


def test_feedback_is_written_through_no_symbolic_link(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    (tmp_path / "other").write_text("untouched")
    (tmp_path / "feedback.jsonl").symlink_to(tmp_path / "other")
    assert Journal(tmp_path).record_verdict(answer(), "useful") is False
    assert (tmp_path / "other").read_text() == "untouched"
    assert "feedback.jsonl was not written" in capsys.readouterr().err


def test_a_comment_that_is_no_valid_text_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    assert Journal(tmp_path).record_verdict(answer(), "wrong", "other", "\ud800") is False
    assert "feedback.jsonl was not written" in capsys.readouterr().err


def test_unanswered_questions_are_noted_unless_staff_do_not_want_them(tmp_path: Path):
    Journal(tmp_path, unanswered=False).record_unanswered(Answer("?", "fr", (), "…", True))
    Journal(tmp_path).record_unanswered(answer())
    assert not (tmp_path / "feedback.jsonl").exists()
    Journal(tmp_path).record_unanswered(
        Answer("Une girafe ?", "fr", (), "…", True, nearest=(PASSAGE,))
    )
    entry = json.loads((tmp_path / "feedback.jsonl").read_text())
    assert (entry["verdict"], entry["question"], entry["nearest"]) == (
        "unanswered",
        "Une girafe ?",
        ["positions/a.md"],
    )


def test_feedback_that_cannot_be_written_is_told_and_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    (tmp_path / "store").write_text("a file where a folder should be")
    assert Journal(tmp_path / "store").record_verdict(answer(), "useful") is False
    assert "feedback.jsonl was not written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "colour", ["#ffd500", "#000000", "#ffffff", "#ff0000", "#7f7f7f", "#3b3fb5"]
)
def test_whatever_the_colour_it_can_be_read_on_both_themes(colour: str):
    light, dark = (
        tuple(int(found[at : at + 2], 16) for at in (0, 2, 4))
        for found in (part.split("#")[1][:6] for part in Brand(colour=colour).css.split("}")[:2])
    )
    assert contrast(light, PAPER) >= 4.5 and contrast(dark, NIGHT) >= 4.5


@pytest.mark.parametrize(
    "wrong",
    [{"colour": "red;}body{display:none"}, {"logo": Path("missing.svg")}, {"logo": Path(__file__)}],
)
def test_a_colour_or_logo_that_is_none_is_refused_with_its_remedy(wrong: dict):
    with pytest.raises(BrandInvalid, match=r"PLAIDOYER_(COLOUR|LOGO) is"):
        Brand.of(BotSettings(**wrong))
