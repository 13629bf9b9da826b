"""The reader: its training data, its weights, and that numpy computes what torch trained."""

from pathlib import Path

import numpy as np
import pytest

from bot.reader import examples
from bot.reader.examples import ExamplesInvalid
from bot.reader.model import WEIGHTS, Reader
from index.embed import Encoded

PASSAGE = "## Lettre | 2021-01-01 | newsletter | fr\n### Fonds\n1. Un fonds.\n2. - un comité\n"


def encoded(spans: list[tuple[int, int]], seed: int) -> Encoded:
    """A text of random unit vectors, one a span."""
    vectors = np.random.default_rng(seed).standard_normal((len(spans), 384)) + 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    tokens = np.rint(vectors * 127).astype(np.int8)
    return Encoded(vectors.mean(axis=0), tokens, np.array(spans, np.int32))


QUESTION = encoded([(0, 3), (3, 9), (9, 12)], 1)
SHORT = encoded([(-9, -4), (0, 4), (4, 9)], 2)
LONG = encoded([(-9, -4), (0, 4), (4, 9), (10, 15), (15, 20)], 3)
SPANS = [[(0, 9)], [(0, 9), (10, 20)]]


def test_the_weights_that_ship_were_trained_on_the_data_that_ships():
    assert Reader.load().about["data"] == examples.digest()
    assert WEIGHTS.stat().st_size < 5_000_000


def test_numpy_reads_as_the_network_that_was_trained():
    import torch

    from bot.reader.network import Network, batch_of

    torch.manual_seed(3)
    network = Network().eval()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    plain = {"layers": 2, "calibration": {"answers": (1.0, 0.0), "sentences": (1.0, 0.0)}}
    read = Reader(weights, plain).read(QUESTION, [SHORT, LONG], SPANS)
    with torch.no_grad():
        pairs = [(QUESTION, one, spans) for one, spans in zip((SHORT, LONG), SPANS, strict=True)]
        passages, lines = (logits.sigmoid().numpy() for logits in network(batch_of(pairs)))
    assert [reading.answers for reading in read] == pytest.approx(passages.tolist(), abs=1e-5)
    assert read[0].sentences == pytest.approx(lines[0, :1].tolist(), abs=1e-5)
    assert read[1].sentences == pytest.approx(lines[1].tolist(), abs=1e-5)


def test_a_passage_is_read_alike_alone_and_among_others():
    reader = Reader.load()
    together = reader.read(QUESTION, [SHORT, LONG], SPANS)
    alone = reader.read(QUESTION, [LONG], SPANS[1:])
    assert together[1].answers == pytest.approx(alone[0].answers, abs=1e-5)
    assert together[1].sentences == pytest.approx(alone[0].sentences, abs=1e-5)


def test_a_sentence_past_the_window_does_not_answer():
    (reading,) = Reader.load().read(QUESTION, [SHORT], [[(0, 9), (90, 99)]])
    assert reading.sentences[1] == 0.0


def test_no_passages_give_no_readings():
    assert Reader.load().read(QUESTION, [], []) == []


def test_lines_and_near_misses_are_read_with_their_spans(tmp_path: Path):
    file = tmp_path / "one.txt"
    file.write_text(f"# federation: X\n{PASSAGE}? fr 1,2 | quoi ?\n! en who | who chairs it?\n")
    federation = examples.read(file)
    (passage,) = federation.passages
    assert [passage.text[start:end] for start, end in federation.lines[0]] == [
        "Un fonds.",
        "un comité",
    ]
    answered, missed = federation.asked
    assert (answered.question, answered.language, answered.lines) == ("quoi ?", "fr", (0, 1))
    assert (missed.question, missed.lines, missed.missing) == ("who chairs it?", (), "who")


@pytest.mark.parametrize(
    "line", ["? fr 3 | quoi ?", "! fr colour | quoi ?", "4. Une ligne.", "Une ligne."]
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str):
    file = tmp_path / "one.txt"
    file.write_text(f"{PASSAGE}{line}\n")
    with pytest.raises(ExamplesInvalid, match=r"one\.txt, line 5"):
        examples.read(file)
