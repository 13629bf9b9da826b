"""`python -m index show`, and the report in French and English."""

import ast
import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from conftest import ROOT, Federation
from making import docx, p, pdf

from index.__main__ import main
from index.dating import BELIEVED
from index.describe import SAY_OTHERWISE
from index.french import MESSAGES, in_french
from index.report import LABELS, Report, language_of_locale, report_text
from index.sources import CATALOGUE

NOTE = "---\naudience: public\ntopics: [cloud]\n---\n# Un fonds\n\nNous demandons un fonds.\n"


def shown(capsys: pytest.CaptureFixture, *arguments: str) -> tuple[int, str, str]:
    code = main(["show", "--language", "en", *arguments])
    return code, *capsys.readouterr()


def test_show_prints_the_contracts_object(tmp_path: Path, capsys: pytest.CaptureFixture):
    (tmp_path / "positions").mkdir()
    (tmp_path / "positions/2023-05-04-a.md").write_text(NOTE)
    (tmp_path / "catalogue.toml").write_text('["positions/2023-05-04-a.md"]\nstatus = "draft"\n')
    code, out, _ = shown(capsys, "positions/2023-05-04-a.md", "--corpus", str(tmp_path), "--json")
    assert code == 0
    assert json.loads(out) == {
        "path": "positions/2023-05-04-a.md",
        "title": "Un fonds",
        "date": "2023-05-04",
        "kind": "position",
        "status": "draft",
        "audience": "public",
        "language": "fr",
        "topics": ["cloud"],
        "warnings": [],
        "left_out": {},
        "sections": [
            {
                "headings": ["Un fonds"],
                "page": 0,
                "text": "Un fonds\n\nNous demandons un fonds.\n\n",
            }
        ],
    }


def test_show_reads_a_file_outside_the_corpus_and_one_by_its_own_path(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "2023-a.txt").write_text("Un fonds.")
    (tmp_path / "2024-b.txt").write_text("Un guichet.")
    where = ("--corpus", str(corpus), "--json")
    assert json.loads(shown(capsys, str(corpus / "2023-a.txt"), *where)[1])["path"] == "2023-a.txt"
    outside = json.loads(shown(capsys, str(tmp_path / "2024-b.txt"), *where)[1])
    assert (outside["path"], outside["sections"][0]["text"]) == ("2024-b.txt", "Un guichet.\n\n")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"rien", "it is no PDF"),
        ("a.zip", b"rien", "this format is not read (only"),
        ("a.txt", None, "there is no file"),
    ],
)
def test_show_says_why_a_file_cannot_be_read_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture, name: str, data: bytes | None, reason: str
):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    code, out, err = shown(capsys, str(tmp_path / name), "--corpus", str(tmp_path), "--json")
    assert (code, json.loads(out)["path"]) == (1, str(tmp_path / name))
    assert json.loads(out)["reason"].startswith(reason)
    assert err.startswith(f"{tmp_path / name}: {reason}")


def test_show_prints_warnings_and_what_was_left_out_and_the_text_by_its_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    (tmp_path / "2023-a.docx").write_bytes(docx(p("Un fonds.")))
    (tmp_path / "2023-a.pdf").write_bytes(pdf([(50, 700, "Un guichet.")]))
    _, out, _ = shown(capsys, str(tmp_path / "2023-a.docx"))
    assert "warning: 2023-a.docx: kind unknown, indexed as other" in out
    assert "left out of 2023-a.docx: page headers and footers (2 words)" in out
    assert out.endswith("\n==\nUn fonds.\n\n")
    assert "== [p. 1]\nUn guichet." in shown(capsys, str(tmp_path / "2023-a.pdf"))[1]


def test_show_prints_a_mail_with_its_attachments_or_one_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    message = EmailMessage()
    message["Subject"] = "Note"
    message.set_content("Voici.\n")
    message.add_attachment("Un fonds.", filename="note.txt")
    (tmp_path / "2023-a.eml").write_bytes(message.as_bytes())
    where = ("--corpus", str(tmp_path), "--json")
    whole = json.loads(shown(capsys, "2023-a.eml", *where)[1])
    assert [one["path"] for one in whole["attachments"]] == ["2023-a.eml/note.txt"]
    part = json.loads(shown(capsys, "2023-a.eml/note.txt", *where)[1])
    assert (part["sections"][0]["text"], "attachments" in part) == ("Un fonds.\n\n", False)
    assert shown(capsys, "2023-a.eml/autre.txt", *where)[0] == 1


