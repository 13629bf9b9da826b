"""Answers without a model: the sentences that answer, verbatim, items with their lead-in."""

from dataclasses import replace

import pytest

from bot.quote.compose import FURTHER, compose, unless_amount_missing
from bot.quote.picks import Asked
from bot.quote.spans import once
from bot.records import Hit, Sentence
from index.passage import Passage


def hit(text: str, scores: dict[str, float], score: float = 0.9, path: str = "a.md") -> Hit:
    """A hit on `text`; a sentence that holds a key of `scores` has its score, any other 0.5."""
    passage = Passage(
        path=path, title="A", id=path + text, headings=(), page=0, start=0, end=len(text), text=text
    )
    scored = tuple(
        Sentence(
            start,
            end,
            next((value for key, value in scores.items() if key in text[start:end]), 0.5),
        )
        for start, end in passage.sentences()
    )
    return Hit(passage, score, scored)


def quotes(*hits: Hit) -> list[list[str]]:
    claims = compose(hits)
    for claim in claims:
        for citation in claim.citations:
            assert citation.passage.text[citation.start : citation.end] == citation.quote
    assert [citation.number for claim in claims for citation in claim.citations] == list(
        range(1, 1 + sum(len(claim.citations) for claim in claims))
    )
    return [[citation.quote for citation in claim.citations] for claim in claims]


def test_the_best_sentence_is_cited_first():
    assert quotes(
        hit(
            "Le budget reste stable cette année.\n\nNous demandons un fonds national.",
            {"fonds": 0.9},
        )
    )[0] == ["Nous demandons un fonds national."]


def test_sentences_that_adjoin_in_a_paragraph_are_one_quote():
    assert quotes(
        hit("Nous demandons un fonds. Il aurait 200 millions.", {"fonds": 0.9, "Il": 0.88})
    ) == [["Nous demandons un fonds. Il aurait 200 millions."]]


def test_a_question_in_a_document_is_no_answer():
    assert quotes(
        hit(
            "Faut-il un fonds national ?\n\nNous demandons un guichet unique.",
            {"Faut-il": 0.95, "guichet": 0.9},
        )
    ) == [["Nous demandons un guichet unique."]]


def test_a_list_item_is_quoted_with_the_lead_in_that_says_what_the_list_is():
    text = (
        "Ces pistes ne nous engagent pas encore :\n\n- réduire l'empreinte de 35 % ;\n"
        "- viser 40 % de reconditionné."
    )
    first = quotes(hit(text, {"35 %": 0.95}))
    assert first == [
        ["Ces pistes ne nous engagent pas encore :\n\n- réduire l'empreinte de 35 % ;"]
    ]
    assert quotes(hit(text, {"40 %": 0.95})) == [
        ["Ces pistes ne nous engagent pas encore :", "viser 40 % de reconditionné."]
    ]


def parted(*texts: str, score: float = 0.5) -> list[Hit]:
    """Hits on the passages of one document, in reading order.

    A sentence in capital letters has 0.95, any other `score`.
    """
    hits, start = [], 0
    for text in texts:
        whole = hit(text, {}, score=0.9)
        sentences = tuple(
            replace(one, score=0.95 if text[one.start : one.end].isupper() else score)
            for one in whole.sentences
        )
        hits.append(
            replace(
                whole,
                passage=replace(whole.passage, start=start, end=start + len(text)),
                sentences=sentences,
            )
        )
        start += len(text)
    return hits


def composed(hits: list[Hit], seeks: str = "") -> list[list[str]]:
    passages = [one.passage for one in hits]
    claims = compose(
        hits,
        Asked(seeks=seeks),
        lambda passage: (
            next((one for one in passages if one.end == passage.start), None),
            next((one for one in passages if one.start == passage.end), None),
        ),
    )
    return [[citation.quote for citation in claim.citations] for claim in claims]


def test_an_item_of_a_list_that_began_passages_earlier_is_quoted_with_its_lead_in():
    hits = parted(
        "Ces pistes ne nous engagent pas :\n\n- un fonds national pour tous ;\n",
        "- un guichet unique pour tous ;\n",
        "- UNE FORMATION POUR TOUS.\n",
    )
    assert composed(hits[::-1]) == [
        ["Ces pistes ne nous engagent pas :", "UNE FORMATION POUR TOUS."]
    ]


def test_a_row_of_a_table_that_began_a_passage_earlier_is_quoted_with_its_header():
    assert composed(
        parted("Mesure | Demande\nCir | 30 %\n", "CII | 800 000 EUROS\n".upper() + "Jei | 10 %\n")
    ) == [["Mesure | Demande", "CII | 800 000 EUROS"]]


