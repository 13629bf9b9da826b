"""A list that is asked for: every item, in order, under its lead-in, from invented texts."""

from dataclasses import replace

import pytest

from bot.question.understand import understand
from bot.records import Composed, Hit
from bot.views.items import items
from bot.views.outline import listings
from index.passage import Passage
from index.shelf.lexical import Lexical


def passage(
    text: str,
    headings: tuple[str, ...] = ("Le port propre",),
    date: str = "2023-05-04",
    start: int = 0,
) -> Passage:
    return Passage(
        path=f"positions/{date}.md",
        title=headings[0],
        date=date,
        kind="position",
        id=f"{date}{start}{text}",
        headings=headings,
        page=0,
        start=start,
        end=start + len(text),
        text=text,
    )


DEMANDS = passage(
    "Nos demandes\n\nNous demandons au port :\n\n"
    "- une borne à chaque quai ;\n- un badge unique ;\n",
    ("Le port propre", "Nos demandes"),
)
REST = passage("- un dépannage sous 48 heures.\n", ("Le port propre", "Nos demandes"), start=100)
REFUSED = passage(
    "Ce que nous refusons\n\n- un droit d'escale ;\n- une vignette.\n",
    ("Le port propre", "Ce que nous refusons"),
    start=200,
)
TABLE = passage(
    "Tarifs\n\nQuai | Prix\nNord | 12 euros\nSud | 14 euros\n",
    ("Le port propre", "Tarifs"),
    start=300,
)
OLDER = passage(
    "Nos demandes pour le port\n\n- une borne à un quai sur deux ;\n- un tarif affiché.\n",
    ("Le port de demain", "Nos demandes pour le port"),
    date="2019-02-01",
)


def listed(question: str, *passages: Passage, answers: bool = True) -> Composed | None:
    asked = understand(question)
    hits = [Hit(one, 0.9, rank=1.0) for one in passages]
    lexical = Lexical.build([(one.text, one.language, one.date) for one in passages], {})
    return items(asked, hits, answers, lexical, passages)


def quotes(composed: Composed | None) -> list[str]:
    assert composed is not None
    for claim in composed.claims:
        for citation in claim.citations:
            passage = citation.passage
            assert citation.quote == passage.text[citation.start : citation.end]
            assert claim.text == f"« {citation.quote} »"
    return [claim.citations[0].quote for claim in composed.claims]


def test_every_item_is_quoted_under_its_lead_in_across_passages():
    composed = listed("liste nos demandes pour le port", DEMANDS, REST, REFUSED, TABLE)
    assert quotes(composed) == [
        "Nous demandons au port :",
        "une borne à chaque quai ;",
        "un badge unique ;",
        "un dépannage sous 48 heures.",
    ]
    assert composed is not None
    assert (composed.reply, composed.note) == ("list", "")


def test_what_we_refuse_is_listed_where_it_is_asked_for():
    assert quotes(listed("Que refusons-nous pour le port ?", DEMANDS, REST, REFUSED)) == [
        "un droit d'escale ;",
        "une vignette.",
    ]


def test_a_table_that_is_asked_for_has_its_header_row_once():
    assert quotes(listed("le tableau des tarifs du port", DEMANDS, REST, REFUSED, TABLE)) == [
        "Quai | Prix",
        "Nord | 12 euros",
        "Sud | 14 euros",
    ]


def test_the_number_that_is_asked_for_chooses_the_list():
    assert len(quotes(listed("les 2 demandes pour le port", DEMANDS, REST, OLDER))) == 2


def test_the_newest_list_comes_first_and_each_is_labelled_by_its_year():
    composed = listed("nos demandes pour le port", OLDER, DEMANDS, REST)
    assert composed is not None
    labels = [claim.label for claim in composed.claims if claim.label]
    assert labels == ["En 2023 :", "En 2019 :"]


def test_more_than_twelve_items_are_counted():
    long = passage(
        "Nos demandes pour le port\n\n" + "".join(f"- le quai numéro {n} ;\n" for n in range(20)),
        ("Le port propre", "Nos demandes pour le port"),
    )
    composed = listed("liste nos demandes pour le port", long)
    assert len(quotes(composed)) == 12
    assert composed is not None
    assert composed.note == "Points qui ne sont pas repris ici : 8."


def test_without_a_theme_the_newest_texts_give_their_first_demands():
    composed = listed("liste nos demandes", OLDER, DEMANDS, REST)
    assert quotes(composed)[0] == "Nous demandons au port :"
    assert "une borne à un quai sur deux ;" in quotes(composed)


def test_a_subject_that_no_text_has_gets_no_list():
    assert listed("liste nos demandes sur le nucléaire", DEMANDS, REST, answers=False) is None


