"""/read/... and /picture/...: clean, marked, bounded, and for the audience that was indexed."""

import http.client
import io
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from conftest import Federation
from fastapi import FastAPI
from fastapi.testclient import TestClient
from members import OPEN, SECRET, four_documents, logged_in, settings_of, two_users
from pdf_pages import CLIMATE, FUNDING, flow, made, put
from PIL import Image
from serving import client, everything, served

from bot.answer import Bot
from bot.records import Citation
from bot.web import addresses
from bot.web.brand import Brand
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Lanes, Limiter, TooMany
from bot.web.gate.visitor import KEY, Visitor
from bot.web.pdf_pages import PdfPages
from bot.web.reading import PART, Reading, serve_reading
from index.passage import Document, Passage, Section
from index.readers.pictures import Picture
from index.shelf.store import Shelf
from index.split import split

STAFF = "Zoé@federation.example"
PUBLIC, INTERNAL = "positions/2023-public.md", "positions/2023-interne.md"
PDF, STAFF_PDF = "positions/2024-castors.pdf", "positions/2024-interne.pdf"
MAIL = "auditions/2024-07-tapir.eml"
HOSTILE = "newsletters/2024-lama.html"
DEMAND = "La loutre verte demande un moratoire de douze ans sur les barrages."


def two_pages(secret: str = "") -> bytes:
    def first(canvas):
        flow(canvas, f"{secret} {CLIMATE}", (50, 700), 300)

    def second(canvas):
        put(canvas, (50, 700), DEMAND)
        flow(canvas, FUNDING, (50, 600), 300)

    return made(first, second, title="Les castors")


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made_ = four_documents(tmp_path_factory.mktemp("federation"))
    made_.write(PDF, two_pages())
    made_.write(STAFF_PDF, two_pages(SECRET))
    made_.write("catalogue.toml", f'["{STAFF_PDF}"]\naudience = "staff"\n')
    made_.write(
        MAIL,
        "From: Anne <anne@federation.example>\r\nSubject: Le tapir de Laval\r\n"
        "Date: Thu, 4 Jul 2024 10:00:00 +0200\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\n\r\n"
        "<p>Le tapir demande un fonds.</p><ul><li>un guichet</li><li>une ligne</li></ul>\r\n",
    )
    made_.write(
        HOSTILE,
        "<title>Lama</title><p>Le lama rose <img src=x onerror=alert(1)> demande "
        "&lt;b onclick=alert(2)&gt;un pré&lt;/b&gt;.</p><script>alert(3)</script>"
        "<style>body{display:none}</style><form action=//evil.example><input></form>",
    )
    made_.index()
    return made_


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def private(federation: Federation, bot: Bot) -> Iterator[str]:
    """The app without a log-in, on this machine."""
    with served(bot, settings_of(federation)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def guarded(
    federation: Federation, bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The app with a log-in."""
    authenticator = Authenticator(two_users(tmp_path_factory.mktemp("users")), (), False)
    with served(bot, settings_of(federation), authenticator) as (address, _):
        yield address


def quote(bot: Bot, path: str, words: str) -> Citation:
    """The citation of these words."""
    passage = next(one for one in bot.passages({path}) if words in one.text)
    start = passage.text.index(words)
    return Citation(1, passage, words, start, start + len(words))


class Reader(HTMLParser):
    """The tags of a page with their attributes, and what is marked."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked, self._in_mark = "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_mark = self._in_mark or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.marked += data if self._in_mark else ""

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def opened(address: str, path: str) -> httpx.Response:
    with client(address) as browser:
        return browser.get(path)


def test_a_text_is_shown_clean_with_its_quote_marked_and_the_original_to_download(
    private: str, bot: Bot
):
    cited = quote(bot, PUBLIC, f"un fonds {OPEN} pour tous")
    answer = opened(private, addresses.reading_citations([cited], "fr"))
    page = Reader(answer.text)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert page.marked == f"un fonds {OPEN} pour tous"
    assert "audience:" not in answer.text and "---" not in answer.text.split("<main>")[1]
    assert answer.text.split("<main>")[1].count(f"Fonds {OPEN}") == 1  # the title, no heading
    assert {"id": "quote-1"} in page.all("span")
    assert [link["href"] for link in page.all("a") if "download" in link] == [f"/document/{PUBLIC}"]


def test_a_mail_is_shown_as_its_text_with_its_list(private: str, bot: Bot):
    cited = quote(bot, MAIL, "un fonds")
    page = Reader(opened(private, addresses.reading_citations([cited], "fr")).text)
    assert page.marked == "un fonds" and len(page.all("li")) == 2


def test_nothing_of_a_file_s_markup_is_served_and_the_page_runs_its_own_script_alone(private: str):
    answer = opened(private, f"/read/{HOSTILE}")
    page = Reader(answer.text)
    assert "&lt;b onclick=alert(2)&gt;un pré&lt;/b&gt;" in answer.text
    assert (len(page.all("script")), len(page.all("style"))) == (1, 1)
    assert not (page.all("img") or page.all("form") or page.all("b"))
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ") and "script-src 'sha256-" in policy
    assert "unsafe-eval" not in policy and "script-src 'unsafe-inline'" not in policy


def test_hostile_queries_mark_nothing_and_stay_text(private: str, bot: Bot):
    cited = quote(bot, PUBLIC, "un fonds")
    for named in (
        '"><script>alert(1)</script>',
        f"{cited.passage.id}.9.3",
        f"{cited.passage.id}.0.999999",
        f"{cited.passage.id}.0.9999999",
        f"{cited.passage.id}.-1.5",
        "0" * 32 + ".0.5",
    ):
        sent = {"quote": named, "part": "-1", "language": '"><b>', "as": "text", "x": "1"}
        with client(private) as browser:
            answer = browser.get(f"/read/{PUBLIC}", params=sent)
        page = Reader(answer.text)
        assert (answer.status_code, page.marked, len(page.all("script"))) == (200, "", 1)
        assert "a changé depuis la réponse" in answer.text and not page.all("b")


def test_a_quote_of_a_text_that_has_changed_is_said_to_have_moved(tmp_path: Path):
    changing = Federation(tmp_path)
    changing.write("positions/2023-a.md", "# Note\n\nNous demandons un fonds.")
    changing.index()
    reader = Bot(Shelf(changing.store), changing.embedder)
    address = addresses.reading_citations([quote(reader, "positions/2023-a.md", "un fonds")], "en")
    changing.write("positions/2023-a.md", "# Note\n\nNous refusons un fonds.")
    changing.index()
    with served(reader, settings_of(changing)) as (served_at, _):
        answer = opened(served_at, address)
    assert "This text has changed since the answer" in answer.text
    assert Reader(answer.text).marked == ""


def test_a_pdf_is_shown_as_its_pages_with_the_quote_in_its_place_and_as_text(
    private: str, bot: Bot
):
    address = addresses.reading_citations([quote(bot, PDF, DEMAND)], "fr")
    answer = opened(private, address)
    page = Reader(answer.text)
    assert [one["id"] for one in page.all("figure")] == ["page-1", "page-2"]
    first, second = answer.text.split('<figure class="sheet" id="page-2"')
    assert "spot" not in first.split("</style>")[1] and 'class="spot"' in second
    assert f'<q class="sr" lang="fr">{DEMAND}</q>' in second
    image = page.all("img")[1]
    with client(private) as browser:
        drawn = browser.get(image["src"])
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")
        assert Image.open(io.BytesIO(drawn.content)).width == 900
        wide = browser.get(image["srcset"].split(", ")[1].split()[0])
        assert Image.open(io.BytesIO(wide.content)).width == 1800
        text = browser.get(next(one["href"] for one in page.all("a") if "as=text" in one["href"]))
    assert Reader(text.text).marked == DEMAND and not Reader(text.text).all("figure")


@pytest.mark.parametrize(
    "wanted",
    [
        f"{PDF}?page=0&width=900",
        f"{PDF}?page=3&width=900",
        f"{PDF}?page=1&width=901",
        f"{PDF}?page=1&width=99999999",
        f"{PDF}?page=x&width=900",
        PDF,
        f"{PUBLIC}?page=1&width=900",
        f"{MAIL}?page=1&width=900",
        "nothing.pdf?page=1&width=900",
    ],
)
def test_no_other_picture_is_drawn(private: str, wanted: str):
    assert opened(private, f"/picture/{wanted}").status_code == 404


def test_a_text_for_staff_is_shown_to_staff_and_to_nobody_else(guarded: str, private: str):
    hidden = (f"/read/{INTERNAL}", f"/read/{STAFF_PDF}", f"/picture/{STAFF_PDF}?page=1&width=900")
    with logged_in(guarded, STAFF) as staff, logged_in(guarded, "anne") as member:
        for path in hidden:
            assert staff.get(path).status_code == 200
            refused = member.get(path)
            assert refused.status_code == 404 and SECRET not in everything(refused)
            assert opened(private, path).status_code == 404
        assert SECRET in staff.get(hidden[0]).text


def test_anybody_sees_public_texts_alone(federation: Federation, bot: Bot):
    settings = settings_of(federation, allow_anonymous=True)
    with served(bot, settings, Authenticator(None, ("public",), False)) as (address, _):
        assert opened(address, f"/read/{PUBLIC}").status_code == 200
        for path in (f"/read/{PDF}", f"/picture/{PDF}?page=1&width=900", f"/read/{INTERNAL}"):
            assert opened(address, path).status_code == 404


@pytest.mark.parametrize("route", ["read", "picture"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "../app.py",
        "%2e%2e/app.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "positions/..%2f..%2fapp.py",
        "..%5capp.py",
        "catalogue.toml",
        "positions",
        f"{PUBLIC}%00",
    ],
)
def test_nothing_outside_of_the_index_is_shown(private: str, route: str, path: str):
    connection = http.client.HTTPConnection(private.removeprefix("http://"), timeout=30)
    try:
        connection.request("GET", f"/{route}/{path}?page=1&width=900")
        assert connection.getresponse().status == 404
    finally:
        connection.close()


class Kept:
    """A bot with one document for members, and its original or none."""

    def __init__(self, document: Document, original: bytes | None):
        self._passages, self._original = split(document), original

    def passages(self, paths: set[str], audiences: tuple[str, ...] = ()) -> list[Passage]:
        return self._passages if self._passages[0].path in paths else []

    def original(self, path: str, audiences: tuple[str, ...] = ()) -> bytes | None:
        return self._original


def reading(bot: object, limiter: Limiter | None = None) -> TestClient:
    """The reader view of a bot, for a member."""
    app = FastAPI()
    serve_reading(app, Reading(lambda: bot, limiter or Limiter(0), Lanes(), Brand()))

    async def behind_the_gate(scope, receive, send):
        scope[KEY] = Visitor("anne", ("public", "members"), "")
        await app(scope, receive, send)

    return TestClient(behind_the_gate)


NOTE = Document(path="a.pdf", title="Note", sections=(Section((), "Un fonds vert.\n\n", 1),))


def test_a_document_whose_original_is_kept_back_is_read_without_a_download():
    answer = reading(Kept(NOTE, None)).get("/read/a.pdf")
    page = Reader(answer.text)
    assert "Un fonds vert." in answer.text
    assert not any("download" in link for link in page.all("a"))
    assert not page.all("figure") and "as=text" not in answer.text
    assert reading(Kept(NOTE, None)).get("/picture/a.pdf?page=1&width=900").status_code == 404


def test_a_pdf_that_cannot_be_drawn_is_shown_as_text_and_says_so():
    for broken in (b"%PDF-1.4\nnonsense\n%%EOF", b"not a PDF"):
        opened_ = reading(Kept(NOTE, broken))
        answer = opened_.get("/read/a.pdf?language=fr")
        assert "ne peuvent pas être montrées ici" in answer.text
        assert "Un fonds vert." in answer.text and not Reader(answer.text).all("figure")
        assert opened_.get("/picture/a.pdf?page=1&width=900").status_code == 404


def test_a_quote_that_is_not_on_the_picture_is_said_and_led_to_at_its_page():
    data = made(lambda canvas: put(canvas, (50, 700), "Tout autre chose."))
    bot = Kept(NOTE, data)
    address = addresses.reading_citations([quote(bot, "a.pdf", "Un fonds vert.")], "fr")
    answer = reading(bot).get(address.partition("#")[0])
    assert "pas été retrouvée sur l'image" in answer.text.replace("&#39;", "'")
    assert 'id="quote-1"' in answer.text and 'class="spot"' not in answer.text


def test_a_long_text_is_shown_in_parts_and_the_part_of_the_quote_first():
    count = PART + 50
    words = " ".join(["mot"] * 70)
    sections = tuple(
        Section((f"Titre {number}",), f"Titre {number}\n\nLe fonds {number}. {words}\n\n")
        for number in range(count)
    )
    bot = Kept(Document(path="a.md", title="Long", sections=sections), b"")
    assert len(bot.passages({"a.md"})) == count
    far, near = (quote(bot, "a.md", f"Le fonds {number}.") for number in (PART + 7, 3))
    opened_ = reading(bot)
    answer = opened_.get(addresses.reading_citations([far, near], "fr").partition("#")[0])
    assert Reader(answer.text).marked == f"Le fonds {PART + 7}."
    assert "Partie 2 sur 2" in answer.text and "Le fonds 3." not in answer.text
    links = [one["href"] for one in Reader(answer.text).all("a") if "part=1" in one["href"]]
    assert links[1].endswith("#quote-2")
    first = opened_.get(links[0])
    assert Reader(first.text).marked == "Le fonds 3." and f"Le fonds {PART}." not in first.text


def test_documents_and_pictures_are_opened_at_a_bounded_rate():
    opened_ = reading(Kept(NOTE, None), Limiter(2))
    assert [opened_.get("/read/a.pdf").status_code for _ in range(2)] == [200, 200]
    for path in ("/read/a.pdf", "/picture/a.pdf?page=1&width=900"):
        with pytest.raises(TooMany):
            opened_.get(path)


def test_a_picture_is_drawn_once_and_the_oldest_are_forgotten():
    drawn: list[tuple[bytes, int]] = []

    def draw(data: bytes, page: int, width: int) -> Picture:
        drawn.append((data, page))
        return Picture(bytes(40), "image/png")

    pages = PdfPages(draw, most_kept=100)
    for page in (1, 2, 1, 3, 1, 2):  # the third takes the place of the second
        assert pages.picture(b"a", page, 900).data == bytes(40)
    pages.picture(b"b", 2, 900)
    assert drawn == [(b"a", 1), (b"a", 2), (b"a", 3), (b"a", 2), (b"b", 2)]
