"""The acronyms that a corpus defines itself, and what only looks like a definition."""

import pytest

from index.shelf.acronyms import definitions


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Le crédit d'impôt recherche (CIR) est maintenu.", "CIR", "crédit d'impôt recherche"),
        (
            "Le crédit d’impôt\u00a0recherche («\u00a0CIR\u00a0») est maintenu.",
            "CIR",
            "crédit d’impôt recherche",
        ),
        ("Le CIR (crédit d'impôt recherche) est maintenu.", "CIR", "crédit d'impôt recherche"),
        (
            "NSI : numérique et sciences informatiques, depuis 2019",
            "NSI",
            "numérique et sciences informatiques",
        ),
        (
            "le règlement général sur la protection des données (RGPD)",
            "RGPD",
            "règlement général sur la protection des données",
        ),
        (
            "la direction générale de l'enseignement scolaire (DGESCO)",
            "DGESCO",
            "direction générale de l'enseignement scolaire",
        ),
        (
            "help for small and medium-sized enterprises (SMEs)",
            "SME",
            "small and medium-sized enterprises",
        ),
        (
            "the GDPR (the General Data Protection Regulation)",
            "GDPR",
            "General Data Protection Regulation",
        ),
        ("l'intelligence artificielle (IA)", "IA", "intelligence artificielle"),
    ],
)
def test_a_definition_is_found_in_every_usual_form(text: str, short: str, long: str):
    assert definitions([text]) == {short: (long,)}


@pytest.mark.parametrize(
    "text",
    [
        "Notre réunion avec la ministre (PARIS) a duré.",
        "une directive européenne (NIS 2)",
        "la loi du numérique (2019)",
        "un congrès (annexe A)",
        "Le crédit d'impôt (CIR) est maintenu.",
        "Nous demandons le maintien (CIR).",
        "open to all interested (AI)",
        "Une Aide (UA)",
        "CIR : prévoir une réunion",
        "la caisse\nd'investissement régionale. Le (CIR)",
    ],
)
def test_what_does_not_spell_the_acronym_is_no_definition(text: str):
    assert definitions([text]) == {}


def test_the_commonest_long_form_comes_first_and_a_rare_one_is_a_slip():
    often = "le crédit d'impôt innovation (CII)"
    assert definitions([often] * 4 + ["le comité interministériel de l'innovation (CII)"]) == {
        "CII": ("crédit d'impôt innovation",)
    }
    assert definitions([often] * 2 + ["the common innovation index (CII)"]) == {
        "CII": ("crédit d'impôt innovation", "common innovation index")
    }
