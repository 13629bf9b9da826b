"""Vectors in a Chroma server: a real one, as a process that can be ended and started again."""

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chroma_server import Server
from conftest import Federation

from index.__main__ import main
from index.errors import StoreDamaged, VectorsUnreachable
from index.shelf import graphs, vectors
from index.shelf.generation import Generation, folder_of
from index.shelf.store import Shelf, serving, whole

AUDIENCES = ("public", "members", "staff")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("chroma"))
    yield started
    started.end()


@pytest.fixture
def apart(federation: Federation, server: Server) -> Iterator[Federation]:
    """A federation whose vectors are in the server, which has nothing else."""
    server.forget()
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.write("2023-b.md", "---\naudience: staff\n---\nNotre fonds interne reste secret.")
    federation.index(chroma=server.url)
    yield federation


@pytest.fixture
def larger(apart: Federation, server: Server) -> Federation:
    """Enough documents that one may change and the next generation shares the graph."""
    for number in range(30):
        apart.write(f"2022-{number:02}.txt", f"Position {number} sur l'emploi.")
    apart.index(chroma=server.url)
    return apart


def change(federation: Federation, server: Server, text: str) -> None:
    """Another text of one document, in a generation beside the one before."""
    federation.write("2023-a.txt", text)
    federation.index(keep=2, chroma=server.url)


def nearest(federation: Federation, audience: str = "members") -> list[str]:
    """The texts nearest to a question, nearest first."""
    generation = Shelf(federation.store).current()
    vector = federation.embedder.encode_question("un fonds").pooled.astype(np.float32)
    found = generation.dense(vector, 5, [audience])
    return [generation.passages[one.row].text.strip() for one in found]


def graphs_of(server: Server) -> set[str]:
    """The databases in the server; each must have a collection for each audience."""
    found = {name.rpartition("-")[0] for name in server.collections}
    assert server.collections == {f"{one}-{audience}" for one in found for audience in AUDIENCES}
    return found


def test_the_server_has_a_collection_for_each_audience_and_the_store_no_vectors(
    apart: Federation, server: Server
):
    assert len(graphs_of(server)) == 1
    folder = apart.store / "generations" / str(serving(apart.store)) / "chroma"
    assert [file.name for file in folder.iterdir()] == ["server.json"]
    assert nearest(apart) == ["Nous demandons un fonds."]
    assert nearest(apart, "staff") == ["Notre fonds interne reste secret."]
    Shelf(apart.store).current().verify()


def test_a_generation_s_collections_go_with_it_and_another_store_s_stay(
    apart: Federation, server: Server, tmp_path: Path
):
    (before,) = graphs_of(server)
    (tmp_path / "other").mkdir()
    other = Federation(tmp_path / "other")
    other.write("2023-c.txt", "Une autre fédération.")
    other.index(chroma=server.url)
    (others,) = graphs_of(server) - {before}
    apart.write("2023-a.txt", "Nous demandons un label.")
    apart.index(keep=2, chroma=server.url)
    assert {before, others} < graphs_of(server)
    assert apart.index(chroma=server.url).unchanged
    assert len(graphs_of(server)) == 2 and before not in graphs_of(server)
    assert nearest(apart) == ["Nous demandons un label."]
    assert nearest(other) == ["Une autre fédération."]


def test_a_server_that_is_down_leaves_the_old_index_and_answers_again_once_it_is_back(
    apart: Federation,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
):
    before, opened = serving(apart.store), Shelf(apart.store).current()
    vector = apart.embedder.encode_question("un fonds").pooled.astype(np.float32)
    assert opened.dense(vector, 1, ["members"])
    apart.write("2023-c.txt", "Nous demandons un label.")
    server.end()
    for generation in (opened, Shelf(apart.store).current()):  # one opened before, one that is not
        with pytest.raises(VectorsUnreachable, match=f"at {server.url} does not answer"):
            generation.dense(vector, 1, ["members"])
    assert len(list((apart.store / "generations" / str(before)).glob("opened-*"))) == 1
    with pytest.raises(VectorsUnreachable):
        apart.index(chroma=server.url)
    assert (serving(apart.store), whole(apart.store)) == (before, [before])
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "words")
    doctor = ["doctor", "--store", str(apart.store), "--corpus", str(apart.corpus)]
    assert main([*doctor, "--language", "en"]) == 1
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"WRONG: index: The Chroma server at {server.url} does not answer")
    server.start()
    assert opened.dense(vector, 1, ["members"])
    assert apart.index(chroma=server.url).added == ["2023-c.txt"]
    assert len(graphs_of(server)) == 2
    del opened, generation
    apart.index(chroma=server.url)
    assert len(graphs_of(server)) == 1  # nothing is left of the run that failed
    assert "Nous demandons un label." in nearest(apart)


def test_a_server_that_lost_its_data_is_filled_again_and_nothing_is_encoded(
    apart: Federation, server: Server
):
    server.forget()
    with pytest.raises(StoreDamaged):
        nearest(apart)
    encoded = apart.embedder.passages
    report = apart.index(chroma=server.url)
    assert len(report.unchanged) == 2
    assert any(one.startswith("Built anew: ") for one in report.warnings)
    assert apart.embedder.passages == encoded
    assert nearest(apart) == ["Nous demandons un fonds."]


def test_a_store_moves_to_a_server_and_back_and_encodes_nothing(apart: Federation, server: Server):
    encoded = apart.embedder.passages
    apart.index()
    assert graphs_of(server) == set() and nearest(apart) == ["Nous demandons un fonds."]
    apart.index(chroma=server.url)
    assert len(graphs_of(server)) == 1 and nearest(apart) == ["Nous demandons un fonds."]
    assert apart.embedder.passages == encoded