def test_of_a_list_on_several_subjects_the_item_on_the_one_asked_about_is_given_alone():
    found_first = passage("Le vélo manque au port.", ("Les abords",), "2020-01-01")
    several = passage(
        "Nous demandons :\n\n- un quai plus long ;\n- une grue neuve ;\n- un garage à vélos.\n",
        ("Le port utile",),
    )
    composed = listed("liste nos demandes sur le vélo", found_first, several)
    assert quotes(composed) == ["Nous demandons :", "un garage à vélos."]


def test_a_list_in_the_other_language_is_of_the_document_that_was_found_first():
    composed = listed("what do we ask for on charging stations?", DEMANDS, OLDER)
    assert quotes(composed)[:2] == ["Nous demandons au port :", "une borne à chaque quai ;"]
    assert listed("list the points on charging stations", TABLE, OLDER) is not None
    other = passage("Rien de tel.", ("Les abords",), "2020-01-01")
    assert listed("what do we ask for on charging stations?", other, OLDER) is None


def test_things_in_one_sentence_are_quoted_whole():
    series = passage(
        "Trois raisons à ce choix : le fleuve est calme, le quai est large et l'eau est profonde."
    )
    found = quotes(listed("Pour quelles raisons ce choix du fleuve ?", series))
    assert found == [series.text]


def test_names_in_a_sentence_that_demands_nothing_are_no_list_of_demands():
    met = passage("Nous avons vu la ministre chargée de la mer, des ports et des fleuves.")
    assert quotes(listed("liste les ports, la mer et les fleuves", met)) == [met.text]
    assert listed("liste nos demandes sur la mer, les ports et les fleuves", met) is None


def test_numbered_headings_are_items_with_the_first_sentence_below():
    document = [
        passage("1. Ouvrir le quai\n\nLe quai nord resterait ouvert le dimanche.\n"),
        passage("2. Baisser le tarif\n\nLe tarif baisserait de dix pour cent.\n", start=100),
    ]
    headed = [one for one in listings(document) if one.form == "headings"]
    assert [piece.text for piece in headed[0].pieces] == [
        "1. Ouvrir le quai\n\nLe quai nord resterait ouvert le dimanche.",
        "2. Baisser le tarif\n\nLe tarif baisserait de dix pour cent.",
    ]


def test_a_numbered_label_makes_a_sentence_an_item():
    text = "R1 : ouvrir le quai nord le dimanche. R2 : baisser le tarif du quai sud."
    lists_found = [one for one in listings([passage(text)]) if one.form == "list"]
    assert [piece.text for piece in lists_found[0].pieces] == [
        "R1 : ouvrir le quai nord le dimanche.",
        "R2 : baisser le tarif du quai sud.",
    ]


@pytest.mark.parametrize("label", ["R1.", "Rec. 1 –", "Demande n° 1 :"])
def test_a_label_whose_dot_ends_no_sentence_is_part_of_its_item(label: str):
    text = "\n\n".join(
        f"{label.replace('1', number)} {said} Il y a une raison à cela."
        for number, said in (("1", "Creuser le port."), ("2", "Éclairer le port."))
    )
    assert quotes(
        listed("liste nos demandes sur le port", passage(text, ("Port", "Demandes")))
    ) == [
        f"{label} Creuser le port.",
        f"{label.replace('1', '2')} Éclairer le port.",
    ]


def test_the_number_of_a_paragraph_or_an_annex_makes_no_item_of_it():
    text = "\n\n".join(f"Annexe {number}. Le port a {number} quais." for number in (2, 3))
    assert {one.form for one in listings([passage(text, ("Port",))])} <= {"series"}


def test_numbered_headings_and_a_table_that_demand_nothing_are_no_list_of_demands():
    headed = [
        passage("1. Le quai nord\n\nLe quai nord est fermé le dimanche.\n", ("Le port",)),
        passage("2. Le tarif du quai\n\nLe tarif est élevé.\n", ("Le port",), start=100),
    ]
    table = passage("Suivi\n\nAction | Quai\nNote | nord\nVisite | sud\n", ("Le port",))
    for found in (headed, [table]):
        assert listed("Que demandons-nous sur le quai ?", *found) is None
        assert listed("liste les points sur le quai", *found) is not None


def test_of_a_list_on_something_wider_only_the_items_on_the_subject_are_given():
    composed = listed(
        "liste nos demandes sur le vélo",
        passage(
            "Nous demandons :\n\n- un quai long ;\n- un garage à vélos ;\n"
            "- une grue ;\n- un phare.\n"
        ),
    )
    assert quotes(composed) == ["Nous demandons :", "un garage à vélos ;"]