def test_show_without_a_file_is_wrong_use(capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as wrong:
        main(["show"])
    assert wrong.value.code == 2


# The report


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "fr_BE.UTF-8"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_report_is_in_the_language_of_the_locale(environment: dict, language: str):
    assert language_of_locale(environment) == language


def last_line(federation: Federation, language: str, check: bool = False) -> str:
    return report_text(federation.index(), check, language).split("\n")[-1]


def test_the_last_line_says_what_was_indexed_all_the_same(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.write("2023-b.txt", "Un guichet.")
    assert last_line(federation, "en") == "All 2 documents are indexed."
    assert last_line(federation, "fr") == "Les 2 documents sont tous indexés."
    federation.write("2023-c.pdf", b"rien")
    assert last_line(federation, "en") == (
        "1 file could not be read; the other 2 documents are indexed."
    )
    assert last_line(federation, "fr") == (
        "1 fichier illisible ; les 2 autres documents sont indexés."
    )
    federation.write("2023-a.txt", b"\0\1" * 500)
    assert last_line(federation, "en", check=True) == (
        "2 files could not be read; 2 documents would be indexed, 1 of them as last read."
    )
    assert last_line(federation, "fr") == (
        "2 fichiers illisibles ; 2 documents sont indexés, dont 1 dans leur dernière version lue."
    )


def test_the_command_reports_in_the_language_that_is_asked_for(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Un fonds.")
    federation.write("2023-b.html", "<nav>Accueil</nav><p>Un guichet.</p>")
    federation.write("c.pdf", b"rien")
    federation.index()
    where = ["--corpus", str(federation.corpus), "--store", str(federation.store), "--check"]
    assert main([*where, "--language", "fr", "--verbose"]) == 1
    out = capsys.readouterr().out.split("\n")
    assert out[0].startswith("Serait : 2 documents, 2 passages")
    assert out[1:-1] == [
        "  inchangés : 2",
        "  ILLISIBLE : c.pdf : ce n'est pas un PDF",
        "  attention : 2023-a.txt : genre inconnu, indexé comme « other »",
        "  attention : 2023-b.html : genre inconnu, indexé comme « other »",
        "  laissé de côté dans 2023-b.html : menus, pieds de page et texte masqué (1 mot)",
        "1 fichier illisible ; les 2 autres documents seraient indexés.",
    ]
    assert main([*where, "--language", "en"]) == 1
    assert "UNREADABLE: c.pdf: it is no PDF" in capsys.readouterr().out
    assert main([*where, "--language", "fr", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["unreadable"] == [
        {"path": "c.pdf", "reason": "it is no PDF"}
    ]


def test_pages_of_pictures_come_with_the_way_to_have_them_read(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.write("2023-b.pdf", pdf([], images=1))
    report = federation.index()
    assert report.warnings[-1] == (
        "pages of pictures were not read; with tesseract, PLAIDOYER_OCR=tesseract reads them "
        "(docs/formats.md)"
    )
    assert "PLAIDOYER_OCR=tesseract les lit" in report_text(report, language="fr")


def test_the_labels_are_the_same_in_both_languages():
    assert set(LABELS["fr"]) == set(LABELS["en"])
    assert report_text(Report(), language="fr").split("\n")[-1] == "Aucun document indexé."


def raised() -> set[str]:
    """The messages in the readers' and the build's code, X in the place of what is filled in."""
    found = set()
    folders = ("index", "index/readers", "bot/web/desk")
    for file in [file for folder in folders for file in (ROOT / folder).glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                is_list = "warnings" in ast.unparse(node.func)
                if name in ("CollectionRefused", "Unreadable", "TookTooLong", "warn") or (
                    name == "append" and is_list
                ):
                    found |= {_text(argument) for argument in node.args}
    return found - {""}


CONSTANTS = {"CATALOGUE": CATALOGUE, "BELIEVED": BELIEVED, "SAY_OTHERWISE": SAY_OTHERWISE}


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        str(part.value)
        if isinstance(part, ast.Constant)
        else CONSTANTS.get(ast.unparse(part.value), "X")
        for part in node.values
    )


def test_every_message_has_its_french():
    own = {"X: X", "X: X. Save it as one of these.", "Built anew: X"}  # put together from messages
    english = {one for one in raised() if in_french(one) == one} - own
    assert english == set()


def test_a_message_without_french_and_what_stands_in_one_stay_as_they_are():
    assert in_french("quelque chose") == "quelque chose"
    assert in_french("a: b.pdf: attachment not read: x.docx (it holds no text)") == (
        "a : b.pdf : pièce jointe non lue : x.docx (il ne contient pas de texte)"
    )
    said = (
        f"a.pdf: its properties call it 'A', which its first page does not; called 'B' {CATALOGUE}"
    )
    assert in_french(said) == (
        "a.pdf : ses propriétés le nomment 'A', sa première page non ; nommé 'B' "
        "(catalogue.toml peut en décider autrement)"
    )
    assert len(MESSAGES) > 60
