"""A byte is changed in every file of a store: the right answer or `StoreDamaged`, no other answer.

`pytest -s tests/index/shelf/test_damage.py` prints the table of docs/indexing.md.
"""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from conftest import NEWSLETTER, Federation

from bot.answer import Bot
from index.errors import StoreDamaged
from index.shelf.store import Shelf

# Every kind of file in a store. All but the documents can change what is answered.
KINDS = (
    "current",
    "documents/*",
    *(
        f"generations/*/{name}"
        for name in (
            "manifest.json",
            "manifest.sha256",
            "passages.jsonl",
            "pooled.npy",
            "rows/*",
            "rows.sha256",
            "bounds.npy",
            "headings.npy",
            "headed.npy",
            "places.npy",
            "unreached.npy",
            "bm25/counted.jsonl",
            "bm25/*/*.json",
            "bm25/*/*.npy",
            "chroma/chroma.sqlite3",
            "chroma/*/*.bin",
        )
    ),
)
FLIPS = {"start": 0x01, "middle": 0x20, "end": 0xFF}  # the bits that are changed, and where
QUESTIONS = (
    "Quel fonds demandons-nous pour les startups ?",
    "Combien de places de reconversion ?",
    "Que dit le CIR ?",
    "une formation pour les salariés",
    "Qui avons-nous rencontré en mars 2023 ?",
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    """A small federation, indexed, with documents for every audience."""
    federation = Federation(tmp_path_factory.mktemp("sound"))
    federation.write("newsletters/2023-03-lettre.txt", NEWSLETTER)
    federation.write(
        "positions/2024-cir.md",
        "---\naudience: public\n---\n# Crédit d'impôt\n\n"
        "Nous demandons que le crédit d'impôt recherche (CIR) soit simplifié.",
    )
    federation.write("positions/2024-interne.md", "---\naudience: staff\n---\nUne formation.")
    for number in range(20):
        federation.write(
            f"positions/2022-{number}.md", f"# Le point {number}\n\nNous demandons {number} places."
        )
    federation.index()
    # The generation that is damaged shares its graph and most rows with the one before.
    federation.write("positions/2023-label.md", "# Un label\n\nNous demandons un label.")
    federation.index()
    return federation


def copy_of(federation: Federation, folder: Path) -> Federation:
    folder.mkdir()
    copy = Federation(folder)
    shutil.copytree(federation.corpus, copy.corpus, dirs_exist_ok=True)
    shutil.copytree(federation.store, copy.store)
    return copy


def said(federation: Federation) -> list:
    """All that the bot says of the corpus, from a store opened anew."""
    bot = Bot(Shelf(federation.store), federation.embedder)
    everybody = ("public", "members", "staff")
    readers = (everybody, everybody[:2], everybody[:1])
    answers = [bot.ask(question, (), who).as_json() for question in QUESTIONS for who in readers]
    for answer in answers:
        answer.pop("milliseconds")
    hits = [bot.search(question, 50, everybody) for question in QUESTIONS]
    documents = {path: bot.original(path, everybody) for path in bot.documents(everybody)}
    around = [bot.around(hit.passage) for hit in hits[0]]
    return [answers, hits, bot.meetings(everybody), around, documents]


def flip(file: Path, where: str) -> None:
    data = bytearray(file.read_bytes())
    place = {"start": 0, "middle": len(data) // 2, "end": len(data) - 1}[where]
    data[place] ^= FLIPS[where]
    file.write_bytes(data)


def outcome(federation: Federation, expected: list, is_document: bool) -> str:
    """ "answers" as before, "damaged" or, for a document, "missing"; anything else fails."""
    try:
        now = said(federation)
    except StoreDamaged as error:
        assert str(error).endswith(("Run: python -m index --rebuild", "Run: python -m index"))
        return "damaged"
    if is_document:
        altered = {path for path, data in now[-1].items() if data is None}
        assert len(altered) == 1
        now[-1] |= {path: expected[-1][path] for path in altered}
    assert now == expected
    return "missing" if is_document else "answers"


def test_every_file_of_a_store_is_of_one_of_the_kinds(sound: Federation):
    files = {file for file in sound.store.rglob("*") if file.is_file() and file.name != "lock"}
    assert files == {file for kind in KINDS for file in sound.store.glob(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_byte_changes_no_answer_and_a_rebuild_mends_it(
    sound: Federation, tmp_path: Path, kind: str
):
    expected, outcomes = said(sound), Counter()
    files = [file for file in sound.store.glob(kind) if file.stat().st_size]
    is_document = kind.startswith("documents")
    assert files
    by_digest = is_document or kind.endswith("rows/*")  # each has a name of its own
    some = files[:2] if by_digest else {file.name: file for file in files}.values()
    for number, file in enumerate(some):
        for where in FLIPS:
            damaged = copy_of(sound, tmp_path / f"{number}-{where}")
            flip(damaged.store / file.relative_to(sound.store), where)
            outcomes[outcome(damaged, expected, is_document)] += 1
            if where == "start":
                damaged.index()
                assert outcome(damaged, expected, False) in ("answers", "damaged")
            if where == "middle":
                damaged.index(rebuild=True)
                assert said(damaged) == expected
    print(f"\n| {kind} | {dict(outcomes)} |")


@pytest.mark.parametrize("name", ["rows/*", "bm25/counted.jsonl", "passages.jsonl", "pooled.npy"])
def test_nothing_damaged_is_taken_over_into_a_new_generation(
    sound: Federation, tmp_path: Path, name: str
):
    damaged, anew = copy_of(sound, tmp_path / "damaged"), copy_of(sound, tmp_path / "anew")
    flip(next(damaged.store.glob(f"generations/*/{name}")), "middle")
    for federation in (damaged, anew):
        federation.write("positions/2025.md", "# Un fonds\n\nNous demandons un autre fonds.")
    anew.index(rebuild=True)
    (warning,) = (one for one in damaged.index().warnings if "2025" not in one)
    assert warning.startswith("Built anew: The index is damaged (")
    assert said(damaged) == said(anew)


def test_a_manifest_nested_without_end_is_damage_and_a_rebuild_does_without_it(
    sound: Federation, tmp_path: Path
):
    copy = copy_of(sound, tmp_path / "nested")
    next(copy.store.glob("generations/*/manifest.json")).write_text("[" * 200_000)
    with pytest.raises(StoreDamaged, match="no readable manifest"):
        Shelf(copy.store).current()
    copy.index(rebuild=True)
    assert said(copy) == said(sound)


def test_a_rebuild_encodes_everything_anew_and_keeps_every_document(
    sound: Federation, tmp_path: Path
):
    copy = copy_of(sound, tmp_path / "copy")
    shutil.rmtree(copy.store / "documents")
    copy.embedder.passages = 0
    copy.index(rebuild=True)
    assert (copy.embedder.passages, said(copy)) == (len(said(sound)[-1]), said(sound))


def test_an_index_of_another_version_says_so_and_the_next_run_builds_it_anew(
    sound: Federation, tmp_path: Path
):
    old = copy_of(sound, tmp_path / "old")
    (folder,) = (old.store / "generations").iterdir()
    (folder / "manifest.sha256").unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 3}))
    shutil.rmtree(old.store / "documents")
    with pytest.raises(StoreDamaged, match=r"made by another version .* Run: python -m index$"):
        said(old)
    assert "Built anew: The index was made by another version of Plaidoyer" in old.index().warnings
    assert said(old) == said(sound)
