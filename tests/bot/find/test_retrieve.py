"""Candidates and their order, on indexes in which every word is its own direction."""

from datetime import date

import numpy as np
import pytest
from conftest import Federation, WordEmbedder

from bot.answer import Bot
from bot.find.prefer import are_all_of_another_time, boosts, wanted
from bot.find.retrieve import RRF_K, Reserved, candidates, fuse
from bot.find.search import Search
from bot.question.understand import Given, understand
from index.embed import heading_of
from index.passage import AUDIENCES, Passage
from index.shelf.generation import Generation, Shelf, best

MEMBERS = ("public", "members")


def dated(day: str, **fields: str) -> str:
    return "\n".join(
        [
            "---",
            f"date: {day}",
            *(f"{key}: {value}" for key, value in fields.items()),
            "---",
            "",
            "",
        ]
    )


def opened(federation: Federation, **documents: str) -> Generation:
    for name, text in documents.items():
        federation.write(f"{name}.md", text)
    federation.index()
    return Shelf(federation.store).current()


def paths(federation: Federation, question: str) -> list[str]:
    return [
        hit.passage.path.removesuffix(".md")
        for hit in Bot(Shelf(federation.store), federation.embedder).search(question)
    ]


def test_rankings_are_fused_by_their_weighted_reciprocal_ranks():
    assert fuse((1.0, [3, 1]), (1.0, [1, 2])) == [1, 3, 2]
    assert fuse((1.0, [5]), (0.5, [6, 5])) == [5, 6]
    assert fuse((1.0, [9]), (1.0, [8])) == [8, 9]
    assert 1 / (RRF_K + 2) < 1 / (RRF_K + 1)


def test_the_best_of_many_are_those_that_sorting_would_give():
    scores = np.random.default_rng(3).integers(0, 50, 1_000).astype(np.float32)
    allowed = np.arange(1_000) % 3 > 0
    ordered = sorted(np.flatnonzero(allowed), key=lambda row: (-scores[row], row))
    found = best(scores, 100, allowed)
    assert [scores[row] for row in found] == [scores[row] for row in ordered[:100]]
    assert all(allowed[found])
    assert best(scores, 2_000, allowed) == ordered


def test_a_heading_has_the_mean_of_its_tokens_over_all_its_passages(federation: Federation):
    generation = opened(
        federation,
        a="# Fiscalité\n\n" + "Un paragraphe sur les délais de paiement. " * 30,
        b="# Cloud\n\nUn autre.",
    )
    assert (
        len({heading_of(passage) for passage in generation.passages})
        == 2
        < len(generation.passages)
    )
    about = WordEmbedder().encode_question("Cloud").pooled
    assert (
        generation.passages[
            generation.headed(about, 1, np.ones(len(generation.passages), bool))[0]
        ].path
        == "b.md"
    )
    first = generation.encoded(0)
    own = first.tokens[first.spans[:, 1] <= 0].astype(float).sum(axis=0)
    assert np.allclose(first.heading(), own / np.linalg.norm(own), atol=1e-6)
    assert generation.headed(first.heading(), 1, np.ones(len(generation.passages), bool)) == [0]


def test_another_audiences_passages_are_no_candidates_by_any_view(federation: Federation):
    generation = opened(
        federation,
        a=dated("2023-01-02", audience="staff", title="Secret") + "Le secret du fonds.",
        b=dated("2023-01-02") + "Autre chose.",
    )
    asked = WordEmbedder().encode_question("Secret du fonds")
    hidden = next(
        row for row, passage in enumerate(generation.passages) if passage.audience == "staff"
    )
    scores = generation.lexical_for(AUDIENCES).scores("secret fonds")
    assert scores[hidden] > 0
    everything = generation.within("2023", "2023-12-31")
    reserved = Reserved(everything, everything)
    assert hidden not in candidates(generation, scores, asked, MEMBERS, reserved)
    assert hidden in candidates(generation, scores, asked, (*MEMBERS, "staff"))


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2023-05-04", "2023-05-04", {"day", "month", "year"}),
        ("2023-05-05", "2023-05-31", {"month", "year"}),
        ("2023-06-01", "", {"year", "later"}),
        ("", "2023-05-04", {"day", "month", "year"}),
        ("2022-01-01", "2022-12-31", set()),
    ],
)
def test_a_document_is_of_a_time_as_far_as_its_date_is_known(
    federation: Federation, since: str, until: str, found: set
):
    generation = opened(
        federation,
        day=dated("2023-05-04") + "Un fonds.",
        month=dated("'2023-05'") + "Un fonds.",
        year=dated("2023") + "Un fonds.",
        later=dated("2024-01-01") + "Un fonds.",
        none="Un fonds.",
    )
    assert {
        passage.path.removesuffix(".md")
        for passage, there in zip(generation.passages, generation.within(since, until), strict=True)
        if there
    } == found


def test_a_question_about_a_year_gets_that_year_and_without_one_the_newest(federation: Federation):
    text = "Nous demandons un fonds pour les startups."
    opened(
        federation,
        old=dated("2021-03-01") + text,
        new=dated("2023-03-01") + text,
        other=dated("2022-03-01") + "Un repas de fin de saison.",
    )
    assert paths(federation, "Un fonds pour les startups en 2021 ?")[0] == "old"
    assert paths(federation, "Un fonds pour les startups ?")[:2] == ["new", "old"]


