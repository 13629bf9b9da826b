"""The benchmark: the searches it compares on one store, the files it reads, its figures."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import NEWSLETTER, Federation

from bot.__main__ import main
from bot.measure import benchmark
from bot.measure.baselines import OPEN, TIMED, copy_tutorial, documents, write_tutorial
from bot.measure.evaluate import Expected
from index.shelf.generation import Shelf

QUESTION = "Qui avons-nous rencontré le 30 mars ?"


@pytest.fixture
def store(federation: Federation) -> Path:
    federation.write("2023-05-a.txt", NEWSLETTER)
    federation.write("2023-06-b.txt", "Une visite de lycée.")
    federation.write(
        "2023-07-c.md",
        "---\naudience: staff\n---\n\nNous avons rencontré la rapporteure le 30 mars.",
    )
    federation.index()
    assert (
        write_tutorial(
            federation.store, documents(Shelf(federation.store).current()), federation.embedder
        )
        == 2
    )
    return federation.store


@pytest.mark.parametrize("name", OPEN)
def test_each_search_finds_the_document_and_none_for_staff(
    store: Path, federation: Federation, name: str
):
    found = OPEN[name](store, federation.embedder)(QUESTION, (), 10)
    assert found[0].path == "2023-05-a.txt"
    assert "2023-07-c.md" not in {passage.path for passage in found}


def test_a_whole_answer_is_timed_by_what_it_cites(store: Path, federation: Federation):
    cited = TIMED["this pipeline, whole answer"](store, federation.embedder)(QUESTION, (), 10)
    assert {passage.path for passage in cited} == {"2023-05-a.txt"}


def test_a_copied_tutorial_index_holds_so_many_pieces(
    store: Path, federation: Federation, tmp_path: Path
):
    copy_tutorial(store, tmp_path / "copy", 7, federation.embedder, benchmark._Noise())
    assert (
        len(OPEN["tutorial pipeline"](tmp_path / "copy", federation.embedder)(QUESTION, (), 50))
        == 7
    )


def test_noise_leaves_unit_vectors_near_and_is_the_same_each_time():
    vectors = np.eye(384, dtype=np.float32)[:5]
    moved = benchmark._Noise()(vectors)
    assert np.linalg.norm(moved, axis=1) == pytest.approx(1, abs=1e-5)
    assert 0.9 < (moved * vectors).sum(axis=1).min() < 1
    assert (benchmark._Noise()(vectors) == moved).all()


def test_documents_are_ranked_by_their_first_passage_and_the_deciding_text_by_the_first_five(
    store: Path,
):
    first, other = (
        next(
            passage for passage in Shelf(store).current().passages if passage.path.startswith(path)
        )
        for path in ("2023-05", "2023-06")
    )
    expected = Expected("a", QUESTION, documents=("2023-06-b.txt",), quotes=("visite de lycée",))
    figures = benchmark._quality([[first] * 5 + [other]], [expected])
    assert (
        figures["recall@1"]["value"],
        figures["recall@3"]["value"],
        figures["mrr@10"]["value"],
    ) == (0, 1, 0.5)
    assert figures["deciding_text@5"]["value"] == 0


def test_a_file_of_passages_is_a_corpus_with_a_document_for_each(tmp_path: Path):
    lines = [
        {"id": "p-1", "title": 'Un "titre"', "text": "Le fonds."},
        {"id": "p-2", "title": "B", "text": "Le lycée."},
    ]
    (tmp_path / "passages.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    corpus = benchmark._corpus_of(tmp_path / "passages.jsonl", tmp_path / "corpus")
    assert sorted(file.name for file in corpus.iterdir()) == ["p-1.md", "p-2.md"]
    (tmp_path / "questions.jsonl").write_text(
        json.dumps(
            {"id": 1, "question": "Quoi ?", "passage": "p-2", "answers": ["lycée", "le lycée"]}
        )
        + "\n\n"
    )
    (question,) = benchmark._questions(tmp_path / "questions.jsonl", True)
    assert (question.documents, question.quotes) == (("p-2.md",), ("lycée",))


@pytest.mark.parametrize("arguments", [["--questions", "missing.jsonl"], ["--scale", "many"]])
def test_wrong_use_says_so_and_gives_2(arguments: list[str], capsys: pytest.CaptureFixture):
    assert main(["benchmark", *arguments]) == 2
    assert capsys.readouterr().err
