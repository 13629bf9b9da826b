"""A document or a part of it in short: its demands in reading order, its status first."""

from collections.abc import Sequence
from dataclasses import replace

from bot.question.understand import understand
from bot.records import Composed, Hit, Sentence
from bot.views.summary import WORDS, summary
from index.passage import Passage
from index.shelf.lexical import Lexical

CLOUD = {
    ("Cloud : choisir",): "Position adoptée par le conseil le 12 octobre 2022.",
    ("Cloud : choisir", "Le contexte"): (
        "Le marché du cloud est dominé par quelques offreurs. Inscrivez-vous à notre atelier."
    ),
    ("Cloud : choisir", "Nos demandes"): (
        "1. Un cap chiffré. Porter à 25 % la part des offreurs européens.\n"
        "2. La portabilité. Quitter son fournisseur en 60 jours."
    ),
    ("Cloud : choisir", "Agenda"): "Le 3 mai, nous tiendrons un atelier avec 20 adhérents.",
}
LETTER = {
    ("Lettre de juin",): "Avant de partir à la plage, un tour d'horizon de ce que nous avons fait.",
    ("Lettre de juin", "Mixité"): (
        "Le sujet reste difficile pour nous. Nous demandons 30 % de femmes en 2027."
    ),
    ("Lettre de juin", "Achats"): (
        "Nous demandons que 10 % des achats aillent aux PME. Vous avez été 74 à venir."
    ),
}


def passages(
    path: str, title: str, parts: dict[tuple[str, ...], str], **fields: str
) -> list[Passage]:
    found, place = [], 0
    for headings, text in parts.items():
        found.append(
            Passage(
                path=path,
                title=title,
                id=path + text,
                headings=headings,
                page=0,
                start=place,
                end=place + len(text),
                text=text,
                **fields,
            )
        )
        place += len(text)
    return found


def cloud(status: str = "adopted") -> list[Passage]:
    return passages(
        "positions/cloud.md",
        "Cloud : choisir",
        CLOUD,
        date="2022-10-12",
        kind="position",
        status=status,
    )


def letter() -> list[Passage]:
    return passages(
        "newsletters/2022-06.md",
        "Lettre de juin",
        LETTER,
        date="2022-06-30",
        kind="newsletter",
    )


def summed_up(question: str, texts: Sequence[Passage]) -> Composed | None:
    lexical = Lexical.build([(one.text, one.language, one.date) for one in texts], {})
    hits = [
        Hit(one, 0.9, tuple(Sentence(start, end, 0.9) for start, end in one.sentences()))
        for one in texts
    ]
    composed = summary(understand(question), texts, hits, lexical, lambda passage: None)
    for claim in composed.claims if composed else ():
        for cited in claim.citations:
            assert cited.quote == cited.passage.text[cited.start : cited.end]
    return composed


def quotes(composed: Composed | None) -> list[str]:
    return (
        [cited.quote for claim in composed.claims for cited in claim.citations] if composed else []
    )


def test_a_position_is_its_demands_in_reading_order() -> None:
    composed = summed_up("résume la position cloud", [*letter(), *cloud()])
    assert composed and composed.reply == "summary"
    assert composed.lead == "« Cloud : choisir » (12 octobre 2022), en bref :"
    assert [claim.label for claim in composed.claims] == ["Le contexte :", "Nos demandes :"]
    assert quotes(composed)[1:] == [
        "Un cap chiffré. Porter à 25 % la part des offreurs européens.",
        "La portabilité. Quitter son fournisseur en 60 jours.",
    ]


def test_calls_agendas_and_headers_are_left_out() -> None:
    said = " ".join(quotes(summed_up("résume la position cloud", cloud())))
    assert "Inscrivez-vous" not in said
    assert "3 mai" not in said
    assert "adoptée" not in said


def test_a_withdrawn_text_is_said_to_be_so_in_the_first_line() -> None:
    composed = summed_up("résume la position cloud", cloud("withdrawn"))
    assert composed
    assert composed.lead.splitlines()[0] == (
        "Ce texte a été retiré : il n'engage plus la fédération."
    )


def test_a_newsletter_is_one_sentence_for_each_topic_without_its_opening() -> None:
    composed = summed_up("de quoi parle la lettre de juin 2022 ?", [*letter(), *cloud()])
    assert quotes(composed) == [
        "Nous demandons 30 % de femmes en 2027.",
        "Nous demandons que 10 % des achats aillent aux PME.",
    ]


def test_a_part_is_summed_up_alone() -> None:
    composed = summed_up("résume la partie achats de la lettre de juin 2022", letter())
    assert composed and [claim.label for claim in composed.claims] == ["Achats :"]


def test_words_that_the_title_does_not_have_make_no_part_of_a_paper_found_by_its_content() -> None:
    parts = {
        ("Réponse",): "Vingt hébergeurs ont des clients dans les hôpitaux de la région.",
        ("Réponse", "1"): "Nous demandons trente mois de plus.",
        ("Réponse", "2"): "Nous refusons un label unique.",
    }
    answer = passages("c.md", "Réponse", parts, date="2022-12-01", kind="contribution")
    composed = summed_up("résume notre réponse à la concertation sur les hôpitaux", answer)
    assert "Nous demandons trente mois de plus." in quotes(composed)


def test_the_direct_answer_of_a_summary_is_what_matters_most_in_it() -> None:
    composed = summed_up("résume la position cloud", cloud())
    assert composed and quotes(composed)[0].startswith("Le marché du cloud")
    assert composed.brief.startswith("Nos demandes : « Un cap chiffré.")


def test_this_text_is_the_one_that_the_last_answer_cited() -> None:
    texts = [*letter(), *cloud()]
    asked = replace(understand("de quoi parle ce texte ?"), documents=("positions/cloud.md",))
    lexical = Lexical.build([(one.text, one.language, one.date) for one in texts], {})
    composed = summary(asked, texts, [], lexical, lambda passage: None)
    assert composed and composed.lead.startswith("« Cloud : choisir »")


def test_quotes_stay_within_their_words() -> None:
    long = {("A", "Nos demandes"): " ".join(f"Nous demandons {n} % de plus." for n in range(99))}
    texts = passages("a.md", "Les achats", long, date="2024-01-01", kind="position")
    said = " ".join(quotes(summed_up("résume la position achats", texts)))
    assert 0 < len(said.split()) <= WORDS


def test_without_a_subject_or_a_document_there_is_no_summary() -> None:
    assert summed_up("résume", [*letter(), *cloud()]) is None


def of_port(heading: str, text: str) -> list[str]:
    """The quotes of a summary of a position with one section."""
    port = passages("p/port.md", "Le port", {("Le port", heading): text})
    return quotes(summed_up("résume la position sur le port", port))


def test_under_what_we_refuse_only_what_is_refused_is_quoted() -> None:
    text = (
        "Nous ne soutenons pas de droit d'escale. Il serait facile à contourner. "
        "Nous préférons une vignette que tous peuvent vérifier.\n- un quota de bateaux.\n"
    )
    assert of_port("Ce que nous refusons", text) == [
        "Nous ne soutenons pas de droit d'escale.",
        "un quota de bateaux.",
    ]


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before_it() -> None:
    text = (
        "Le conseil a retiré la position de 2021 sur les quais. "
        "Elle ne portait que sur 40 quais de la fédération."
    )
    assert of_port("Le bilan", text) == [
        "Le conseil a retiré la position de 2021 sur les quais.",
        "Elle ne portait que sur 40 quais de la fédération.",
    ]
