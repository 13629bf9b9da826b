"""/document/...: the bytes that were indexed, for the audience that was indexed, or 404."""

import shutil

import pytest
from conftest import Federation
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.answer import Bot
from bot.web.documents import serve_documents
from bot.web.gate.visitor import KEY, Visitor
from index.shelf.store import Shelf

PATH = "positions/2023-a.md"
MEMBERS = "---\naudience: members\n---\nNous demandons un fonds.\n"
STAFF = "---\naudience: staff\n---\nNotre ligne rouge est de 3 millions.\n"
BROKEN = "---\ntitle: a: b\naudience: staff\n---\nNotre ligne rouge est de 3 millions.\n"
EVERYBODY = ("public", "members", "staff")


def opened(federation: Federation, *audiences: str) -> tuple[int, str]:
    """Status and text that a visitor of these audiences gets for PATH."""
    bot = Bot(Shelf(federation.store), federation.embedder)
    app = FastAPI()
    serve_documents(app, lambda: bot)

    async def behind_the_gate(scope, receive, send):
        scope[KEY] = Visitor("", audiences, "")
        await app(scope, receive, send)

    answer = TestClient(behind_the_gate).get(f"/document/{PATH}")
    return answer.status_code, answer.text if answer.status_code == 200 else ""


@pytest.fixture
def indexed(federation: Federation) -> Federation:
    federation.write(PATH, MEMBERS)
    federation.index()
    return federation


def test_an_overwritten_file_is_served_as_it_was_indexed_until_it_is_indexed(indexed: Federation):
    indexed.write(PATH, STAFF)
    assert opened(indexed, "members") == (200, MEMBERS)
    indexed.index()
    assert opened(indexed, "public", "members") == (404, "")
    assert opened(indexed, *EVERYBODY) == (200, STAFF)


def test_a_deleted_file_is_served_until_the_next_run(indexed: Federation):
    indexed.write("positions/2023-b.md", "Un guichet.")
    (indexed.corpus / PATH).unlink()
    assert opened(indexed, "members") == (200, MEMBERS)
    indexed.index()
    assert opened(indexed, *EVERYBODY) == (404, "")


@pytest.mark.parametrize(
    "new",
    ["---\naudience: staff\n---\n", '---\n"Audience": "?"\n---\n', "---\naudiance: staff\n---\n"],
)
def test_a_file_that_cannot_be_read_any_more_is_for_the_narrower_of_old_and_new_audience(
    indexed: Federation, new: str
):
    indexed.write(PATH, BROKEN.replace("staff", "public"))
    indexed.index()
    assert opened(indexed, "members") == (200, MEMBERS)
    indexed.write(PATH, new)
    report = indexed.index()
    assert report.warnings[-1] == (
        f"{PATH}: unreadable now; its last readable version still answers, "
        "now for the audience staff"
    )
    assert opened(indexed, "public", "members") == (404, "")
    assert opened(indexed, *EVERYBODY) == (200, MEMBERS)
    assert (indexed.index().generation, indexed.index().warnings) == (
        report.generation,
        report.warnings,
    )
    indexed.write(PATH, MEMBERS)
    indexed.index()
    assert opened(indexed, "members") == (200, MEMBERS)


def test_the_catalogue_narrows_the_audience_of_a_file_that_cannot_be_read(indexed: Federation):
    indexed.write(PATH, "---\ntitle: a: b\n---\n")
    indexed.index()
    indexed.write("catalogue.toml", f'["{PATH}"]\naudience = "public"\n')
    indexed.index()
    assert opened(indexed, "public") == (404, "")
    assert opened(indexed, "members") == (200, MEMBERS)
    indexed.write("catalogue.toml", f'["{PATH}"]\naudience = "staff"\n')
    indexed.index()
    assert opened(indexed, "public", "members") == (404, "")
    assert opened(indexed, *EVERYBODY) == (200, MEMBERS)


def test_kept_bytes_that_were_altered_are_not_served_and_the_next_run_mends_them(
    indexed: Federation,
):
    (kept,) = (indexed.store / "documents").iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"fonds", b"label"))
    assert opened(indexed, "members") == (404, "")
    generation = indexed.index().generation
    assert opened(indexed, "members") == (200, MEMBERS)
    shutil.rmtree(indexed.store / "documents")
    assert opened(indexed, "members") == (404, "")
    assert indexed.index().generation == generation
    assert opened(indexed, "members") == (200, MEMBERS)


def test_a_generation_that_is_still_open_keeps_its_documents(indexed: Federation):
    reader = Bot(Shelf(indexed.store), indexed.embedder)
    generation = reader._generation()
    indexed.write(PATH, STAFF)
    indexed.index()
    assert generation.original(PATH, ["members"]) == MEMBERS.encode()
    assert len(list((indexed.store / "documents").iterdir())) == 2
    del generation, reader
    indexed.index()
    assert len(list((indexed.store / "documents").iterdir())) == 1
