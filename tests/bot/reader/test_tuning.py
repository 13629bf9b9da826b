"""The tuning of the bundled model: what it was trained on, and what it changes and leaves alone."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.reader import examples
from bot.reader.examples import DATA, REWORDED
from index.bert import Bert
from index.bundled import NAME
from index.embed import TUNING, SentenceEmbedder, heading_of

PASSAGES = 12
QUESTION = "Combien ça coûte d'envoyer un bouquin ?"


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


def test_on_federations_that_trained_nothing_the_right_line_and_passage_come_first_more_often():
    with np.load(TUNING, allow_pickle=False) as stored:
        figures = json.loads(str(stored["about"]))["figures"]
    assert len(figures) == 4
    for own in figures.values():
        assert own["tuned line first"] > own["plain line first"] + 0.1
        assert own["tuned passage MRR"] > own["plain passage MRR"] + 0.08


def test_a_tuned_text_keeps_its_spans_and_about_its_pooled_vector(
    e5: SentenceEmbedder, not_tuned: SentenceEmbedder
):
    pairs = [("Courrier · 2023", "L'envoi d'un livre coûte 6,10 euros."), ("", "Un fonds.")]
    tuned = [e5.encode_question(QUESTION), *e5.encode_passages(pairs)]
    before = [not_tuned.encode_question(QUESTION), *not_tuned.encode_passages(pairs)]
    for one, other in zip(tuned, before, strict=True):
        assert np.array_equal(one.spans, other.spans)
        assert np.linalg.norm(one.tokens, axis=1) == pytest.approx(127, abs=2)
        assert float(one.pooled @ other.pooled) > 0.9
        assert not np.array_equal(one.tokens, other.tokens)


def test_a_tuning_that_changes_nothing_leaves_the_model_as_it_is(
    not_tuned: SentenceEmbedder, models: Path, tmp_path: Path
):
    with np.load(TUNING, allow_pickle=False) as stored:
        changes = {name: np.zeros_like(stored[name]) for name in stored.files if name != "about"}
    np.savez(tmp_path / "nothing.npz", **changes)
    same = SentenceEmbedder("same", Bert(models / NAME, "cpu", tmp_path / "nothing.npz"))
    one, other = (made.encode_question(QUESTION) for made in (same, not_tuned))
    assert np.array_equal(one.tokens, other.tokens)


def test_tuning_brings_questions_nearer_to_the_lines_that_answer_them(
    e5: SentenceEmbedder, not_tuned: SentenceEmbedder
):
    """On the first passages of a federation that trained nothing."""
    (held,) = (one for one in examples.federations() if one.name == "unipaf")
    passages = held.passages[:PASSAGES]
    asked = [one for one in held.asked if one.lines and one.passage < PASSAGES]
    assert len(asked) > 40

    def answered_first(embedder: SentenceEmbedder) -> float:
        """How often the best line of all is one that answers."""
        texts = list(embedder.encode_passages([(heading_of(own), own.text) for own in passages]))
        lines = [
            (place, line, span)
            for place, spans in enumerate(held.lines[:PASSAGES])
            for line, span in enumerate(spans)
        ]
        found = []
        for one, question in zip(
            asked, embedder.encode_questions([one.question for one in asked]), strict=True
        ):
            cosines = [question.cosines(text) for text in texts]
            scores = [
                cosines[place][:, texts[place].within(*span)].max(axis=1, initial=0).mean()
                for place, _, span in lines
            ]
            place, line, _ = lines[int(np.argmax(scores))]
            found.append(place == one.passage and line in one.lines)
        return float(np.mean(found))

    assert answered_first(e5) > answered_first(not_tuned) + 0.05
