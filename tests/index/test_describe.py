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


@pytest.mark.parametrize(
    "name",
    [
        "2023-06-20-conseil.pdf",
        "2023_06_20 conseil.docx",
        "20230620-conseil.odt",
        "conseil-20-06-2023.pptx",
        "conseil du 20 juin 2023.pdf",
    ],
)
def test_a_whole_date_in_the_name_is_believed_before_the_day_of_creation(name: str):
    facts, warnings = described(name, own={"date": "2026-02-03"})
    assert facts["date"] == "2023-06-20"
    assert warnings[0] == (
        f"{name}: its properties say 2026-02-03, its name 2023-06-20; "
        "the name is believed (catalogue.toml can say otherwise)"
    )


@pytest.mark.parametrize(
    ("name", "made", "warned"),
    [
        ("2023-06-20-conseil.pdf", "2023-07-20", False),
        ("2023-06-20-conseil.pdf", "2023-07-22", True),
        ("2023-06-20-conseil.pdf", "2023-06-19", True),
        ("2023-06-conseil.pdf", "2023-07-20", False),
        ("2023-conseil.pdf", "2024-01-20", False),
        ("2023-conseil.pdf", "2024-02-20", True),
    ],
)
def test_a_file_made_in_the_month_after_the_date_in_its_name_is_nothing_to_warn_of(
    name: str, made: str, warned: bool
):
    facts, warnings = described(name, own={"date": made})
    assert name.startswith(facts["date"])
    assert any("its properties say" in warning for warning in warnings) == warned


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Paris, le 3 juin 2025", "2025-06-03"),
        ("À Neuilly-sur-Seine, le 3 juin 2025.", "2025-06-03"),
        ("Fait à Lyon, le 3 juin 2025", "2025-06-03"),
        ("Brussels, 3 June 2025", "2025-06-03"),
        ("Le 3 juin 2025", "2025-06-03"),
        ("Publié le 3 juin 2025", "2025-06-03"),
        ("Date : 3 juin 2025", "2025-06-03"),
        ("June 3, 2025", "2025-06-03"),
        ("Juin 2025", "2025-06"),
        ("Communiqué de presse du 3 juin 2025", "2025-06-03"),
    ],
)
def test_a_line_of_page_1_that_is_a_date_is_believed_before_the_day_of_creation(
    line: str, date: str
):
    text = (
        f"Notre position\n\n{'Un long paragraphe. ' * 20}\n\nUn\n\nDeux\n\nTrois\n\n{line}\n\nFin"
    )
    facts, warnings = described("positions/cloud.pdf", text, own={"date": "2026-02-03"})
    assert (facts["date"], warnings) == (date, [])


@pytest.mark.parametrize(
    "line",
    [
        "La loi du 21 juin 2004 s'applique depuis.",
        "Directive du 14 décembre 2022",
        "Rendez-vous le 3 juin 2025 au ministère",
        "Le 3 juin 2099",
    ],
)
def test_a_line_that_says_more_than_a_date_is_none_of_the_documents(line: str):
    text = f"Un\n\nDeux\n\nTrois\n\nQuatre\n\nCinq\n\n{line}"
    facts, _ = described("positions/cloud.pdf", text, own={"date": "2024-02-03"})
    assert facts["date"] == "2024-02-03"


def test_the_date_of_a_law_on_top_is_not_the_documents():
    facts, _ = described("cloud.pdf", "Loi du 21 juin 2004", own={"date": "2024-02-03"})
    assert facts["date"] == "2024-02-03"


def test_a_year_in_the_name_bounds_what_the_properties_may_say():
    facts, warnings = described("positions/cloud-2023.docx", own={"date": "2026-02-03"})
    assert facts["date"] == "2023"
    assert "its properties say 2026-02-03, its name 2023; the name is believed" in warnings[0]
    facts, warnings = described("positions/cloud-2023.docx", own={"date": "2023-02-03"})
    assert (facts["date"], warnings) == ("2023-02-03", [])
    facts, _ = described("positions/cloud mars 2023.docx", own={"date": "2023-04-01"})
    assert facts["date"] == "2023-03"


def test_a_document_dated_by_its_properties_alone_is_reported():
    facts, warnings = described("2019/positions/cloud.docx", own={"date": "2026-02-03"})
    assert facts["date"] == "2026-02-03"
    assert "dated 2026-02-03 by its properties alone" in warnings[0]


def test_the_sending_of_a_mail_is_its_date_and_a_whole_date_in_its_name_is_believed_first():
    section = [Section((), "Un fonds.")]
    shown = {"date": "2023-05-04"}
    assert describe("a.eml", {}, {}, {}, section, shown=shown)[0]["date"] == "2023-05-04"
    facts, warnings = describe("2023-05-06-a.eml", {}, {}, {}, section, shown=shown)
    assert facts["date"] == "2023-05-06"
    assert "its text says 2023-05-04, its name 2023-05-06; the name is believed" in warnings[0]


def test_a_title_that_page_1_does_not_know_gives_way_to_its_heading_and_that_is_said():
    own = {"title": "Plan de relance du tourisme alpin", "date": "2023-01-02"}
    facts, warnings = described(
        "positions/2023-01-02-a.pdf", "Plan pour l'IA\n\nUn fonds.", own=own,
        headings=("Plan pour l'IA",),
    )  # fmt: skip
    assert facts["title"] == "Plan pour l'IA"
    assert warnings == [
        "positions/2023-01-02-a.pdf: its properties call it 'Plan de relance du tourisme alpin', "
        'which its first page does not; called "Plan pour l\'IA" (catalogue.toml can say otherwise)'
    ]


