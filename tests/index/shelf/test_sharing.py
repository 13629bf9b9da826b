"""A new generation takes over what did not change, and answers as one that was built anew."""

import os
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import Federation

from index.passage import AUDIENCES
from index.shelf import rows
from index.shelf.generation import Generation
from index.shelf.store import Shelf, serving

DOCUMENTS = 60
WORDS = [
    "fonds",
    "label",
    "guichet",
    "crédit",
    "cloud",
    "emploi",
    "école",
    "santé",
    "énergie",
    "données",
    "mixité",
    "export",
]
QUESTIONS = ("un fonds pour la mixité", "le label cloud", "école et santé", "export de données")


def text(number: int, version: int = 0) -> str:
    """A document of two passages, one of which changes with its version."""
    chance = random.Random(number)
    constant = " ".join(chance.choice(WORDS) for _ in range(8))
    return (
        f"# Position {number}\n\n## Contexte\n\nNous parlons de {constant}.\n\n"
        f"## Demande\n\nNous demandons {number} fois {version} {chance.choice(WORDS)}."
    )


@pytest.fixture
def filled(federation: Federation) -> Federation:
    for number in range(DOCUMENTS):
        federation.write(f"positions/2023-{number:02}.md", text(number))
    federation.index()
    return federation


def files(federation: Federation) -> dict[str, int]:
    """The inodes of the serving generation's files."""
    folder = federation.store / "generations" / str(serving(federation.store))
    return {
        file.relative_to(folder).as_posix(): file.stat().st_ino
        for file in folder.rglob("*")
        if file.is_file() and "opened-" not in str(file)
    }


def found(generation: Generation, federation: Federation) -> list:
    """What searches find of a generation, by passage, and the vectors of each passage."""
    identity = [passage.id for passage in generation.passages]
    said: list = [generation.passages]
    for question in QUESTIONS:
        vector = federation.embedder.encode_question(question).pooled
        for wide in (1, 2, 3):
            near = generation.dense(vector, 10, AUDIENCES[:wide])
            said.append([(identity[one.row], round(one.cosine, 4)) for one in near])
        said.append(generation.lexical_for(AUDIENCES).scores(question).tolist())
        everything = np.ones(len(identity), bool)
        said.append([identity[row] for row in generation.headed(vector, 5, everything)])
    for row in range(len(identity)):
        encoded = generation.encoded(row)
        said.append([encoded.tokens.tolist(), encoded.spans.tolist(), encoded.pooled.tolist()])
    return said


def as_if_built_anew(federation: Federation, folder: Path) -> None:
    """Fails where the serving generation is damaged, or says otherwise than one built anew."""
    serves = Shelf(federation.store).current()
    serves.verify()
    folder.mkdir()
    anew = Federation(folder)
    shutil.copytree(federation.corpus, anew.corpus, dirs_exist_ok=True)
    anew.index()
    assert found(serves, federation) == found(Shelf(anew.store).current(), federation)


def test_one_changed_document_is_one_file_of_rows_and_the_graph_stays(filled: Federation):
    before, filled.embedder.passages = files(filled), 0
    filled.write("positions/2023-07.md", text(7, version=1))
    filled.index()
    after = files(filled)
    written = {name for name, inode in after.items() if inode != before.get(name)}
    assert filled.embedder.passages == 1
    assert len([name for name in written if name.startswith("rows/")]) == 1
    assert not [name for name in written if name.startswith("chroma/")]
    assert len([name for name in after if name.startswith("rows/")]) == DOCUMENTS