def test_a_passage_that_names_a_day_of_the_time_asked_for_comes_before_one_that_does_not(
    federation: Federation,
):
    opened(
        federation,
        march=dated("2023-05-04") + "Le 30 mars, nous avons rencontré la rapporteure du budget.",
        april=dated("2023-05-04") + "Le 2 avril, nous avons rencontré la rapporteure du budget.",
    )
    assert paths(federation, "Qui avons-nous rencontré le 30 mars 2023 ?")[0] == "march"
    assert paths(federation, "who did we meet on April 2, 2023")[0] == "april"


def test_a_time_of_which_there_is_nothing_leaves_the_order_as_it_was(federation: Federation):
    opened(
        federation,
        a=dated("2021-03-01") + "Un fonds pour les startups.",
        b=dated("2023-03-01") + "Un repas de fin de saison.",
    )
    generation = Shelf(federation.store).current()
    assert boosts(generation, [0, 1], "2015-01-01", "2015-12-31", ()).tolist() == [0, 0]
    assert paths(federation, "Un fonds pour les startups en 2015 ?") == ["a", "b"]


def test_a_kind_that_is_named_comes_first(federation: Federation):
    text = "Nous demandons un fonds pour les startups."
    others = {
        f"other{number}": dated("2022-03-01") + f"Une visite du lycée numéro {number}."
        for number in range(8)
    }
    opened(
        federation,
        letter=dated("2021-03-01", kind="newsletter") + text,
        paper=dated("2023-03-01", kind="position") + text,
        **others,
    )
    assert paths(federation, "Un fonds pour les startups, dans la newsletter ?")[0] == "letter"
    assert paths(federation, "Un fonds pour les startups, in our position paper?")[0] == "paper"


@pytest.mark.parametrize("status", ["draft", "superseded", "withdrawn"])
def test_what_is_not_in_force_comes_after_what_is(federation: Federation, status: str):
    text = "Nous demandons un fonds pour les startups."
    opened(federation, a=dated("2023-03-01", status=status) + text, b=dated("2023-03-01") + text)
    assert paths(federation, "Un fonds pour les startups ?") == ["b", "a"]


def test_relevance_outweighs_age(federation: Federation):
    opened(
        federation,
        old=dated("2015-03-01", status="superseded") + "Nous demandons un fonds pour les startups.",
        **{
            f"new{number}": dated(f"202{number}-03-01")
            + f"Nous avons visité le lycée numéro {number}."
            for number in range(6)
        },
    )
    assert paths(federation, "Un fonds pour les startups ?")[0] == "old"


def test_what_is_asked_for_is_among_the_candidates_however_much_else_there_is(
    federation: Federation,
):
    many = {
        f"n{number}": dated("2023-01-01")
        + f"Nous demandons un fonds pour les startups, numéro {number}."
        for number in range(130)
    }
    opened(
        federation,
        wanted=dated("2019-06-01") + "Un fonds, un seul mot sur les caisses et les ponts.",
        **many,
    )
    question = understand("Un fonds pour les startups en 2019 ?", today=date(2026, 1, 1))
    generation = Shelf(federation.store).current()
    rows = candidates(
        generation,
        generation.lexical_for(MEMBERS).scores(question.search),
        federation.embedder.encode_question(question.search),
        MEMBERS,
        Reserved(
            wanted(
                generation,
                generation.visible(MEMBERS),
                question.since,
                question.until,
                question.kinds,
            )
        ),
    )
    assert "wanted.md" in {generation.passages[row].path for row in rows}


def test_the_nearest_in_the_other_language_are_candidates_however_much_else_there_is(
    federation: Federation,
):
    many = {
        f"n{number}": f"Nous demandons un fonds pour les startups, numéro {number}."
        for number in range(130)
    }
    opened(federation, english="We ask the ministry for a bridge over the river.", **many)
    generation = Shelf(federation.store).current()
    question = "Un fonds pour les startups ?"
    rows = candidates(
        generation,
        generation.lexical_for(MEMBERS).scores(question),
        federation.embedder.encode_question(question),
        MEMBERS,
        Reserved(foreign=~generation.in_language("fr")),
    )
    assert "english.md" in {generation.passages[row].path for row in rows}


def test_texts_of_another_time_or_of_none_that_do_not_name_it_are_told():
    def told(date: str, text: str = "Nous demandons un fonds.") -> bool:
        passage = Passage(
            path="a.md", title="A", date=date, id="a", headings=(), page=0, start=0,
            end=len(text), text=text,
        )  # fmt: skip
        return are_all_of_another_time([passage], "2022-01-01", "2022-12-31")

    assert told("2021-05-04") and told("2023") and told("")
    assert not (told("2022-05-04") or told("2022") or told("2022-12"))
    assert not told("2023", "Depuis 2022, nous demandons un fonds.")
    assert not are_all_of_another_time([], "", "")


def test_the_documents_that_a_follow_up_is_about_come_first(federation: Federation):
    text = "Nous demandons un chèque de 5 000 euros pour les PME."
    generation = opened(federation, a=text, b=text, c=text)
    search = Search(WordEmbedder())
    asked = understand("et pour les PME ?", ["Quel chèque ?"], given=Given(documents=["c.md"]))
    assert search.found(asked, generation, AUDIENCES).hits[0].passage.path == "c.md"