def test_a_title_that_page_1_does_not_know_gives_way_to_its_first_line():
    facts, _ = described(
        "a.docx", "Un cloud pour tous\n\nNous demandons.", own={"title": "Compte rendu de mai"}
    )
    assert facts["title"] == "Un cloud pour tous"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Position sur les clouds", "Notre position\n\nLe cloud manque."),
        ("Position sur le cloud", "Nous demandons un fonds."),  # nothing there to call it by
    ],
)
def test_a_title_that_page_1_knows_or_has_nothing_against_is_kept(title: str, text: str):
    assert described("a.pdf", text, own={"title": title})[0]["title"] == title


def test_a_line_on_top_with_another_date_than_the_names_is_no_date_of_the_document():
    assert described("2023-05-lettre.txt", "Réunion du 30 mars 2023")[0]["date"] == "2023-05"
    assert described("lettre-2023.txt", "Réunion du 30 mars 2023")[0]["date"] == "2023-03-30"
    assert described("lettre.txt", "Réunion du 30 mars 2023")[0]["date"] == "2023-03-30"


def test_a_day_that_a_page_shows_and_that_is_still_to_come_is_not_its_date():
    section = [Section((), "Un fonds.")]
    facts, _ = describe("a.html", {}, {}, {}, section, shown={"date": "2099-05-04"})
    assert facts["date"] == ""


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("loi-du-21-juin-2004-analyse", "2024-05-07"),
        ("Loi n° 2004-575 du 21 juin 2004", "2024-05-07"),
        ("directive-2016-680-analyse", "2024-05-07"),
        ("loi-du-21-juin-2004-note-2023", "2023"),
        ("analyse-loi-cloud-mai-2023", "2023-05"),
        ("accord-2023-05-04", "2023-05-04"),
        ("Rapport-2020-2024", "2024-05-07"),
        ("Rapport 2019/2020", "2020"),
        ("Feuille de route 2023-2099", "2023"),
        ("230321_position_cloud_v3", "2023-03-21"),
        ("201203_cloud", "2024-05-07"),
        ("123456_cloud", "2024-05-07"),
        ("2023-03-21_to_2023-03-23-salon", "2023-03-21"),
    ],
)
def test_the_date_in_a_name_is_the_documents_not_a_laws(name: str, date: str):
    facts, _ = described(f"{name.replace('/', '-')}.md", own={"date": "2024-05-07"})
    assert facts["date"] == date


@pytest.mark.parametrize(
    "text",
    [
        "Compte rendu du bureau\nRéunion du 1er juillet 2024\nDiffusé le 8 juillet 2024",
        "Compte rendu\nDiffusé le 8 juillet 2024\nRéunion du bureau du 1er juillet 2024",
        "Compte rendu du bureau Réunion du 1er juillet 2024 Diffusé le 8 juillet 2024 à tous",
        "Minutes of the board\nMeeting of 1 July 2024\nCirculated on 8 July 2024",
        "Note sur la loi du 21 juin 2004\nRéunion du 1er juillet 2024",
    ],
)
def test_of_two_dates_on_top_that_counts_which_says_what_the_document_is_of(text: str):
    facts, _ = described("compte rendu bureau.pdf", text, own={"date": "2026-05-07"})
    assert facts["date"] == "2024-07-01"


BODY = "Nous demandons des aides à la recherche pour toutes les petites entreprises de nos régions."


@pytest.mark.parametrize(
    ("own", "heading", "title"),
    [
        (
            "Plan numérique des régions 2019",
            "Plan numérique des PME 2024",
            "Plan numérique des PME 2024",
        ),
        ("Les aides à la recherche des entreprises", "Avis sur le seuil", "Avis sur le seuil"),
        ("Position – Seuil des marchés", "POSITION SUR LE SEUIL", "Position – Seuil des marchés"),
        ("about:blank", "Avis sur le seuil", "Avis sur le seuil"),
        ("about:blank", "", "A"),
    ],
)
def test_a_title_in_the_properties_is_compared_with_headings_not_with_any_words(
    own: str, heading: str, title: str
):
    headings = (heading,) if heading else ()
    text = f"{heading}\n\n{BODY}".strip()
    assert described("a.pdf", text, own={"title": own}, headings=headings)[0]["title"] == title


LETTERHEAD = "Fédération du numérique 12, rue de la Paix 75002 Paris"


@pytest.mark.parametrize("own", [{}, {"title": "Modèle de lettre 2018"}])
def test_a_letter_is_named_by_what_it_is_about_not_by_its_address(own: dict):
    text = f"{LETTERHEAD}\n\nObjet : seuil des marchés\n\n{BODY}"
    sections = [Section((LETTERHEAD,), text, 1)]
    facts, _ = describe("a.pdf", {}, {}, own, sections, shown={"heading": LETTERHEAD})
    assert facts["title"] == "seuil des marchés"
    assert described("a.pdf", text, own=own, headings=(LETTERHEAD,))[0]["title"] == (
        "seuil des marchés"
    )