def test_changes_one_by_one_answer_as_a_build_of_them_all(filled: Federation, tmp_path: Path):
    """Changed, removed, renamed, doubled, narrowed, widened, and moved to the front."""
    position = "positions/2023-{:02}.md".format
    filled.write(position(3), text(3, version=1))
    filled.index()
    (filled.corpus / position(4)).unlink()
    filled.index()
    (filled.corpus / position(5)).rename(filled.corpus / "positions/2023-zz.md")
    (filled.corpus / "positions/2023-copy.md").write_text(text(6))
    filled.index()
    filled.write(position(8), f"---\naudience: staff\n---\n{text(8)}")
    filled.index()
    as_if_built_anew(filled, tmp_path / "one")
    filled.write(position(8), text(8))
    filled.write("newsletters/2022.md", "# Une lettre\n\nNous parlons du label export.")
    filled.index()
    as_if_built_anew(filled, tmp_path / "two")


def test_the_graph_is_made_anew_once_a_tenth_has_changed(filled: Federation):
    seen = set()
    for run in range(8):
        for number in (2 * run, 2 * run + 1):
            filled.write(f"positions/2023-{number:02}.md", text(number, version=1))
        filled.index()
        graph = Shelf(filled.store).current().graph
        seen.add(graph.files["chroma/chroma.sqlite3"])
        assert len(graph.unreached) + (graph.places < 0).sum() <= 0.1 * 2 * DOCUMENTS
    assert len(seen) == 3  # two new and two old vectors each run: the fourth and eighth make one


def test_a_document_that_changes_again_and_again_does_not_wear_the_graph_out(filled: Federation):
    before = Shelf(filled.store).current().graph.files
    for version in range(1, 8):
        filled.write("positions/2023-07.md", text(7, version))
        filled.index()
    graph = Shelf(filled.store).current().graph
    assert (graph.files, len(graph.unreached), (graph.places < 0).sum()) == (before, 1, 1)


def test_a_removed_passage_has_no_place_though_its_vector_is_still_in_the_graph(
    filled: Federation,
):
    vector = Shelf(filled.store).current().pooled[0].copy()
    path = Shelf(filled.store).current().passages[0].path
    (filled.corpus / path).unlink()
    filled.index()
    generation = Shelf(filled.store).current()
    assert (generation.graph.places < 0).sum() == 2
    near = generation.dense(vector, len(generation.passages) + 5, AUDIENCES)
    assert len(near) == len(generation.passages)
    assert path not in {generation.passages[one.row].path for one in near}
    assert len(generation.dense(vector, 1, AUDIENCES)) == 1


def test_a_shared_file_that_was_altered_is_not_taken_over(filled: Federation):
    generation = Shelf(filled.store).current()
    file = generation.folder / generation.rows.file(40)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    filled.write("positions/2023-07.md", text(7, version=1))
    (warning,) = filled.index().warnings
    assert warning.startswith("Built anew: The index is damaged (rows/")
    Shelf(filled.store).current().verify()


def test_a_file_with_another_time_and_the_same_bytes_is_taken_over(filled: Federation):
    before = files(filled)
    for file in (Shelf(filled.store).current().folder / "rows").iterdir():
        os.utime(file, (1, 1))
    filled.write("positions/2023-07.md", text(7, version=1))
    assert filled.index().warnings == []
    shared = [name for name, inode in files(filled).items() if before.get(name) == inode]
    assert len([name for name in shared if name.startswith("rows/")]) == DOCUMENTS - 1


def test_without_hard_links_files_are_copied_and_verified(
    filled: Federation, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(rows.os, "link", refuse)
    before, filled.embedder.passages = files(filled), 0
    filled.write("positions/2023-07.md", text(7, version=1))
    filled.index()
    assert filled.embedder.passages == 1
    assert not set(before.values()) & set(files(filled).values())
    Shelf(filled.store).current().verify()


def test_a_generation_that_shares_is_whole_once_the_other_is_removed(filled: Federation):
    filled.index(keep=2)
    filled.write("positions/2023-07.md", text(7, version=1))
    filled.index(keep=2)
    assert len(list((filled.store / "generations").iterdir())) == 2
    filled.index(keep=1)
    (folder,) = (filled.store / "generations").iterdir()
    Generation(folder).verify()
