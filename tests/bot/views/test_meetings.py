"""Whom the federation met: rules on sentences of several styles, and the real samples' rows."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.answer import Bot
from bot.records import Meeting
from bot.views.listing import between, meetings_csv, table_csv
from bot.views.meetings import meetings
from index.embed import SentenceEmbedder
from index.passage import Passage
from index.shelf.store import Shelf


def passage(
    text: str, date: str = "2024-05-20", path: str = "a.md", headings: tuple[str, ...] = ()
) -> Passage:
    return Passage(
        path=path,
        title="A",
        date=date,
        id=path + text,
        headings=headings,
        page=0,
        start=0,
        end=len(text),
        text=text,
    )


def rows(*passages: Passage) -> list[tuple[str, str, str, str]]:
    found = meetings(passages)
    for meeting in found:
        citation = meeting.citation
        assert citation.quote == citation.passage.text[citation.start : citation.end]
    return [
        (meeting.date, meeting.institution, meeting.interlocutor, meeting.subject)
        for meeting in found
    ]


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        (
            "Direction Bercy le 30 mars où nous avons rencontré le député Paul Midy, très impliqué "
            "sur le sujet.",
            ("2024-03-30", "Bercy", "député Paul Midy", ""),
        ),
        (
            "Le 24 mars, nous étions sur le pont pour en discuter avec le Ministre délégué chargé "
            "de l’Enseignement et de la Formation professionnels.",
            (
                "2024-03-24",
                "",
                "Ministre délégué chargé de l’Enseignement et de la Formation professionnels",
                "",
            ),
        ),
        (
            "Le 31 mars, nous étions auditionnés par la DGESCO sur les parcours et la mixité.",
            ("2024-03-31", "DGESCO", "", "les parcours et la mixité"),
        ),
        (
            "Le 27 avril dernier, nous avions notre 6ème session de travail sur l’IA avec le "
            "Parlement européen.",
            ("2024-04-27", "Parlement européen", "", "l’IA"),
        ),
        ("La CNIL nous a auditionnés le 16 mars.", ("2024-03-16", "CNIL", "", "")),
        (
            "Mme Claire Petit, députée du Rhône, nous a reçus le 7 mars au sujet du logement.",
            ("2024-03-07", "", "Mme Claire Petit, députée du Rhône", "logement"),
        ),
        (
            "Le 12 janvier, nous nous sommes entretenus avec le sénateur Jean Dupont à propos de "
            "la taxe carbone.",
            ("2024-01-12", "", "sénateur Jean Dupont", "la taxe carbone"),
        ),
        (
            "Le 14 mars, audition par la commission des lois du Sénat sur le projet de loi de "
            "simplification.",
            (
                "2024-03-14",
                "commission des lois du Sénat",
                "",
                "le projet de loi de simplification",
            ),
        ),
        (
            "Le 15 mars, nous avons été reçus à Matignon pour parler de l'apprentissage.",
            ("2024-03-15", "Matignon", "", "l'apprentissage"),
        ),
        (
            "On 24 April we met the AI Office to discuss the codes of practice.",
            ("2024-04-24", "AI Office", "", "the codes of practice"),
        ),
        (
            "On 6 February our delegation was heard by the Committee on Agriculture of the "
            "European Parliament about pesticides.",
            ("2024-02-06", "European Parliament", "", "pesticides"),
        ),
        (
            "On 11 March, the federation met with officials from DG CONNECT about the Data Act.",
            ("2024-03-11", "DG CONNECT", "", "the Data Act"),
        ),
        (
            "We had a meeting with Commissioner Breton on 9 March 2024 on space policy.",
            ("2024-03-09", "", "Commissioner Breton", "space policy"),
        ),
    ],
)
def test_a_sentence_tells_when_whom_and_on_what_we_met(sentence: str, row: tuple[str, ...]):
    assert rows(passage(sentence)) == [row]


@pytest.mark.parametrize(
    "sentence",
    [
        "Nous n'avons pas rencontré le ministre le 3 mai.",
        "We did not meet the minister on 3 May 2024.",
        "Nous rencontrerons la ministre du Travail le 3 mai.",
        "Nous avons demandé un rendez-vous au ministre le 3 mai.",
        "We hope to be heard by the European Commission on 3 May 2024.",
        "Rendez-vous au ministère de la Santé le 14 juin pour parler de la dépendance.",
        "Nous avons reçu une lettre du ministère de la Santé le 4 mars.",
        "La ministre a rencontré le commissaire européen le 4 mars.",
        "Le 10 mars, nous avons rencontré nos adhérents en présence du maire.",
        "Nous avons rencontré le directeur de l'usine de Lens le 10 mars.",
        "Il s'écoule quatorze mois entre le premier rendez-vous avec un ministère et la signature.",
        "Le conseil d'administration s'est réuni le 5 février et a adopté la position.",
        "The European Parliament approved the AI Act on 13 March 2024.",
    ],
)
def test_what_is_refused_wished_for_to_come_or_among_others_is_no_meeting(sentence: str):
    assert rows(passage(sentence)) == []


def test_without_a_year_the_date_is_left_empty_and_the_row_stands():
    assert rows(passage("Le 30 mars, nous avons rencontré la sénatrice Anne Roy.", date="")) == [
        ("", "", "sénatrice Anne Roy", "")
    ]


@pytest.mark.parametrize(
    ("sentence", "row"),
    [
        (
            "Nous avons vu Luc Faure, conseiller livre au cabinet de la ministre, le 9 mars.",
            (
                "2024-03-09",
                "cabinet de la ministre",
                "Luc Faure, conseiller livre au cabinet de la ministre",
                "",
            ),
        ),
        (
            "Maud Petit a présenté ces chiffres à Mme Inès Tran (ANSM, direction des soins) le 8 "
            "mars. Nous attendons.",
            ("2024-03-08", "direction des soins", "Mme Inès Tran", ""),
        ),
        (
            "M. Luc Faure, conseiller au cabinet du ministre, reçu le 14 mars, nous a répondu.",
            (
                "2024-03-14",
                "cabinet du ministre",
                "M. Luc Faure, conseiller au cabinet du ministre",
                "",
            ),
        ),
        (
            "Nous avons été reçus le 3 mai par Paul Midy, député des Yvelines.",
            ("2024-05-03", "", "Paul Midy, député des Yvelines", ""),
        ),
    ],
)
def test_who_is_named_before_the_office_is_whom_one_met(
    sentence: str, row: tuple[str, str, str, str]
):
    assert rows(passage(sentence)) == [row]


def test_a_heading_over_reports_stands_for_the_verb_that_they_leave_out():
    text = "Le 22 janvier, M. Luc Faure (CEPS) : ouvert sur les délais."
    assert rows(passage(text, headings=("A", "Qui nous avons vu"))) == [
        ("2024-01-22", "CEPS", "M. Luc Faure (CEPS)", "les délais")
    ]
    assert rows(passage(text, headings=("A", "Nos demandes"))) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Le 12 mai : petit déjeuner avec la députée Anne Roy, places limitées à 20.",
        "Réunion demandée avec l'ANSM avant le 15 avril.",
        "Nous avons rencontré Jean Dupont, libraire à Lille, le 3 mai.",
    ],
)
def test_what_is_announced_or_asked_for_and_who_has_no_office_are_no_meeting(sentence: str):
    assert rows(passage(sentence)) == []


def test_the_head_of_a_note_without_keys_is_a_meeting_with_those_who_were_there():
    text = (
        "RENDEZ-VOUS AU CABINET DE LA MINISTRE 8 mars 2024, 17 h\n\nÉtaient là :\n"
        "- Luc Faure, conseiller livre\n- pour nous : Maud Petit\n"
    )
    note = replace(passage(text), kind="audition")
    assert rows(note) == [
        ("2024-03-08", "CABINET DE LA MINISTRE", "Luc Faure, conseiller livre", "")
    ]
    assert rows(replace(note, kind="newsletter")) == [
        ("2024-03-08", "CABINET DE LA MINISTRE", "", "")
    ]


def test_the_head_of_a_hearing_note_gives_one_row():
    text = (
        "Rendez-vous à la préfecture\n\n- Date : 14 novembre 2023\n- Institution : ministère de "
        "la Santé\n- Interlocuteurs : la conseillère autonomie\n"
        "- Objet : tarifs des soins\n- Pour la fédération : la présidente\n\nLe 14 novembre "
        "2023, nous avons rencontré le ministre.\n"
    )
    assert rows(passage(text)) == [
        ("2023-11-14", "ministère de la Santé", "la conseillère autonomie", "tarifs des soins")
    ]


def test_a_table_of_appointments_gives_a_row_each_and_none_that_is_to_come():
    text = (
        "Date | Institution | Objet\n12 mars | ANSES | pesticides\n13 mars | Sénat | budget\n"
        "30 juin | DGAL | abattoirs"
    )
    assert rows(passage(text)) == [
        ("2024-03-13", "Sénat", "", "budget"),
        ("2024-03-12", "ANSES", "", "pesticides"),
    ]


def test_a_meeting_told_twice_is_one_row_from_the_text_that_says_most():
    short = passage("Le 30 mars, nous avons rencontré le député Paul Midy.", path="short.md")
    full = passage(
        "Le 30 mars, nous avons été reçus au ministère de l'Économie par le député Paul Midy "
        "pour parler de financement.",
        path="full.md",
    )
    assert (
        rows(short, full)
        == rows(full, short)
        == [("2024-03-30", "ministère de l'Économie", "député Paul Midy", "financement")]
    )
    assert meetings((short, full))[0].citation.passage.path == "full.md"


def test_since_and_until_take_days_months_and_years():
    found = meetings(
        [
            passage(f"Le {day}, nous avons rencontré le ministre du Travail.")
            for day in ("31 décembre 2022", "3 mars 2023", "1er avril 2023")
        ]
    )
    assert [meeting.date for meeting in between(found, "2023")] == ["2023-04-01", "2023-03-03"]
    assert [meeting.date for meeting in between(found, "2023-03", "2023-03")] == ["2023-03-03"]
    assert [meeting.date for meeting in between(found, until="2022-12-31")] == ["2022-12-31"]


@pytest.mark.parametrize("opening", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_the_csv_is_run_by_a_spreadsheet(opening: str):
    found = meetings([passage("Le 30 mars, nous avons rencontré le ministre du Travail.")])[0]
    wicked = Meeting(found.date, f'{opening}HYPERLINK("http://x")', "a, b", "", found.citation)
    header, row = csv.reader(io.StringIO(meetings_csv([wicked])))
    assert header == [
        "date",
        "institution",
        "interlocutor",
        "subject",
        "document",
        "title",
        "quote",
    ]
    assert row == [
        "2024-03-30",
        f'\'{opening}HYPERLINK("http://x")',
        "a, b",
        "",
        "a.md",
        "A",
        "Le 30 mars, nous avons rencontré le ministre du Travail.",
    ]


SAMPLES = [
    (
        "2024-10-02",
        "commission des finances du Sénat",
        "rapporteur général de la commission des finances du Sénat",
        "newsletters/2024-10-affaires-publiques.md",
    ),
    (
        "2024-04-24",
        "European Commission",
        "two policy officers in charge of artificial intelligence",
        "auditions/2024-04-brussels-ai-act-implementation.md",
    ),
    (
        "2024-01-23",
        "direction interministérielle du numérique",
        "",
        "newsletters/2024-02-affaires-publiques.html",
    ),
    (
        "2023-10-19",
        "cabinet du ministre chargé du numérique",
        "la conseillère « souveraineté et cybersécurité », le conseiller parlementaire",
        "auditions/2023-10-cabinet-ministre-numerique.md",
    ),
    ("2023-04-27", "Parlement européen", "", "newsletters/2023-05-affaires-publiques.txt"),
    (
        "2023-03-31",
        "direction générale de l’enseignement scolaire (DGESCO)",
        "",
        "newsletters/2023-05-affaires-publiques.txt",
    ),
    (
        "2023-03-30",
        "ministère de l’Économie",
        "député Paul Midy",
        "newsletters/2023-05-affaires-publiques.txt",
    ),
    (
        "2023-03-24",
        "",
        "ministre délégué en charge de l’enseignement et de la formation professionnels",
        "newsletters/2023-05-affaires-publiques.txt",
    ),
    (
        "2022-06-14",
        "cabinet de la ministre chargée de l’égalité entre les femmes et les hommes",
        "",
        "newsletters/2022-06-affaires-publiques.md",
    ),
    (
        "2021-11-09",
        "Assemblée nationale",
        "la rapporteure de la commission des affaires économiques, un administrateur de la "
        "commission",
        "auditions/2021-11-commission-affaires-economiques.txt",
    ),
    (
        "2021-09-23",
        "cabinet du ministre chargé des comptes publics",
        "",
        "newsletters/2021-10-affaires-publiques.md",
    ),
]


def test_who_met_an_office_is_one_of_us_where_the_next_sentences_say_we():
    met = "Le 16 mars, Anne Brun et Luc Noir ont été reçus par Eva Roux, conseillère au ministère."
    assert rows(passage(f"{met} Nous avons demandé une aide.")) == [
        ("2024-03-16", "ministère", "Eva Roux, conseillère au ministère", "")
    ]
    assert rows(passage(f"{met} Le ministère a demandé une étude.")) == []


def test_the_samples_tell_of_these_meetings_and_staff_also_see_their_own(
    samples: Path, e5: SentenceEmbedder
):
    bot = Bot(Shelf(samples), e5)
    told = [
        (meeting.date, meeting.institution, meeting.interlocutor, meeting.citation.passage.path)
        for meeting in bot.meetings()
    ]
    assert told == SAMPLES
    assert [meeting.date for meeting in bot.meetings(("staff",))] == ["2024-11-14"]


def test_the_command_prints_json_and_csv(
    samples: Path, e5: SentenceEmbedder, capsys: pytest.CaptureFixture
):
    def command(*arguments: str) -> int:
        return main(["meetings", *arguments], lambda settings: Bot(Shelf(samples), e5))

    assert command("--since", "mars 2023", "--until", "2023-03-30", "--json") == 0
    assert [row["date"] for row in json.loads(capsys.readouterr().out)["meetings"]] == [
        "2023-03-30",
        "2023-03-24",
    ]
    assert command("--csv") == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == len(SAMPLES)
    with pytest.raises(SystemExit):
        command("--since", "bientôt")


def test_no_cell_is_run_by_a_spreadsheet_wherever_it_parts_them():
    cells = ["=1+2", "Bonjour;=cmd", "deux\n+1", "un, -2", "a\t@b", "de 10 % à -5 %", "(-3)"]
    written = table_csv(["cell"], [[cell] for cell in cells])
    assert [row[0] for row in csv.reader(io.StringIO(written))][1:] == [
        "'=1+2",
        "Bonjour;'=cmd",
        "deux\n'+1",
        "un, '-2",
        "a\t'@b",
        "de 10 % à -5 %",
        "(-3)",
    ]
