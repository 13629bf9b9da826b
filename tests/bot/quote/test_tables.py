"""Tables: the row that is asked for with its header, and what is worked out of a column."""

from dataclasses import replace

from bot import wording
from bot.quote.compose import compose, stands_in_a_table
from bot.quote.picks import Asked
from bot.quote.stance import decided
from bot.quote.tables import cell_figure
from bot.records import Claim, Hit, Sentence
from index.passage import Passage

TABLE = """Budget des clubs

Club | Nombre de membres | Budget
Port de Lille | 12 | 1,5 M€
Port de Nantes | 30 | 800 000 €
Canal du Midi | 7 | 200 000 €
"""


REGISTER = """Organisme | Nature | Nom | Fonction
Chambre du code | Association | MARTIN Claire | Conseillère
Cercle du logiciel | Association | FAURE Lise | Attachée
"""


def hit(text: str) -> Hit:
    passage = Passage(
        path="a.md", title="A", id="a", headings=(), page=0, start=0, end=len(text), text=text
    )
    sentences = tuple(Sentence(start, end, 0.8) for start, end in passage.sentences())
    return Hit(passage, 0.9, sentences)


def first(question: str, text: str = TABLE) -> Claim:
    return compose([hit(text)], Asked(question))[0]


def rows(claim: Claim) -> list[str]:
    return [citation.quote.split(" | ")[0] for citation in claim.citations]


def test_the_row_that_a_question_names_comes_with_its_header_and_no_other_row():
    claim = first("quel est le budget du port de Nantes ?")
    assert rows(claim) == ["Club", "Port de Nantes"]
    assert wording.is_table(claim)


def test_a_row_answers_who_though_it_lacks_the_verb_and_nothing_that_lacks_more():
    asked = Asked("Qui représente la Chambre du code ?", "person")
    assert rows(compose([hit(REGISTER)], asked)[0]) == ["Organisme", "Chambre du code"]
    assert stands_in_a_table([hit(REGISTER)], asked)
    assert not stands_in_a_table([hit(REGISTER)], Asked(asked.search, "figure"))
    other = Asked("Qui a voté contre la Chambre du code à Lyon ?", "person")
    assert not stands_in_a_table([hit(REGISTER)], other)


def test_the_highest_and_the_lowest_of_a_column_are_said_to_be_worked_out():
    highest = first("quel club a le budget le plus élevé ?")
    assert (rows(highest), highest.label) == (
        ["Club", "Port de Lille"],
        "Le plus élevé (calculé sur 3 lignes) :",
    )
    assert rows(first("quel club a le budget le plus bas ?")) == ["Club", "Canal du Midi"]


def test_the_sum_of_a_column_stands_with_the_rows_it_rests_on():
    claim = first("quel budget au total ?")
    assert claim.label == "Total (calculé sur 3 lignes) : 2\u202f500\u202f000 €."
    assert rows(claim) == ["Club", "Port de Lille", "Port de Nantes", "Canal du Midi"]


def test_shares_are_not_added_up():
    shares = "Port | Part des aides\nLille | 10 %\nNantes | 20 %\n"
    assert first("quelle part des aides au total ?", shares).label == ""


def test_a_cell_of_two_figures_has_none():
    assert cell_figure("12,5 M€") == (12_500_000, "€")
    assert cell_figure("46 mois") == (46, "mois")
    assert cell_figure("de 10 à 20") is None


def test_yes_and_no_are_said_only_where_the_quotes_own_words_decide_it():
    assert decided("soutenons-nous les quotas ?", "Nous soutenons les quotas.") is True
    assert decided("soutenons-nous les quotas ?", "Nous nous opposons aux quotas.") is False
    assert decided("soutenons-nous les quotas ?", "Nous ne soutenons pas les quotas.") is False
    assert decided("soutenons-nous les quotas ?", "Nous soutenons le label.") is None
    assert decided("soutenons-nous les quotas ?", "Les quotas sont un sujet.") is None


def test_a_question_that_is_nearest_to_the_header_gets_the_rows_too():
    found = hit(TABLE)
    header = next(
        one
        for one in found.sentences
        if found.passage.text[one.start : one.end].startswith("Club |")
    )
    near = replace(
        found,
        sentences=tuple(
            replace(one, score=0.9 if one == header else 0.5) for one in found.sentences
        ),
    )
    claim = compose([near], Asked("que dit ce tableau ?"))[0]
    assert rows(claim) == ["Club", "Port de Lille", "Port de Nantes", "Canal du Midi"]
