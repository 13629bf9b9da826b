"""What a document says of itself: drafts and internal papers are known by name or a line on top."""

import io
from pathlib import Path

import pytest
from making import docx, p

from index.describe import describe
from index.passage import Section
from index.readers.office import core_properties, guarded
from index.readers.read import read


def described(
    path: str,
    text: str = "Un fonds.",
    overrides: dict | None = None,
    own: dict | None = None,
    headings: tuple[str, ...] = (),
):
    return describe(path, {}, overrides or {}, own or {}, [Section(headings, text)])


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("PROJET – ne pas diffuser", "draft"),
        ("Projet – ne pas diffuser", "draft"),
        ("Projet de position", "draft"),
        ("Document de travail", "draft"),
        ("DRAFT", "draft"),
        ("[Draft v2]", "draft"),
        ("Brouillon", "draft"),
        ("Version de travail du 3 mai 2024", "draft"),
        ("Statut : projet", "draft"),
        ("Le cloud (projet)", "draft"),
        ("PROJET – version 3", "draft"),
        ("Projet de position du 3 mars 2025", "draft"),
        ("★ Projet de position ★", "draft"),
        ("Position retirée", "withdrawn"),
        ("Position retirée le 3 mars 2022", "withdrawn"),
        ("Document caduc", "superseded"),
        ("Withdrawn", "withdrawn"),
        ("Position remplacée (par celle de 2023)", "superseded"),
        ("Superseded by our 2023 paper", "superseded"),
        ("Projet de loi de finances", "adopted"),
        ("Le projet de loi de finances pour 2025", "adopted"),
        ("Notre projet pour l'Europe", "adopted"),
        ("Projet européen", "adopted"),
        ("Projet : un campus", "adopted"),
        ("PROJET DE LOI", "adopted"),
        ("PROJET-PILOTE", "adopted"),
        ("Projet de position du Conseil", "adopted"),
        ("Draft AI Act", "adopted"),
        ("Notre position remplace la loi", "adopted"),
    ],
)
def test_a_short_line_on_top_states_the_status(line: str, status: str):
    facts, warnings = described("2023-cloud.md", f"Le cloud\n\n{line}\n\nUn fonds.")
    assert facts["status"] == status
    assert any(
        f"taken as status {status}, for it says {line!r}" in warning for warning in warnings
    ) == (status != "adopted")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("PROJET-cloud", "draft"),
        ("PROJET_cloud", "draft"),
        ("projet-de-position-cloud", "draft"),
        ("cloud-brouillon", "draft"),
        ("cloud–brouillon", "draft"),
        ("cloud_DRAFT", "draft"),
        ("cloud-v0", "draft"),
        ("cloud-WIP", "draft"),
        ("cloud-projet-v2", "draft"),
        ("PROJET_cloud_2025_v3", "draft"),
        ("2025-draft-cloud", "draft"),
        ("projet-de-loi-de-finances-2024", "adopted"),
        ("PROJET-DE-LOI", "adopted"),
        ("projet-europeen", "adopted"),
        ("draft-regulation", "adopted"),
        ("v02-cloud", "adopted"),
        ("drafting-rules", "adopted"),
    ],
)
def test_a_file_name_states_a_draft(name: str, status: str):
    assert described(f"{name}.md")[0]["status"] == status


@pytest.mark.parametrize(
    ("line", "audience"),
    [
        ("Diffusion réservée aux permanents", "staff"),
        ("À usage interne", "staff"),
        ("CONFIDENTIEL", "staff"),
        ("« Confidentiel »", "staff"),
        ("Projet – ne pas diffuser", "staff"),
        ("Internal only", "staff"),
        ("Internal use only", "staff"),
        ("Diffusion réservée aux permanents.", "staff"),
        ("Do not circulate", "staff"),
        ("Diffusion réservée aux adhérents", "members"),
        ("Informatique confidentielle", "members"),
        ("Une clause de confidentialité", "members"),
    ],
)
def test_a_short_line_on_top_keeps_a_document_for_staff(line: str, audience: str):
    facts, warnings = described("2023-cloud.md", f"{line}\n\nUn fonds.")
    assert facts["audience"] == audience
    assert any(
        "members will not see it" in warning and "can say otherwise" in warning
        for warning in warnings
    ) == (audience == "staff")


@pytest.mark.parametrize(
    ("name", "audience"),
    [
        ("note-interne-cloud", "staff"),
        ("cloud_confidentiel", "staff"),
        ("cloud-ne-pas-diffuser", "staff"),
        ("confidential-computing", "members"),
    ],
)
def test_a_file_name_keeps_a_document_for_staff(name: str, audience: str):
    assert described(f"{name}.md")[0]["audience"] == audience


def test_body_text_states_neither_status_nor_audience():
    facts, _ = described("2023-cloud.md", "a\nb\nc\nd\ne\nDRAFT\nConfidentiel")
    assert (facts["status"], facts["audience"]) == ("adopted", "members")


def test_the_status_in_the_catalogue_is_believed_before_what_the_document_bears():
    facts, warnings = described(
        "2023-cloud-draft.md",
        "Le cloud",
        {"status": "adopted", "audience": "public", "kind": "position"},
    )
    assert (facts["status"], facts["audience"], warnings) == ("adopted", "public", [])


def test_no_catalogue_opens_a_document_that_bears_to_be_for_staff():
    facts, warnings = described(
        "2023-cloud.md", "Confidentiel", {"audience": "public", "kind": "position"}
    )
    assert facts["audience"] == "staff"
    assert warnings == [
        "2023-cloud.md: taken as audience staff, members will not see it, for it says "
        "'Confidentiel' (only its name or its first lines can say otherwise)"
    ]


@pytest.mark.parametrize("created", ["2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z"])
def test_the_date_of_a_librarys_default_file_is_no_documents(tmp_path: Path, created: str):
    (tmp_path / "2024-03-cloud.docx").write_bytes(docx(p("Un fonds."), created=created))
    assert read(tmp_path, "2024-03-cloud.docx", {})[0].date == "2024-03"


def test_an_empty_file_of_python_docx_has_no_date():
    from docx import Document

    stream = io.BytesIO()
    Document().save(stream)
    assert core_properties(guarded(stream.getvalue(), "word/document.xml", ".docx")) == {
        "title": "",
        "date": "",
    }


def test_properties_that_lie_in_the_future_are_not_believed():
    facts, warnings = described("positions/2023-05-cloud.md", own={"date": "2099-01-01"})
    assert facts["date"] == "2023-05"
    assert warnings == [
        "positions/2023-05-cloud.md: its properties say 2099-01-01, which is still to come; "
        "they are not believed"
    ]


@pytest.mark.parametrize("generic", ["(anonymous)", "untitled", "Divers", "note"])
def test_a_title_that_says_nothing_gives_way_to_the_first_heading_then_to_the_file_name(
    generic: str,
):
    assert (
        described("le-cloud.pdf", own={"title": generic}, headings=("Pour un cloud ouvert",))[0][
            "title"
        ]
        == "Pour un cloud ouvert"
    )
    assert (
        described("le-cloud.pdf", own={"title": generic}, headings=(generic,))[0]["title"]
        == "Le cloud"
    )
