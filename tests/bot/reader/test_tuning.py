"""The tuning of questions: what it was trained on, and what it changes and leaves alone."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.reader import examples
from bot.reader.examples import DATA, REWORDED
from bot.reader.questions import TUNING
from index.embed import SentenceEmbedder, load_embedder

QUESTION = "Combien ça coûte d'envoyer un bouquin ?"


@pytest.fixture(scope="module")
def plain(e5: SentenceEmbedder, models: Path) -> SentenceEmbedder:
    """The bundled model without a tuning. It uses `e5`, so that the model is made only once."""
    return load_embedder("bundled", models)


def test_the_tuning_that_ships_was_trained_on_the_data_that_ships():
    with np.load(TUNING, allow_pickle=False) as stored:
        about = json.loads(str(stored["about"]))
    assert about["data"] == examples.digest(DATA, REWORDED)
    assert TUNING.stat().st_size < 5_000_000


def test_the_data_is_of_other_federations_than_the_readers_and_of_no_near_misses_alone():
    reworded = examples.federations(folder=REWORDED)
    assert not {one.name for one in reworded} & {one.name for one in examples.federations()}
    for one in reworded:
        assert 0.5 < sum(bool(asked.lines) for asked in one.asked) / len(one.asked) < 0.7


def test_a_tuned_question_keeps_the_tokens_that_it_has_without(
    e5: SentenceEmbedder, plain: SentenceEmbedder
):
    tuned, before = e5.encode_question(QUESTION), plain.encode_question(QUESTION)
    assert before.tuned is None
    assert tuned.tuned is not None
    assert np.array_equal(tuned.spans, before.spans)
    assert np.allclose(tuned.tokens, before.tokens, atol=1)
    assert np.allclose(tuned.pooled, before.pooled, atol=1e-5)
    assert np.linalg.norm(tuned.tuned, axis=1) == pytest.approx(127, abs=1)
    cosines = (tuned.tuned.astype(float) * tuned.tokens).sum(axis=1) / 127**2
    assert 0.3 < cosines.mean() < 0.99


def test_passages_are_encoded_as_without_a_tuning(e5: SentenceEmbedder, plain: SentenceEmbedder):
    pairs = [("Courrier · 2023", "L'envoi d'un livre coûte 6,10 euros."), ("", "Un fonds.")]
    for one, other in zip(e5.encode_passages(pairs), plain.encode_passages(pairs), strict=True):
        assert one.tuned is None
        assert np.array_equal(one.tokens, other.tokens)


def test_a_tuning_that_changes_nothing_gives_the_plain_tokens(
    e5: SentenceEmbedder, models: Path, tmp_path: Path
):
    with np.load(TUNING, allow_pickle=False) as stored:
        changes = {name: np.zeros_like(stored[name]) for name in stored.files if name != "about"}
    np.savez(tmp_path / "nothing.npz", **changes)
    same = load_embedder("bundled", models, tuning=tmp_path / "nothing.npz")
    question = same.encode_question(QUESTION)
    assert question.tuned is not None
    assert np.allclose(question.tuned, question.tokens, atol=1)


@pytest.mark.parametrize(
    "asked, answers, repeats",
    [
        (
            QUESTION,
            "Les frais d'expédition d'un livre s'élèvent à 6,10 euros en moyenne.",
            "Merci de nous envoyer votre bouquin préféré pour la bibliothèque du local.",
        ),
        (
            "qui pilote le groupe sur l'intelligence artificielle",
            "Travaux menés par Ysé Colmant avec douze adhérents.",
            "Le groupe sur l'intelligence artificielle poursuit ses travaux.",
        ),
        (
            "how long must members wait to be paid?",
            "Le délai moyen de règlement des factures atteint 71 jours.",
            "Members of the federation must not wait to renew their fee.",
        ),
    ],
)
def test_tuning_moves_a_question_from_what_repeats_its_words_to_what_answers(
    asked: str, answers: str, repeats: str, e5: SentenceEmbedder
):
    question = e5.encode_question(asked)
    assert question.tuned is not None
    texts = list(e5.encode_passages([("", answers), ("", repeats)]))

    def ahead(tokens: np.ndarray) -> float:
        """By how much the answer is ahead in MaxSim."""
        one, other = (
            float((tokens.astype(float) @ text.tokens.T.astype(float)).max(axis=1).mean()) / 127**2
            for text in texts
        )
        return one - other

    assert ahead(question.tuned) > ahead(question.tokens) + 0.005
