"""How an answer stands on the page: what leads, what is marked, grouped, older, in whose words."""

from dataclasses import replace

import pytest
from test_render import Tags

from bot.records import Answer, Citation, Claim
from bot.web.card import Card, card
from bot.web.labels import LABELS
from bot.web.marking import pieces
from bot.web.render import message
from bot.web.rows import shown
from index.passage import Passage

TABLE = "Mesure | 2021 | 2023\nTaux | 20 % | 30 %\nPlafond | 400 000 € | 800 000 €\nDurée | 3 | 5"


def passage(path: str, date: str, text: str, **fields: str) -> Passage:
    return Passage(
        path=path,
        title=path.upper(),
        date=date,
        id=f"{path}{text}",
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
        **{"kind": "position", "audience": "public"} | fields,
    )


def quoting(number: int, of: Passage, label: str = "") -> Claim:
    return Claim(f"« {of.text} »", (Citation(number, of, of.text, 0, len(of.text)),), label=label)


def answered(*claims: Claim, **fields: object) -> Answer:
    return Answer("Quel taux ?", "fr", claims, "…", False, **fields)


def paths(made: Card) -> tuple[str, list[list[str]], list[list[str]]]:
    """What leads, and the texts of the further and of the earlier groups."""
    direct = made.direct.claims[0].citations[0].passage.path if made.direct else ""
    groups = [
        [[claim.text.strip("« »") for claim in group.claims] for group in part]
        for part in (made.further, made.earlier)
    ]
    return direct, *groups


NEW = passage("a", "2024-05-04", "Nous demandons 30 %.")
SAME = passage("a", "2024-05-04", "Le reste suit.")
OTHER = passage("b", "2024-05-03", "Ailleurs aussi.")
OLD = passage("c", "2021-02", "Nous demandions 20 %.")
ENDED = passage("d", "2024-05-01", "Ce texte est retiré.", status="withdrawn")


def test_further_claims_stand_by_document_and_what_older_texts_said_stands_apart():
    given = answered(
        quoting(1, NEW),
        quoting(2, OTHER),
        quoting(3, OLD, "En 2021 :"),
        quoting(4, SAME),
        quoting(5, replace(OTHER, text="Encore.", end=7)),
        quoting(6, ENDED),
    )
    made = card(given)
    assert paths(made) == (
        "a",
        [["Ailleurs aussi.", "Encore."], ["Le reste suit."]],
        [["Nous demandions 20 %."], ["Ce texte est retiré."]],
    )
    assert [group.is_named for group in made.further] == [False, True]
    assert [claim.label for group in made.earlier for claim in group.claims] == ["", ""]
    html = message(given, 1)
    assert html.index("Auparavant") < html.index("Nous demandions 20 %.")
    assert [html.count(f">{title}</a>") for title in "ABCD"] == [1, 1, 1, 1]
    assert '<span class="status withdrawn">position retirée</span>' in html


@pytest.mark.parametrize("reply", ["list", "comparison", "summary", "meetings"])
def test_a_reply_whose_order_means_something_keeps_it(reply: str):
    given = answered(quoting(1, OLD), quoting(2, NEW), quoting(3, OLD), reply=reply)
    made = card(given)
    assert paths(made) == (
        "",
        [["Nous demandions 20 %."], ["Nous demandons 30 %."], ["Nous demandions 20 %."]],
        [],
    )


def test_an_uncertain_answer_has_no_direct_one_and_loses_no_claim():
    made = card(answered(quoting(1, ENDED), quoting(2, OTHER), unsure=True))
    assert paths(made) == ("", [["Ce texte est retiré."], ["Ailleurs aussi."]], [])
    assert 'class="direct"' not in message(answered(quoting(1, NEW), unsure=True), 1)


def test_documents_for_different_readers_say_so_each_and_those_for_the_same_once():
    members, staff = (replace(NEW, audience=name) for name in ("members", "staff"))
    other = replace(OTHER, audience="members")
    said = Tags(message(answered(quoting(1, members), quoting(2, other)), 1)).text
    assert said.count("réservé aux adhérents") == 1
    said = Tags(message(answered(quoting(1, staff), quoting(2, other)), 1)).text
    assert (said.count("réservé à l'équipe"), said.count("réservé aux adhérents")) == (2, 1)


@pytest.mark.parametrize(
    ("quote", "question", "seeks", "marked"),
    [
        ("Le taux est de 30 % depuis le 1er mai 2023.", "Quel taux ?", "figure", ["30 %"]),
        ("Le taux est de 30 % depuis le 1er mai 2023.", "Depuis quand ?", "date", ["1er mai 2023"]),
        ("Un fonds de 500 millions d'euros, à 5 %.", "Quel taux ?", "figure", ["5 %"]),
        ("We ask for €10,000 within 36 months.", "What do we ask?", "", []),
        ("We ask for €10,000, says NIS 2 of 2022/2555.", "What do we ask?", "", ["€10,000"]),
        ("Le 3 mai 2024, 80 personnes (NIS 2).", "Combien de personnes ?", "figure", ["80"]),
        ("Rien ici.", "Combien ?", "figure", []),
        ("En 2027, la loi s'applique.", "Quand ?", "date", ["2027"]),
    ],
)
def test_the_figure_or_date_that_was_asked_for_is_marked_within_the_quote(
    quote: str, question: str, seeks: str, marked: list[str]
):
    found = pieces(quote, question, seeks, "2024-01-01")
    assert "".join(text for text, _ in found) == quote
    assert [text for text, is_marked in found if is_marked] == marked