def test_a_list_that_is_asked_for_comes_whole_from_several_passages():
    hits = parted(
        "Nous demandons :\n\n- un fonds national pour tous ;\n",
        "- UN GUICHET UNIQUE POUR TOUS ;\n",
        "- une formation gratuite pour tous.\n\nMerci à tous.\n",
    )
    assert composed([hits[1], hits[2], hits[0]], "list") == [
        [
            "Nous demandons :\n\n- un fonds national pour tous ;",
            "UN GUICHET UNIQUE POUR TOUS ;",
            "une formation gratuite pour tous.",
        ]
    ]


def test_what_a_text_says_of_itself_or_asks_of_its_readers_gives_way_to_what_it_says():
    aside = hit(
        "Répondez à notre enquête sur le fonds avant le 15 mars.\n\nLe fonds a 200 millions.",
        {"Répondez": 0.93, "200": 0.9},
    )
    assert quotes(aside)[0] == ["Le fonds a 200 millions."]


def test_an_item_that_speaks_of_this_fund_is_quoted_with_the_one_that_says_which():
    text = (
        "- Créer un fonds de 500 millions d'euros. Il en faut autant.\n"
        "- Réserver 30 % de ce fonds aux régions.\n- Aider ces entreprises autrement."
    )
    assert quotes(hit(text, {"30 %": 0.95})) == [
        [
            "Créer un fonds de 500 millions d'euros. Il en faut autant.\n- Réserver 30 % de ce "
            "fonds aux régions."
        ]
    ]
    assert quotes(hit(text, {"Aider": 0.95})) == [["Aider ces entreprises autrement."]]


def test_where_a_document_is_about_the_question_each_of_its_passages_gives_its_best_statement():
    hits = parted(
        "Nous demandons un fonds pour tous. LE PLUS PROCHE EST ICI.\n",
        "Nous demandons un guichet pour tous.\n",
        "Nous demandons un label pour tous.\n",
        score=0.94,
    )
    assert [quote[0] for quote in composed(hits)][:3] == [
        "Nous demandons un fonds pour tous. LE PLUS PROCHE EST ICI.",
        "Nous demandons un guichet pour tous.",
        "Nous demandons un label pour tous.",
    ]


def test_a_table_row_is_quoted_with_the_header_that_says_what_its_columns_are():
    text = (
        "Mesure | Règle actuelle | Notre demande\nPlafond du CIR | 30 % | 30 %\n"
        "Plafond du CII | 400 000 € | 800 000 €"
    )
    assert quotes(hit(text, {"CII": 0.95})) == [
        ["Mesure | Règle actuelle | Notre demande", "Plafond du CII | 400 000 € | 800 000 €"]
    ]


def test_what_two_documents_say_alike_is_quoted_once():
    sentence = "Nous demandons un fonds national de 500 millions d'euros."
    assert quotes(hit(sentence, {"fonds": 0.9}), hit(sentence, {"fonds": 0.89}, path="b.md")) == [
        [sentence]
    ]


def test_there_are_not_many_sentences():
    hits = [
        hit(
            f"Nous demandons la mesure numéro {word} pour nos entreprises {word}{word}.",
            {word: 0.9},
            path=word,
        )
        for word in ("alpha", "beta", "gamma", "delta", "omega", "sigma", "kappa")
    ]
    assert len(quotes(*hits)) == 1 + FURTHER


def test_a_sentence_far_from_the_best_is_left_out():
    assert quotes(
        hit("Nous demandons un fonds.\n\nLe buffet était très bon.", {"fonds": 0.95, "buffet": 0.7})
    ) == [["Nous demandons un fonds."]]


def test_what_introduces_a_list_is_quoted_once_for_all_its_items():
    text = "Nous demandons :\n\n- un fonds national pour tous ;\n- un guichet unique pour tous."
    assert quotes(hit(text, {"fonds": 0.95, "guichet": 0.94})) == [
        ["Nous demandons :\n\n- un fonds national pour tous ;", "un guichet unique pour tous."]
    ]


def test_a_list_that_is_asked_for_comes_whole():
    text = (
        "Nous demandons :\n\n- un fonds national pour tous ;\n"
        "- un guichet unique pour tous ;\n- une formation gratuite pour tous."
    )
    (claim,) = compose([hit(text, {"guichet": 0.95})], Asked("quelles sont nos demandes ?", "list"))
    assert [citation.quote for citation in claim.citations] == [
        "Nous demandons :\n\n- un fonds national pour tous ;",
        "un guichet unique pour tous ;",
        "une formation gratuite pour tous.",
    ]


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before():
    text = "Nous avons rencontré le rapporteur. Nous lui avons demandé un fonds."
    assert quotes(hit(text, {"lui": 0.95, "rencontré": 0.6})) == [[text]]


