"""`python -m index doctor`: a line for each thing, and what is wrong with its remedy."""

from pathlib import Path

import pytest
from conftest import Federation

from index.__main__ import main
from index.doctor import GB, of_disk, of_memory, of_ocr, of_python
from index.shelf.store import Shelf


def lines(
    federation: Federation, capsys: pytest.CaptureFixture, *given: str
) -> tuple[int, list[str]]:
    where = ["--corpus", str(federation.corpus), "--store", str(federation.store)]
    code = main(["doctor", *where, *(given or ("--language", "en"))])
    return code, capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "words")
    monkeypatch.delenv("PLAIDOYER_OCR", raising=False)


def test_a_line_for_each_thing_in_order_and_in_french_where_asked(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    name = federation.index().generation
    _, said = lines(federation, capsys)
    assert [line.split(":")[1].strip() for line in said] == [
        "Python",
        "disk",
        "memory",
        "text recognition",
        "embedding model",
        "documents",
        "index",
    ]
    assert said[3:] == [
        "ok: text recognition: off (PLAIDOYER_OCR=tesseract turns it on)",
        "ok: embedding model: words, which the hub provides at first use",
        f"ok: documents: 1 files in {federation.corpus}",
        f"ok: index: {name}, 1 documents, every byte checked",
    ]
    _, said = lines(federation, capsys, "--language", "fr")
    assert said[5:] == [
        f"bon : documents : 1 fichiers dans {federation.corpus}",
        f"bon : index : {name}, 1 documents, chaque octet vérifié",
    ]


def test_without_documents_and_index_it_ends_with_1_and_says_what_to_do(
    federation: Federation, capsys: pytest.CaptureFixture
):
    code, said = lines(federation, capsys)
    assert (code, said[5:]) == (
        1,
        [
            f"WRONG: documents: no document in {federation.corpus}. Put some there, or set "
            "PLAIDOYER_CORPUS",
            f"WRONG: index: there is none in {federation.store} yet. Run: python -m index",
        ],
    )
    assert not federation.store.exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("current", "Run: python -m index --rebuild"),
        ("generations/{name}/pooled.npy", "pooled.npy was altered). Run: python -m index"),
        ("tags.json", "Delete that file, then run: python -m index tag NAME"),
        ("documents/{digest}", "they cannot be opened. Run: python -m index"),
    ],
)
def test_a_damaged_index_is_named_with_its_remedy(
    federation: Federation, capsys: pytest.CaptureFixture, file: str, said: str
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    name = federation.index().generation
    digest = Shelf(federation.store).current().manifest["documents"]["2023-a.txt"]["sha256"]
    place = federation.store / file.format(name=name, digest=digest)
    data = bytearray(place.read_bytes() if place.exists() else b"{}")
    data[0] ^= 0x80
    place.write_bytes(data)
    code, found = lines(federation, capsys)
    assert (code, found[-1].startswith("WRONG: index: "), said in found[-1]) == (1, True, True)
    assert [line for line in found[:-1] if "Run: python -m index" in line] == []


def test_an_index_of_another_embedder_and_a_broken_catalogue_are_named(
    federation: Federation, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.index()
    federation.write("catalogue.toml", "[")
    monkeypatch.setenv("PLAIDOYER_EMBEDDER", "others")
    code, said = lines(federation, capsys)
    assert code == 1
    assert said[5].startswith(f"WRONG: documents: {federation.corpus / 'catalogue.toml'} is not ")
    assert said[6] == "WRONG: index: it was made with words, not with others. Run: python -m index"


def test_what_a_machine_lacks_is_measured_against_what_is_needed(tmp_path: Path):
    said = [
        finding.line("en")
        for finding in (
            of_python((3, 10, 4)),
            of_disk(tmp_path, GB),
            of_disk(tmp_path, 2 * GB),
            of_memory(GB),
            of_memory(4 * GB),
            of_memory(None),
            of_ocr("tesseract", None),
            of_ocr("tesseract", {"eng"}),
            of_ocr("tesseract", {"eng", "fra", "osd"}),
        )
    ]
    assert said == [
        "WRONG: Python: 3.10.4, older than 3.11. Install a newer one: PYTHON=python3.12 make run",
        f"WRONG: disk: 1.0 GB free for {tmp_path}, 1.5 GB needed. Make room, or set "
        "PLAIDOYER_STORE to another disk",
        f"ok: disk: 2.0 GB free for {tmp_path}, 1.5 GB needed",
        "WRONG: memory: 1.0 GB available, 2.0 GB needed. Stop other programs, or give this "
        "machine more",
        "ok: memory: 4.0 GB available",
        "ok: memory: unknown on this system",
        "WRONG: text recognition: tesseract is not installed. Debian: apt-get install "
        "tesseract-ocr tesseract-ocr-fra; and pip install -e '.[ocr]'",
        "WRONG: text recognition: tesseract lacks fra. Debian: apt-get install tesseract-ocr-fra",
        "ok: text recognition: tesseract with fra, eng",
    ]