def test_the_title_of_a_note_on_several_subjects_says_of_no_list_which_it_is_on():
    title = "Rendez-vous au port : quais, tarifs, grues"
    note, position = (
        replace(passage("Nous demandons :\n\n- un treuil ;\n- un frein.\n", headings), kind=kind)
        for headings, kind in (
            ((title, "Grues"), "audition"),
            (("Les quais du port", "Demandes"), "position"),
        )
    )
    composed = listed("liste nos demandes sur les quais", note, position)
    assert composed is not None
    assert {claim.citations[0].passage for claim in composed.claims} == {position}
    about_cranes = listed("liste nos demandes sur les grues", note)
    assert quotes(about_cranes) == ["Nous demandons :", "un treuil ;", "un frein."]


def test_paragraphs_under_a_heading_that_demands_are_items_by_their_first_sentences():
    found = listed(
        "liste nos demandes sur le port",
        passage(
            "Ce que nous demandons\n\nUn badge unique pour tous les quais. Il en faut six "
            "aujourd'hui.\n\nUn phare qui s'allume la nuit. C'est une question de bon sens.\n",
            ("Le port propre", "Ce que nous demandons"),
        ),
    )
    assert quotes(found) == [
        "Un badge unique pour tous les quais.",
        "Un phare qui s'allume la nuit.",
    ]


def test_the_demands_of_a_text_found_again_and_again_are_meant_whatever_it_calls_its_subject():
    question = "toutes nos demandes sur les bateaux"
    other = passage("Les navires sont plus nombreux.", ("Le trafic",), date="2024-01-01")
    assert listed(question, other, DEMANDS) is None
    again = passage("Le trafic des navires a doublé.", start=500)
    assert quotes(listed(question, other, again, DEMANDS)) == [
        "Nous demandons au port :",
        "une borne à chaque quai ;",
        "un badge unique ;",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Cette position est un point d'équilibre pour nos membres du port.",
        "On nous demande souvent pourquoi notre port est si petit.",
    ],
)
def test_what_speaks_of_the_text_or_is_asked_of_us_is_no_demand(said: str):
    text = f"{said} Nous demandons un badge unique pour le port."
    assert quotes(
        listed("liste nos demandes sur le port", passage(text, ("Le port", "Suite")))
    ) == ["Nous demandons un badge unique pour le port."]


def test_what_is_not_refused_is_no_answer_to_what_we_refuse():
    assert listed("que refusons-nous pour le port ?", DEMANDS, REST) is None


IN_PROSE = passage(
    "Nous demandons un badge unique. Un droit d'escale, c'est non. Nous ne sommes pas opposés à "
    "une vignette. Nous n'acceptons pas de quota de bateaux.\n",
    ("Le port propre", "Ce qui ne change pas"),
    start=400,
)


def test_what_is_refused_in_prose_is_listed_and_who_is_not_against_refuses_nothing():
    for question in ("que refuse-t-on pour le port ?", "à quoi dit-on non pour le port ?"):
        assert quotes(listed(question, IN_PROSE)) == [
            "Un droit d'escale, c'est non.",
            "Nous n'acceptons pas de quota de bateaux.",
        ]


def test_what_is_refused_is_no_demand():
    listed_demands = quotes(listed("liste nos demandes pour le port", IN_PROSE))
    assert "Nous demandons un badge unique." in listed_demands
    assert "Un droit d'escale, c'est non." not in listed_demands


def test_a_text_of_the_time_that_is_asked_about_comes_before_another_one():
    older, newer = (
        passage(
            "Nos demandes pour le port\n\n- une borne ;\n- un tarif affiché.\n",
            ("Le port", "Nos demandes pour le port"),
            date=date,
        )
        for date in ("2019-02-01", "2023-05-04")
    )
    for year, meant in (("2019", older), ("2023", newer)):
        composed = listed(f"liste nos demandes pour le port en {year}", newer, older)
        assert composed and composed.claims[0].citations[0].passage is meant


def test_the_name_of_a_file_tells_which_text_is_meant():
    letter, other = (
        replace(
            passage(
                "Nous demandons :\n\n- dix mois ;\n- un acompte.\n", ("Paris, le 22 mai",), date
            ),
            path=path,
        )
        for date, path in (
            ("2024-05-22", "courriers/2024-05-courrier-ministre-escales.md"),
            ("2024-06-01", "newsletters/2024-06-lettre.md"),
        )
    )
    composed = listed("liste les deux demandes au ministre sur les escales", other, letter)
    assert composed and composed.claims[0].citations[0].passage is letter