def test_a_backup_is_restored_though_the_server_has_its_vectors_no_more(
    apart: Federation, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "words")
    where = ["--store", str(apart.store)]
    assert main(["backup", str(tmp_path / "backup"), *where]) == 0
    apart.write("2023-a.txt", "Nous demandons un label.")
    apart.index(chroma=server.url)
    restore = ["restore", str(tmp_path / "backup"), *where, "--corpus", str(apart.corpus)]
    assert main(restore) == 0
    assert nearest(apart) == ["Nous demandons un fonds."]
    gc.collect()  # the restored generation is open as long as an error's traceback knows of it
    apart.index(chroma=server.url)
    assert len(graphs_of(server)) == 1


def test_a_killed_run_s_collections_are_removed_by_the_next_one(apart: Federation, server: Server):
    (kept,) = graphs_of(server)
    half, of_then = apart.store / "generations" / "half-built", Shelf(apart.store).current()
    half.mkdir()
    claimed = graphs.claim(apart.store, server.url)
    audiences = [passage.audience for passage in of_then.passages]
    vectors.write(half / "chroma", audiences, of_then.pooled, lambda _: None, claimed)
    graphs.claim(apart.store, server.url)  # one that was killed before it made anything
    assert len(graphs_of(server)) == 2
    apart.index(chroma=server.url)
    assert not half.exists() and graphs_of(server) == {kept}
    assert [file.name for file in (apart.store / "graphs").iterdir()] == [kept]
    assert nearest(apart) == ["Nous demandons un fonds."]


def test_a_replica_that_fetches_asks_the_same_collections_and_removes_none_of_them(
    apart: Federation, server: Server, tmp_path: Path
):
    replica = tmp_path / "replica"
    fetching = ["fetch", str(apart.store), "--store", str(replica)]
    assert main(fetching) == 0
    Shelf(replica).current().verify()
    (before,) = graphs_of(server)
    apart.write("2023-a.txt", "Nous demandons un label.")
    apart.index(keep=2, chroma=server.url)
    assert main(fetching) == 0
    assert whole(replica) == [serving(apart.store)]
    assert len(graphs_of(server)) == 2 and before in graphs_of(server)
    apart.index(chroma=server.url)
    assert before not in graphs_of(server)
    Shelf(replica).current().verify()


def test_generations_share_collections_that_go_with_the_last_of_them(
    larger: Federation, server: Server
):
    (shared,) = graphs_of(server)
    change(larger, server, "Nous demandons un label.")
    assert len(whole(larger.store)) == 2 and graphs_of(server) == {shared}
    assert larger.index(chroma=server.url).unchanged  # the older one is swept
    assert whole(larger.store) == [serving(larger.store)] and graphs_of(server) == {shared}
    assert "Nous demandons un label." in nearest(larger)
    assert "Nous demandons un fonds." not in nearest(larger)
    Shelf(larger.store).current().verify()
    larger.index(chroma=server.url, rebuild=True)
    larger.index(chroma=server.url)
    assert len(graphs_of(server)) == 1 and shared not in graphs_of(server)


def test_a_graph_that_its_server_lost_is_not_shared(larger: Federation, server: Server):
    server.forget()
    encoded = larger.embedder.passages
    change(larger, server, "Nous demandons un label.")
    assert larger.embedder.passages == encoded + 1
    assert len(graphs_of(server)) == 1 and "Nous demandons un label." in nearest(larger)
    Shelf(larger.store).current().verify()


def test_a_store_that_moves_shares_no_graph(larger: Federation, server: Server):
    larger.write("2023-a.txt", "Nous demandons un label.")
    larger.index()
    assert Shelf(larger.store).current().graph.server is None
    Shelf(larger.store).current().verify()
    assert "Nous demandons un label." in nearest(larger)


def test_generations_that_share_are_restored_each_with_its_own_passages(
    larger: Federation, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of the first of three, which is not kept, the graph still has a vector."""
    for text in ("Nous demandons un label.", "Nous demandons une loi."):
        change(larger, server, text)
    larger.index(keep=2, chroma=server.url)
    (shared,) = graphs_of(server)
    assert main(["backup", str(tmp_path / "b"), "--keep", "2", "--store", str(larger.store)]) == 0
    server.forget()
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "words")
    anew = tmp_path / "anew"
    where = ["--store", str(anew), "--corpus", str(larger.corpus)]
    assert main(["restore", str(tmp_path / "b"), *where]) == 0
    assert graphs_of(server) == {shared}
    now, before = (Generation(folder_of(anew, name)) for name in whole(anew))
    for generation in (now, before):
        assert not (generation.graph.places >= 0).all()
        generation.verify()
    larger.store = anew
    assert "Nous demandons une loi." in nearest(larger)


def test_what_a_replica_fills_again_is_not_its_own_to_remove(
    apart: Federation, server: Server, tmp_path: Path
):
    (before,) = graphs_of(server)
    server.forget()
    replica = tmp_path / "replica"
    fetching = ["fetch", str(apart.store), "--store", str(replica)]
    assert main(fetching) == 0
    assert graphs_of(server) == {before}
    apart.write("2023-a.txt", "Nous demandons un label.")
    apart.index(keep=2, chroma=server.url)
    assert main(fetching) == 0
    assert whole(replica) == [serving(apart.store)] and before in graphs_of(server)
