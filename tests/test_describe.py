"""What a document says of itself: a draft, something for staff alone, a date that only its template bears."""

import pytest

from index.describe import describe
from index.passage import Section


def described(path: str, text: str, stated: dict | None = None, own: dict | None = None) -> tuple[dict, list[str]]:
    return describe(path, stated or {}, {}, own or {}, [Section((), text)])


@pytest.mark.parametrize(("path", "text"), [
    ("positions/PROJET_cloud_2025_v3.docx", "Le cloud"), ("positions/2025-cloud.md", "PROJET – version 3\n\nNous demandons..."),
    ("positions/2025-cloud.md", "Projet de position du 3 mars 2025\n\nNous demandons..."), ("positions/2025-draft-cloud.md", "Cloud"),
    ("positions/2025-cloud.md", "Brouillon\n\nNous demandons...")])
def test_a_document_that_calls_itself_a_draft_is_one(path: str, text: str):
    facts, warnings = described(path, text)
    assert facts["status"] == "draft"
    assert any(f"{path}: taken as status draft" in warning for warning in warnings)


@pytest.mark.parametrize(("path", "text"), [
    ("positions/2025-projet-de-loi-de-finances.md", "Le projet de loi de finances pour 2025\n\nNous demandons..."),
    ("positions/2025-cloud.md", "Notre projet pour l'Europe\n\nNous demandons..."),
    ("positions/2025-cloud.md", "Le cloud\n\n" + "Ce texte long parle d'un projet, d'un brouillon et de bien d'autres choses encore, sans fin ni cesse. " * 2)])
def test_a_bill_or_a_plain_word_is_no_draft(path: str, text: str):
    assert described(path, text)[0]["status"] == "adopted"


def test_what_is_stated_counts_for_more_than_what_is_inferred():
    assert described("positions/draft.md", "Brouillon", {"status": "adopted", "audience": "public"})[0]["status"] == "adopted"


@pytest.mark.parametrize("text", ["Diffusion réservée aux permanents.\n\nLe ministre...", "CONFIDENTIEL\n\nLe ministre...", "Internal use only\n\nThe minister..."])
def test_a_document_for_staff_alone_is_kept_from_members(text: str):
    facts, warnings = described("auditions/2025-note.md", text)
    assert facts["audience"] == "staff"
    assert any("taken as audience staff" in warning for warning in warnings)


def test_a_position_that_was_withdrawn_says_so():
    assert described("positions/2021-tva.md", "Position retirée le 3 mars 2022\n\nNous demandons...")[0]["status"] == "withdrawn"
