"""Check a draft at /draft, over real HTTP: every sentence in its place, within the audiences."""

import io
import re
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from conftest import Federation
from docx import Document
from members import OPEN, SECRET, four_documents, logged_in, settings_of, two_users
from serving import client, served

from bot.answer import Bot
from bot.views.draft import pieces
from bot.web.gate.access import Authenticator
from index.shelf.store import Shelf

SAID = f"Nous demandons un fonds {OPEN} pour tous."
HIDDEN = f"Notre fonds interne {SECRET} reste secret."
DRAFT = f"""# Discours

Mesdames, bonjour à toutes et à tous ici.

- {SAID}
- Les girafes <b>mangent</b> les feuilles des acacias. {HIDDEN} Que voulons-nous ?
"""


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made = four_documents(tmp_path_factory.mktemp("federation"))
    for year, rate, status in ((2021, 20, "superseded"), (2024, 30, "adopted")):
        made.write(
            f"positions/{year}-cir.md",
            f"---\ntitle: Texte {year}\ndate: {year}-05-04\nstatus: {status}\n---\n\n"
            f"Le taux du crédit d'impôt recherche demandé est de {rate} %.\n",
        )
    made.index()
    return made


@pytest.fixture(scope="module")
def address(federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    users = two_users(tmp_path_factory.mktemp("users"))
    bot = Bot(Shelf(federation.store), federation.embedder)
    with served(bot, settings_of(federation), Authenticator(users, (), False)) as (where, _):
        yield where


def check(browser: httpx.Client, text: str = DRAFT, **others: object) -> httpx.Response:
    english = {"Accept-Language": "en"}
    return browser.post("/draft", data={"text": text}, headers=english, timeout=60, **others)


def test_the_pieces_of_a_draft_are_the_draft_and_say_what_is_not_checked():
    cut = pieces(DRAFT + f"{SAID} " * 3, most=3, longest=60, within=10_000)
    assert "".join(piece.text for piece in cut) == DRAFT + f"{SAID} " * 3
    assert [piece.text for piece in cut if piece.number] == [
        SAID,
        "Les girafes <b>mangent</b> les feuilles des acacias.",
        HIDDEN,
    ]
    assert [piece.why for piece in cut if piece.why] == ["asserts_nothing"] * 3 + ["behind"] * 3
    assert {piece.why for piece in pieces(DRAFT, 9, 45, 0) if piece.why} == {
        "asserts_nothing",
        "too_long",
        "behind",
    }


def test_a_member_sees_the_whole_draft_and_what_is_found_within_their_audiences(address: str):
    with logged_in(address, "anne") as anne:
        page = check(anne)
        shown = re.search(r'<div class="card draft".*?>(.*?)</div>', page.text, re.S)
        assert page.status_code == 200 and shown
        assert re.sub(r"<a\b.*?</a>|</?span.*?>", "", shown[1], flags=re.S) == (
            DRAFT.strip()
            .replace("<b>mangent</b>", "&lt;b&gt;mangent&lt;/b&gt;")
            .replace("'", "&#39;")
        )
        assert re.findall(r'<span class="verdict (\w+)">[^<]*</span></h3>', page.text) == [
            "verbatim",
            "nothing",
            "nothing",
        ]
        assert "3 sentences assert nothing" in page.text
        assert 'href="/read/positions/2023-public.md?language=en' in page.text
    with logged_in(address, "Zoé@federation.example") as zoe:
        assert '<span class="verdict verbatim">Word for word</span></h3>' in (
            check(zoe, HIDDEN).text
        )


def test_what_differs_and_what_is_outdated_is_said_with_the_date_and_status_of_its_text(
    address: str,
):
    with logged_in(address, "anne") as anne:
        differs = check(anne, "Le taux du crédit d'impôt recherche demandé est de 45 %.").text
        assert '<span class="verdict conflict">In conflict</span></h3>' in differs
        assert '<p class="reason">45\u00a0% ici ; 30\u00a0% dans le texte : Texte 2024' in differs
        assert "4 May 2024 · position paper" in differs
        older = check(anne, "Le taux du crédit d'impôt recherche demandé est de 20 %.").text
        assert '<span class="verdict outdated">Outdated</span></h3>' in older
        assert '<p class="reason">30\u00a0% dans un texte plus récent : Texte 2024' in older
        assert "since superseded" in older


def test_sentences_behind_the_fortieth_are_counted_and_the_limits_told(address: str):
    with logged_in(address, "anne") as anne:
        page = check(anne, f"{SAID}\n" * 42).text
        assert "40 sentences checked" in page
        assert "2 sentences were not checked: they stand behind those that are." in page
        assert "The first 40 sentences that assert something" in page


@pytest.mark.parametrize("kind", [".docx", ".md"])
def test_a_report_is_a_file_and_says_what_was_not_checked(address: str, kind: str):
    with logged_in(address, "anne") as anne:
        report = anne.post("/draft", data={"text": DRAFT, "as": kind})
        assert re.fullmatch(
            rf'attachment; filename="verification-[\d-]+{kind}"',
            report.headers["content-disposition"],
        )
        if kind == ".md":
            said = report.text
        else:
            inside = zipfile.ZipFile(io.BytesIO(report.content))
            said = "\n".join(p.text for p in Document(io.BytesIO(report.content)).paragraphs)
            said += inside.read("word/footnotes.xml").decode()
        assert SAID in said and f"« {SAID[:-1]} »" in said and "3 phrases n'affirment rien" in said


def test_a_file_is_read_and_another_format_an_empty_or_a_broken_one_is_refused(address: str):
    word, made = io.BytesIO(), Document()
    made.add_paragraph(SAID)
    made.save(word)
    with logged_in(address, "anne") as anne:

        def sent(name: str, data: bytes) -> httpx.Response:
            return check(anne, "", files={"file": (name, data)})

        assert "1 sentence checked" in sent("Discours.DOCX", word.getvalue()).text
        assert "1 sentence checked" in sent("d.txt", SAID.encode()).text
        for name, data, said in (
            ("d.pdf", b"%PDF-1.7", "This format is not read here"),
            ("d.docx", b"no archive", "This file could not be read"),
            ("../../d.md", b"", "There is no text"),
        ):
            refused = sent(name, data)
            assert refused.status_code == 422 and said in refused.text
        assert check(anne, "Une phrase de plus. " * 10_001).status_code == 422


def test_nobody_checks_a_draft_without_a_log_in(address: str):
    with client(address) as stranger:
        assert stranger.get("/draft").status_code == 401
        assert check(stranger).status_code == 401
