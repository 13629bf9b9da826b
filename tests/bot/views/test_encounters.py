"""Meetings that are asked for: filtered by time, office, person and theme, from invented texts."""

from dataclasses import replace

from bot.question.understand import understand
from bot.records import Composed
from bot.views.encounters import encounters
from bot.views.meetings import meetings
from index.passage import Passage
from index.shelf.lexical import Lexical


def passage(text: str, date: str, headings: tuple[str, ...] = ()) -> Passage:
    return Passage(
        path=f"newsletters/{date}.md",
        title="La lettre",
        date=date,
        kind="newsletter",
        id=date + text,
        headings=headings,
        page=0,
        start=0,
        end=len(text),
        text=text,
    )


PASSAGES = [
    passage("Le 3 mai, nous avons rencontré le ministre Jean Brun sur le fret.", "2022-05-20"),
    passage("Le 4 juin, nous avons été reçus par la sénatrice Anne Noir.", "2023-06-20", ("Eau",)),
    passage("Le 5 juin, nous avons été reçus par le cabinet du ministre du travail.", "2023-07-20"),
    passage(
        "Le 6 juin, nous avons rencontré la direction interministérielle du fret.", "2024-06-20"
    ),
]


def seen(question: str) -> Composed | None:
    asked = understand(question)
    lexical = Lexical.build([(one.text, one.language, one.date) for one in PASSAGES], {})
    return encounters(asked, meetings(PASSAGES), PASSAGES, (), lexical)


def dates(question: str) -> list[str]:
    composed = seen(question)
    assert composed is not None
    assert composed.reply == "meetings"
    for claim in composed.claims:
        (citation,) = claim.citations
        assert citation.quote == citation.passage.text[citation.start : citation.end]
    return [claim.label.partition(" ·")[0] for claim in composed.claims]


def test_a_year_filters_and_the_newest_comes_first():
    assert dates("qui avons-nous vu en 2023 ?") == ["5 juin 2023", "4 juin 2023"]
    assert dates("nos rendez-vous de 2022") == ["3 mai 2022"]


def test_a_minister_is_not_the_minister_s_staff():
    assert dates("toutes les rencontres avec des ministres") == ["3 mai 2022"]


def test_an_office_is_asked_for_in_either_language():
    assert dates("a-t-on vu des sénateurs ?") == ["4 juin 2023"]
    assert dates("did we meet any senators?") == ["4 June 2023"]


def test_a_person_a_theme_and_an_acronym_filter():
    assert dates("c'était quand le rendez-vous avec Anne Noir ?") == ["4 juin 2023"]
    assert dates("rencontres où on a parlé de l'eau") == ["4 juin 2023"]
    assert dates("date du rendez-vous avec la DIF") == ["6 juin 2024"]


def test_the_last_meeting_alone_where_it_is_asked_for():
    assert dates("notre dernière rencontre ?") == ["6 juin 2024"]


def test_a_row_says_when_whom_and_on_what():
    composed = seen("qui avons-nous vu en 2022 ?")
    assert composed is not None
    assert composed.claims[0].label == "3 mai 2022 · ministre Jean Brun · le fret :"
    assert composed.lead == "D'après nos textes, une rencontre :"


def test_where_there_is_no_such_meeting_that_is_said():
    composed = seen("a-t-on vu des préfets ?")
    assert composed is not None
    assert (composed.reply, composed.claims) == ("nothing", ())
    assert composed.lead.startswith("Je n'ai trouvé aucune rencontre de ce genre dans nos textes.")
    assert "La lettre, 20 juin 2024" in composed.lead


def test_a_theme_of_no_meeting_is_left_to_the_other_routes():
    assert seen("rencontres sur le nucléaire") is None


def test_a_greeting_says_nothing_of_with_whom():
    assert dates("Bonjour, quand a-t-on vu Jean Brun ?") == ["3 mai 2022"]


def test_what_a_ministry_is_of_is_what_its_row_has():
    assert dates("les rencontres avec le cabinet du ministre du travail") == ["5 juin 2023"]
    composed = seen("les rencontres avec le cabinet du ministre de la culture")
    assert composed is not None
    assert (composed.reply, composed.claims) == ("nothing", ())


def test_a_minister_delegate_is_of_nothing_called_legate():
    own = [passage("Le 24 mars, nous avons vu le ministre délégué à la formation.", "2023-05-04")]
    lexical = Lexical.build([(one.text, one.language, one.date) for one in own], {})
    asked = understand("c'était quand le rendez-vous avec le ministre délégué à la formation ?")
    composed = encounters(asked, meetings(own), own, (), lexical)
    assert composed is not None
    assert [claim.citations[0].quote for claim in composed.claims] == [own[0].text]


def test_there_is_where_the_meeting_was_that_the_last_answer_told_of():
    asked = replace(understand("who did we meet there?"), documents=("newsletters/2022-05-20.md",))
    lexical = Lexical.build([(one.text, one.language, one.date) for one in PASSAGES], {})
    composed = encounters(asked, meetings(PASSAGES), PASSAGES, (), lexical)
    assert composed is not None
    assert [claim.citations[0].passage.path for claim in composed.claims] == [
        "newsletters/2022-05-20.md"
    ]