def test_only_the_direct_answer_is_marked():
    given = answered(quoting(1, NEW), quoting(2, OLD), seeks="figure")
    html = message(given, 1)
    assert html.count("<mark>") == 1 and "Nous demandons <mark>30 %</mark>." in html


def table(*rows: int) -> Claim:
    """A claim of the header and the rows of these numbers."""
    of = passage("t", "2023", TABLE)
    lines = TABLE.split("\n")
    citations = []
    for number, row in enumerate((0, *rows), 1):
        start = TABLE.index(lines[row])
        citations.append(Citation(number, of, lines[row], start, start + len(lines[row])))
    return Claim(" ".join(f"« {one.quote} »" for one in citations), tuple(citations))


def test_the_row_that_was_asked_for_is_marked_among_the_rows_of_its_table():
    header, rows = shown(table(2))
    assert header.cells == ["Mesure", "2021", "2023"]
    assert [(row.cells[0], row.is_asked) for row in rows] == [
        ("Taux", False),
        ("Plafond", True),
        ("Durée", False),
    ]
    html = message(answered(table(2)), 1)
    assert html.count('<tr class="asked-row">') == 1 and "<mark>Plafond</mark>" in html
    assert html.count('class="cite"') == 2


def test_a_table_that_is_quoted_whole_has_no_row_marked():
    assert [row.is_asked for row in shown(table(1, 2, 3))[1]] == [False, False, False]


def test_a_long_table_is_shown_as_it_is_quoted():
    text = "\n".join(["Mesure | Taux", *(f"M{number} | {number} %" for number in range(20))])
    of = passage("t", "2023", text)
    spans = [(0, 13), (text.index("M7"), text.index("M7") + 8)]
    cited = [Citation(n, of, text[a:b], a, b) for n, (a, b) in enumerate(spans, 1)]
    assert [row.cells for row in shown(Claim("…", tuple(cited)))[1]] == [["M7", "7 %"]]


@pytest.mark.parametrize(
    ("grade", "language", "mark"),
    [
        ("worded", "fr", "formulé par le modèle d'après la citation"),
        ("worded", "en", "translated by the model from the quote"),
        ("proved", "fr", "citation abrégée"),
    ],
)
def test_words_that_are_not_the_text_s_have_their_quote_open_under_them_and_say_whose_they_are(
    grade: str, language: str, mark: str
):
    claim = replace(quoting(1, NEW), text="Le taux demandé est de 30 %.", grade=grade)
    html = message(replace(answered(claim), language=language), 1)
    text = Tags(html).text
    assert text.index("Le taux demandé") < text.index("Nous demandons 30 %.") < text.index(mark)
    assert "<details" not in html
    assert (LABELS[language]["worded_hint"] in text) == (grade == "worded")


def test_what_the_model_read_over_says_so_beside_whose_words_it_is():
    claim = replace(quoting(1, NEW), text="Un taux.", grade="worded", looked_over=True)
    text = Tags(message(answered(claim), 1)).text
    assert "formulé par le modèle d'après la citation, relu par le modèle" in text


@pytest.mark.parametrize("grade", ["quote", "proved", "worded"])
def test_a_claim_that_is_its_quotes_looks_the_same_whatever_its_grade_says(grade: str):
    plain = Tags(message(answered(quoting(1, NEW)), 1))
    graded = Tags(message(answered(replace(quoting(1, NEW), grade=grade)), 1))
    assert graded.tags[: len(plain.tags)] == plain.tags
    assert 'class="said"' not in message(answered(replace(quoting(1, NEW), grade=grade)), 1)


def test_what_is_missing_is_said_in_place_of_the_usual_words():
    lead = "Nos textes ne donnent pas de montant.\n\nProches :\n\n- Un texte, 2023"
    tags = Tags(message(Answer("?", "fr", (), "…", True, lead=lead), 1))
    assert "Nos textes ne donnent pas de montant." in tags.text and "Un texte, 2023" in tags.text
    assert "Je n'ai rien trouvé" not in tags.text and "button" not in tags.tags


def test_a_quote_in_the_other_language_leads_to_its_context():
    html = message(replace(answered(quoting(1, NEW)), language="en"), 2)
    assert "original French" in html
    assert '<a class="to-source context" href="#src-2-1">Read it in context</a>' in html
