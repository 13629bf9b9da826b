"""The time that a question asks about, and the years that belong to its subject."""

from datetime import date

import pytest

from index.language.period import period

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Qu'avons-nous demandé en 2021 ?", "2021-01-01", "2021-12-31"),
        ("what did we ask in 2021", "2021-01-01", "2021-12-31"),
        ("entre mars et mai 2022", "2022-03-01", "2022-05-31"),
        ("between November and February 2023", "2022-11-01", "2023-02-28"),
        ("entre le 3 mars et le 5 mai 2022", "2022-03-03", "2022-05-05"),
        ("de janvier à mars 2024", "2024-01-01", "2024-03-31"),
        ("entre 2021 et 2023", "2021-01-01", "2023-12-31"),
        ("from 2021 to 2023", "2021-01-01", "2023-12-31"),
        ("en 2021-2022", "2021-01-01", "2022-12-31"),
        ("depuis 2022", "2022-01-01", ""),
        ("since March 2022", "2022-03-01", ""),
        ("before 2023", "", "2022-12-31"),
        ("après 2022", "2023-01-01", ""),
        ("l'an dernier", "2025-01-01", "2025-12-31"),
        ("l’annee derniere", "2025-01-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("le mois dernier", "2026-10-01", "2026-10-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("la semaine dernière", "2026-11-16", "2026-11-22"),
        ("hier", "2026-11-23", "2026-11-23"),
        ("il y a deux ans", "2024-01-01", "2024-12-31"),
        ("3 months ago", "2026-08-01", "2026-08-31"),
        ("ces six derniers mois", "2026-05-24", "2026-11-24"),
        ("over the last two years", "2024-11-24", "2026-11-24"),
        ("in spring 2023", "2023-03-01", "2023-06-20"),
        ("au printemps 2023", "2023-03-01", "2023-06-20"),
        ("l'été dernier", "2026-06-01", "2026-09-22"),
        ("last winter", "2025-12-01", "2026-03-20"),
        ("in April", "2026-04-01", "2026-04-30"),
        ("en décembre dernier", "2025-12-01", "2025-12-31"),
        ("le 30 mars 2023", "2023-03-30", "2023-03-30"),
        ("on March 30, 2023", "2023-03-30", "2023-03-30"),
        ("le 30/03/2023", "2023-03-30", "2023-03-30"),
        ("dans la newsletter d'avril 2023", "2023-04-01", "2023-04-30"),
        ("our 2021 position on cloud", "2021-01-01", "2021-12-31"),
        ("d'après notre sondage de 2021", "2021-01-01", "2021-12-31"),
        ("notre objectif 2030 en 2022 ?", "2022-01-01", "2022-12-31"),
        ("en 2021 et en 2023", "2021-01-01", "2023-12-31"),
        ("fin 2021", "2021-09-01", "2021-12-31"),
        ("mi-2022", "2022-05-01", "2022-08-31"),
        ("in early 2023", "2023-01-01", "2023-04-30"),
        ("depuis début 2023", "2023-01-01", ""),
        ("la lettre de fév 2023", "2023-02-01", "2023-02-28"),
        ("notre position de fin 2022", "2022-09-01", "2022-12-31"),
    ],
)
def test_a_time_is_understood_in_both_languages(question: str, since: str, until: str):
    found = period(question, TODAY)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    "question",
    [
        "Combien former d'ici 2025 ?",
        "by 2025, how many?",
        "à l'horizon 2030",
        "in the PLF 2025",
        "le PLF pour 2025",
        "objectif 2030",
        "our 2030 target",
        "la loi du 30 mars 2023",
        "the regulation of 2016",
        "la directive de 2022",
        "prolonger jusqu'au 31 décembre 2030",
        "jusqu'en 2025",
        "until 2025",
        "rentrée 2025",
        "embauches prévues en 2025",
        "recruter en 2040",
        "le 30 mars",
        "2 000 personnes",
        "1 999 € en tout",
        "what may we do",
        "plafond CII",
        "budget 2023",
        "loi de finances pour 2024",
    ],
)
def test_a_year_of_the_subject_is_no_time_of_our_texts(question: str):
    assert period(question, TODAY) is None


def test_the_spans_are_those_of_the_question_as_written():
    question = "Qu’a dit Mme Cœur du bœuf, en mai 2021 ?"
    assert [question[start:end] for start, end in period(question, TODAY).spans] == ["en mai 2021"]


def test_the_spans_are_the_words_that_say_the_time():
    question = "Qu’avons-nous demandé, dès l'été, entre mai 2021 et l'an dernier ?"
    assert [question[start:end] for start, end in period(question, TODAY).spans] == [
        "entre mai 2021 et l'an dernier"
    ]
