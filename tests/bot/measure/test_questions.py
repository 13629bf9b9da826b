"""The scored questions are fair: the documents hold their facts, and both halves ask alike."""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

from bot.measure.evaluate import BLIND, Expected, expected, holds
from index.language.lists import LANGUAGES
from index.passage import Document
from index.readers.read import read

ELSEWHERE = ROOT / "tests" / "other_federation"
TUNING = [ROOT / "tests" / "tuning_federations" / name for name in ("culture", "sante")]


def questions(file: Path) -> list[Expected]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [expected(json.loads(line)) for line in lines]


QUESTIONS = questions(ROOT / "tests" / "questions.jsonl")
ANSWERABLE = [
    pytest.param(corpus, question, id=question.id)
    for corpus, asked in (
        (ROOT / "corpus", QUESTIONS),
        *((one / "corpus", questions(one / "questions.jsonl")) for one in (ELSEWHERE, *TUNING)),
    )
    for question in asked
    if question.answerable
]


@cache
def document(path: str, corpus: Path = ROOT / "corpus") -> Document:
    return read(corpus, path, {})[0]


@pytest.mark.parametrize(("corpus", "asked"), ANSWERABLE)
def test_every_fact_stands_in_a_document_that_is_named_as_right(corpus: Path, asked: Expected):
    texts = [document(path, corpus).text for path in asked.documents]
    said = (*asked.facts, *asked.alternatives, *asked.items)
    assert asked.decides
    assert [fact for fact in said if not any(holds(text, fact) for text in texts)] == []


def test_no_answer_needs_a_document_that_members_may_not_read():
    named = {path for question in QUESTIONS for path in question.documents}
    assert {document(path).audience for path in named} == {"public", "members"}


def test_what_has_no_answer_names_no_document_and_no_fact():
    assert not [
        question.id
        for question in QUESTIONS
        if not question.answerable and (question.documents or question.facts)
    ]


def test_ids_and_questions_are_unique_and_say_their_language():
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    assert len({(question.question.casefold(), question.history) for question in QUESTIONS}) == len(
        QUESTIONS
    )
    assert all(
        question.language in LANGUAGES and str(question.id).startswith(f"{question.language}-")
        for question in QUESTIONS
    )


def test_the_halves_ask_as_many_questions_of_each_kind():
    halves = {
        half: Counter(question.kind for question in QUESTIONS if question.half == half)
        for half in ("tune", BLIND)
    }
    assert sum(map(Counter.total, halves.values())) == len(QUESTIONS)
    assert (
        max(
            abs(halves["tune"][kind] - halves[BLIND][kind])
            for kind in halves["tune"] | halves[BLIND]
        )
        <= 2
    )


def test_each_half_is_large_enough_to_tell_one_version_from_another():
    for half in ("tune", BLIND):
        kinds = Counter(question.kind for question in QUESTIONS if question.half == half)
        assert kinds["unanswerable"] >= 40
        assert kinds.total() - kinds["unanswerable"] - kinds["outside"] >= 75