def test_a_heading_in_disguise_is_no_statement():
    assert quotes(
        hit(
            "Des fonds propres bien calibrés\n\nNous demandons un fonds national.",
            {"propres": 0.95, "national": 0.9},
        )
    ) == [["Nous demandons un fonds national."]]


def test_a_numbered_heading_is_no_statement_and_a_numbered_item_is_one():
    text = (
        "Nous avons été reçus au ministère.\n\n2. Ce que nous avons demandé ensemble\n\n"
        "Un fonds national pour nos entreprises."
    )
    assert quotes(hit(text, {"demandé": 0.95, "fonds": 0.9})) == [
        ["Un fonds national pour nos entreprises."]
    ]
    loose = (
        "Nous avons demandé :\n\n1. Un fonds national pour nos startups\n\n"
        "2. Un crédit pour nos petites entreprises\n\nLa réponse est attendue."
    )
    assert quotes(hit(loose, {"crédit": 0.95})) == [
        ["Nous avons demandé :", "Un crédit pour nos petites entreprises"]
    ]


def test_the_sentence_unless_amount_missings_what_is_sought_leads():
    hits = [
        hit("Le plafond du crédit est trop bas.", {"plafond": 0.91}, path="a.md"),
        hit("Le plafond du crédit serait de 800 000 €.", {"800": 0.9}, path="b.md"),
    ]
    assert compose(hits, Asked("quel plafond ?", "figure"))[0].citations[0].passage.path == "b.md"
    assert compose(hits, Asked("quel plafond ?"))[0].citations[0].passage.path == "a.md"


def test_the_figure_that_is_sought_comes_before_what_stands_above_it():
    text = (
        "Nos entreprises ont besoin de financement pour innover.\n\n"
        "Le secteur va recruter 232 000 personnes."
    )
    assert [
        claim.citations[0].quote
        for claim in compose(
            [hit(text, {"232": 0.95, "financement": 0.93})],
            Asked("combien de recrutements ?", "figure"),
        )
    ] == [
        "Le secteur va recruter 232 000 personnes.",
        "Nos entreprises ont besoin de financement pour innover.",
    ]


def test_what_was_said_of_the_day_that_is_asked_for_comes_before_a_closer_sentence_on_another_day():
    other, asked = (
        hit(f"Le {day}, nous avons été reçus par {whom}.", {whom: score}, path=f"{whom}.md")
        for day, whom, score in (("14 juin", "le cabinet", 0.92), ("30 mars", "un député", 0.9))
    )
    asked, other = (
        replace(one, passage=replace(one.passage, date="2023-05-04")) for one in (asked, other)
    )
    assert [
        claim.citations[0].passage.path
        for claim in compose([other, asked], Asked("qui nous a reçus le 30 mars ?", "person"))
    ] == ["un député.md", "le cabinet.md"]
    assert (
        compose([other, asked], Asked("qui nous a reçus ?", "person"))[0].citations[0].passage.path
        == "le cabinet.md"
    )


def test_a_figure_of_a_superseded_text_never_leads_before_one_in_force():
    old = hit("Le plafond serait de 600 000 € par an.", {"600": 0.95}, path="old.md")
    old = replace(old, passage=replace(old.passage, status="superseded"))
    new = hit("Le plafond doit être de 800 000 € chaque année.", {"800": 0.94}, path="new.md")
    assert [
        claim.citations[0].passage.path
        for claim in compose([old, new], Asked("quel plafond ?", "figure"))
    ] == ["new.md", "old.md"]
    assert [
        claim.citations[0].passage.path
        for claim in compose([old, new], Asked("quel plafond ?", "figure", timed=True))
    ] == ["old.md", "new.md"]


def dated(text: str, score: float, day: str, kind: str = "position") -> Hit:
    own = hit(text, {text[:12]: score}, score, path=f"{day}.md")
    return replace(own, passage=replace(own.passage, date=day, kind=kind))


def test_a_newer_figure_of_the_same_point_leads():
    older = dated("Le délai de paiement demandé reste de 30 jours.", 0.95, "2023-10-19")
    newer = dated("Le délai de paiement demandé passe à 20 jours.", 0.93, "2024-05-23")
    claims = compose([older, newer])
    assert claims[0].citations[0].passage.date == "2024-05-23"


@pytest.mark.parametrize(
    "newer",
    [
        # another point, the same figure, a draft that a newsletter tells of
        dated("Le stage en entreprise dure au moins 20 jours.", 0.93, "2024-05-23"),
        dated("Le délai de paiement demandé reste à 30 jours.", 0.93, "2024-05-23"),
        dated(
            "Le délai de paiement demandé passe à 20 jours dans notre projet de position.",
            0.93,
            "2024-05-23",
            "newsletter",
        ),
    ],
)
def test_what_is_no_newer_figure_of_the_same_point_does_not_lead(newer: Hit):
    older = dated("Le délai de paiement demandé reste de 30 jours.", 0.95, "2023-10-19")
    assert compose([older, newer])[0].citations[0].passage.date == "2023-10-19"
    asked = Asked("délai de paiement en 2023", timed=True)
    other = dated("Le délai de paiement demandé passe à 20 jours.", 0.93, "2024-05-23")
    assert compose([older, other], asked)[0].citations[0].passage.date == "2023-10-19"


def test_a_superseded_text_that_answers_a_little_better_does_not_displace_the_one_in_force():
    rows = "\n".join(
        f"Plafond pour la ligne {number} du crédit | {number}00 000 € par an et par entreprise "
        f"qui le demande"
        for number in range(1, 9)
    )
    old = hit(f"Dispositif | Demande\n{rows}", {"Plafond": 0.95}, path="old.md")
    old = replace(old, passage=replace(old.passage, status="superseded"))
    new = hit("Nous voulons relever le plafond à 800 000 €.", {"800": 0.925}, path="new.md")
    for seeks in ("figure", ""):
        assert (
            compose([old, new], Asked("quel plafond ?", seeks))[0].citations[0].passage.path
            == "new.md"
        )


@pytest.mark.parametrize(
    "question, text",
    [
        (
            "Quelle part du fonds vient de l'État ?",
            "Nous demandons un fonds de 300 millions d'euros.",
        ),
        (
            "Quel est le taux de réussite au concours ?",
            "Nous défendons le concours dans chaque académie.",
        ),
        ("How much does it cost us?", "We met the rapporteur over drinks in Brussels."),
        ("Quel délai proposons-nous ?", "Nous demandons un moratoire le plus bref possible."),
        (
            "Qui préside la commission cloud ?",
            "La commission cloud se réunit au Sénat. Le président l'a annoncé.",
        ),
        (
            "What is the name of the adviser we met?",
            "We met the minister's adviser on digital sovereignty.",
        ),
    ],
)
def test_a_share_a_sum_a_length_or_a_name_that_no_quote_holds_is_not_answered(
    question: str, text: str
):
    claims = compose([hit(text, {})], Asked(question))
    assert claims and unless_amount_missing(claims, question) == ()


@pytest.mark.parametrize(
    "question, text",
    [
        (
            "Quelle part du fonds vient de l'État ?",
            "Nous demandons que l'État apporte un tiers du fonds.",
        ),
        ("What share do women hold?", "Les femmes occupent 17 % des postes techniques."),
        ("How much does it cost us?", "La mesure nous coûterait 2 millions par an."),
        (
            "Quel délai proposons-nous ?",
            "We ask for twenty-four months, no less; 24 months is the minimum.",
        ),
        (
            "Qui préside la commission cloud ?",
            "Lise Arnoux-Bel préside la commission cloud depuis mai.",
        ),
        ("Que demandons-nous pour les startups ?", "Nous demandons un fonds pour les startups."),
    ],
)
def test_a_question_of_no_such_kind_or_whose_kind_is_held_is_answered(question: str, text: str):
    claims = compose([hit(text, {})], Asked(question))
    assert claims and unless_amount_missing(claims, question) == claims


def test_no_hits_make_no_claims():
    assert compose([]) == ()


def test_a_sentence_that_stands_twice_is_quoted_once_with_what_follows_it_in_place_of_the_first():
    summary = hit("Créer un fonds de 500 millions.", {"fonds": 0.9})
    other = hit("Les délais de paiement doivent tomber à 30 jours.", {"délais": 0.89})
    details = hit(
        "Créer un fonds de 500 millions. Réserver 30 % de ce fonds aux régions.",
        {"Réserver": 0.89, "Créer": 0.5},
    )
    assert quotes(summary, other, details) == [
        ["Créer un fonds de 500 millions. Réserver 30 % de ce fonds aux régions."],
        ["Les délais de paiement doivent tomber à 30 jours."],
    ]
    elsewhere = replace(details, passage=replace(details.passage, path="b.md"))
    assert quotes(summary, elsewhere)[0] == ["Créer un fonds de 500 millions."]


def test_a_statement_that_says_two_earlier_ones_and_more_takes_the_place_of_both():
    whole = hit("Le taux est de 30 %. Il finit en 2024. Il dure huit ans.", {"Il dure": 0.9})
    spans = [[(whole.passage, start, end)] for start, end in ((39, 56), (0, 20), (0, 56))]
    assert once(spans) == [spans[2]]
