"""The desk's pages on what is asked in vain, stale texts and use, in a browser and by HTTP."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Federation
from fastapi import FastAPI
from members import PASSWORD, logged_in, settings_of, two_users
from playwright.sync_api import Page, expect
from serving import client, served
from starlette.testclient import TestClient
from waiting import until

from bot.answer import Bot
from bot.audit import Audit
from bot.contradictions import Pair
from bot.web.brand import Brand
from bot.web.desk.chart import chart
from bot.web.desk.desk import SECTIONS
from bot.web.desk.shell import Shell
from bot.web.desk.stale import Comparing, StalePage, serve_stale
from bot.web.gate.access import Authenticator
from bot.web.gate.limits import Attempts
from bot.web.gate.visitor import KEY, Visitor
from bot.web.host import LocalHost
from index.errors import StoreDamaged
from index.shelf.store import Shelf

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
STAFF = "Zoé@federation.example"
FUND = "Nous demandons un fonds de transition de {} millions d'euros pour les scieries."
ASKED = [
    (
        "2026-10-02",
        "unanswered",
        "Une girafe au zoo ?",
        {"nearest": ["positions/2021-scieries.md"]},
    ),
    ("2026-11-03", "wrong", "une girafe au zoo", {"reason": "quote", "comment": "<b>Non</b>"}),
    ("2026-11-04", "uncertain", "=Le lion <i>rit</i> ?", {"nearest": ["gone.md"]}),
]
PATHS = ("/desk/asked", "/desk/asked.csv", "/desk/stale", "/desk/use")


def scieries(folder: Path) -> Federation:
    """Two texts that contradict each other, and questions that were asked in vain."""
    made = Federation(folder)
    for year, fund in ((2021, 200), (2024, 350)):
        made.write(
            f"positions/{year}-scieries.md",
            f"---\ntitle: Les scieries en {year}\ntopics: [bois]\n---\n# Scieries\n\n"
            f"{FUND.format(fund)}\n",
        )
    made.index()
    with (made.store / "feedback.jsonl").open("w") as stream:
        for day, verdict, question, more in ASKED:
            entry = {"time": f"{day}T10:00:00+00:00", "verdict": verdict, "question": question}
            stream.write(json.dumps(entry | more) + "\n")
    return made


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return scieries(tmp_path_factory.mktemp("scieries"))


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def address(federation: Federation, bot: Bot, tmp_path_factory: pytest.TempPathFactory):
    users = two_users(tmp_path_factory.mktemp("users"))
    authenticator = Authenticator(users, (), False, attempts=Attempts(1000, 1000))
    with served(bot, settings_of(federation), authenticator) as (where, _):
        yield where


@pytest.fixture
def desk(browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser in which one of the staff is logged in."""
    options = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}}
    context = browser.new_context(**options | getattr(request, "param", {}))
    context.request.post(
        f"{address}/login", form={"name": STAFF, "password": PASSWORD}, max_redirects=0
    )
    page, failed, asked = context.new_page(), list[str](), list[str]()
    page.on("pageerror", lambda error: failed.append(str(error)))
    context.on("request", lambda sent: asked.append(sent.url))
    yield page
    context.close()
    assert failed == [] and [one for one in asked if not one.startswith(address)] == []


def audited(federation: Federation) -> list[tuple[str, str]]:
    lines = (federation.store / "audit.jsonl").read_text().splitlines()
    return [(entry["who"], entry["what"]) for entry in map(json.loads, lines)]


def test_no_member_and_nobody_without_a_log_in_reaches_any_of_it(address: str):
    with client(address) as anybody, logged_in(address, "anne") as member:
        for path in PATHS:
            assert anybody.get(path).status_code == 401
            for answer in (member.get(path), member.post(path, data={"group": "x", "pair": "x"})):
                assert (answer.status_code, answer.json()["error"]) == (403, "ForStaff")
            asked = anybody.get(path, headers={"accept": "text/html"})
            assert asked.headers["location"].startswith("/login?next=")


def test_a_group_is_dealt_with_by_keyboard_and_opened_again(
    desk: Page, address: str, federation: Federation
):
    desk.goto(f"{address}/desk/asked")
    expect(desk.locator("section.card h2")).to_have_text(
        ["une girafe au zoo", "=Le lion <i>rit</i> ?"]
    )
    card = desk.locator("section.card").first
    expect(card).to_contain_text("posée 2 fois, la dernière le 3 novembre 2026")
    expect(card).to_contain_text("jugée erronée : 1")
    expect(card).to_contain_text("novembre 2026 (1), octobre 2026 (1)")
    card.get_by_text("Remarques d'adhérents").click()
    expect(card.get_by_text("<b>Non</b>")).to_be_visible()
    expect(card.get_by_role("link", name="Les scieries en 2021")).to_have_attribute(
        "href", "/read/positions/2021-scieries.md?language=fr"
    )
    card.get_by_role("button", name="Marquer comme traitée").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("marquée comme traitée")
    expect(desk.locator("section.card h2")).to_have_text(["=Le lion <i>rit</i> ?"])
    desk.get_by_label("Aussi celles déjà traitées").check()
    desk.get_by_role("button", name="Afficher").click()
    expect(desk.locator("section.card").first).to_contain_text(f"Traitée par {STAFF} le")
    desk.get_by_role("button", name="Rouvrir").click()
    expect(desk.get_by_role("status")).to_have_text("La question est rouverte.")
    assert audited(federation)[-2:] == [
        (STAFF, "question dealt with"),
        (STAFF, "question opened again"),
    ]


def test_a_month_alone_and_a_safe_table_for_a_spreadsheet(desk: Page, address: str):
    desk.goto(f"{address}/desk/asked?language=en")
    desk.get_by_label("Month").select_option("October 2026")
    desk.get_by_role("button", name="Show").click()
    expect(desk.locator("section.card h2")).to_have_text(["Une girafe au zoo ?"])
    with logged_in(address, STAFF) as staff:
        sheet = staff.get("/desk/asked.csv", params={"month": "2026-11"})
        assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
        assert sorted(row["question"] for row in rows) == [
            "'=Le lion <i>rit</i> ?",
            "une girafe au zoo",
        ]
        assert staff.get("/desk/asked?month=nonsense").status_code == 200
        gone = staff.post("/desk/asked", data={"group": "x"})
        assert gone.headers["location"] == "/desk/asked?said=gone"


def test_a_pair_is_shown_side_by_side_with_both_quotes_and_can_be_dismissed(
    desk: Page, address: str, federation: Federation
):
    desk.goto(f"{address}/desk/stale")
    card = desk.locator("section.card")
    expect(card.locator("h3")).to_have_text(
        "200 millions d'euros dans le plus ancien, 350 millions d'euros dans le plus récent"
    )
    expect(card.locator("blockquote")).to_have_text([FUND.format(200), FUND.format(350)])
    link = card.get_by_role("link", name="Les scieries en 2021").get_attribute("href")
    desk.get_by_role("button", name="Pas une contradiction").click()
    expect(desk.get_by_text("Rien à signaler.")).to_be_visible()
    desk.get_by_role("link", name="Voir aussi ce qui est décidé").click()
    expect(card).to_contain_text(f"Écarté par {STAFF}")
    desk.get_by_role("button", name="Revenir là-dessus").click()
    expect(desk.get_by_role("status")).to_have_text("La décision est annulée.")
    assert audited(federation)[-2:] == [(STAFF, "pair dismissed"), (STAFF, "pair open")]
    desk.goto(f"{address}{link}")
    expect(desk.locator("mark").first).to_contain_text("200 millions d'euros")


def test_nothing_is_marked_where_staff_thinks_again(desk: Page, address: str):
    desk.goto(f"{address}/desk/stale")
    asked: list[str] = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    desk.get_by_role("button", name="Marquer le plus ancien comme remplacé").click()
    assert "Marquer « Les scieries en 2021 » comme remplacé" in asked[0]
    assert desk.url == f"{address}/desk/stale"


def test_use_is_a_chart_and_a_table_of_the_same_figures(desk: Page, address: str):
    with logged_in(address, "anne") as member:
        for question in ("Quel fonds pour les scieries ?", "Bonjour !"):
            assert member.post("/api/ask", json={"question": question}).status_code == 200
    desk.goto(f"{address}/desk/use")
    cells = desk.locator("table").first.locator("tbody td").all_inner_texts()
    assert cells[:4] in (
        ["1", "1 (100 %)", "0 (0 %)", "0 (0 %)"],
        ["1", "0 (0 %)", "1 (100 %)", "0 (0 %)"],
    )
    expect(desk.get_by_role("img", name="Une courbe par devenir")).to_be_visible()
    assert desk.locator("polyline").count() == 3
    expect(desk.get_by_role("rowheader", name="bois")).to_be_visible()


@pytest.mark.parametrize(
    "desk",
    [
        {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
        {"color_scheme": "dark", "locale": "en-GB"},
    ],
    indirect=True,
    ids=["light, 360 px", "dark, English"],
)
def test_the_pages_have_no_flaw_that_axe_finds_and_fit_a_phone(desk: Page, address: str):
    for path in ("/desk/asked?all=yes", "/desk/stale?all=yes", "/desk/use"):
        desk.goto(address + path)
        found = Axe().run(desk, options=WCAG).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")


class Alone:
    """The routes of /desk/stale without a gate: everybody is zoe."""

    def __init__(self, federation: Federation, comparing: Comparing):
        settings, app = settings_of(federation), FastAPI()
        self.catalogue = federation.corpus / "catalogue.toml"
        shell = Shell(Brand.of(settings), SECTIONS)
        serve_stale(app, StalePage(shell, comparing, settings, Audit(federation.store)))

        async def gated(scope: dict, receive: object, send: object) -> None:
            scope[KEY] = Visitor("zoe", ("public", "members", "staff"), "")
            await app(scope, receive, send)

        self.app = gated

    def decide(self, http: TestClient, pair: Pair, state: str) -> httpx.Response:
        sent = {"pair": pair.key, "state": state}
        return http.post("/desk/stale", data=sent, follow_redirects=False)


@pytest.fixture
def own(tmp_path: Path) -> Federation:
    return scieries(tmp_path)


def pair_of(federation: Federation) -> Pair:
    opened = Bot(Shelf(federation.store), federation.embedder)
    (pair,) = [pair for some in opened.stale() for pair in some]
    return pair


def test_the_older_text_is_marked_as_superseded_and_put_back_only_when_somebody_says_so(
    own: Federation,
):
    opened = Bot(Shelf(own.store), own.embedder)
    alone, pair = Alone(own, Comparing(lambda: opened, LocalHost())), pair_of(own)
    with TestClient(alone.app) as http:
        assert "200 millions" in http.get("/desk/stale").text
        assert not alone.catalogue.exists()
        marked = alone.decide(http, pair, "superseded")
        assert marked.headers["location"] == "/desk/stale?said=superseded"
        assert "200 millions" not in http.get("/desk/stale").text
        written = '["positions/2021-scieries.md"]\nstatus = "superseded"\n'
        assert alone.catalogue.read_text() == written
        alone.decide(http, pair, "open")
        assert alone.catalogue.read_text() == written.replace("superseded", "adopted")
        for wrong in ("withdrawn", ""):
            gone = alone.decide(http, pair, wrong)
            assert gone.headers["location"] == "/desk/stale?said=gone"
    assert audited(own) == [("zoe", "pair superseded"), ("zoe", "pair open")]


def test_what_cannot_be_noted_is_not_done(own: Federation):
    opened = Bot(Shelf(own.store), own.embedder)
    alone = Alone(own, Comparing(lambda: opened, LocalHost()))
    (own.store / "audit.jsonl").mkdir()
    with TestClient(alone.app) as http:
        answer = alone.decide(http, pair_of(own), "superseded")
    assert answer.status_code == 503 and "Nothing was changed" in answer.text
    assert not alone.catalogue.exists()


class Slow:
    """A bot whose comparison ends when it is told to, or fails."""

    generation = "one"
    looked: ClassVar[list[str]] = []

    def __init__(self, pair: Pair):
        self.pair, self.is_done = pair, False

    def stale(self) -> Iterator[list[Pair]]:
        Slow.looked.append(self.generation)
        if self.generation == "damaged":
            raise StoreDamaged("It is damaged. Run: python -m index")
        while not self.is_done:
            yield []
        yield [self.pair]


def test_texts_are_compared_once_for_each_generation_and_nobody_waits_for_it(own: Federation):
    bot = Slow(pair_of(own))
    alone = Alone(own, Comparing(lambda: bot, LocalHost(), patience=0.01))
    with TestClient(alone.app) as http:
        for _ in range(3):
            assert "sont en train d&#39;être comparés" in http.get("/desk/stale").text
        bot.is_done = True
        until(lambda: "200 millions" in http.get("/desk/stale").text)
        assert Slow.looked == ["one"]
        bot.generation = "two"
        until(lambda: "200 millions" in http.get("/desk/stale").text)
        assert Slow.looked == ["one", "two"]
        bot.generation = "damaged"
        until(lambda: "Run: python -m index" in http.get("/desk/stale").text)


def test_the_lines_of_a_chart_stand_where_their_counts_are():
    made = chart({"questions": [0, 10, 20], "nothing": [0, 0, 19]})
    assert made.lines[0].points == "44.0,226.0 327.0,120.0 610.0,14.0"
    assert made.ticks == ((0, 226.0), (5, 173.0), (10, 120.0), (15, 67.0), (20, 14.0))
    assert made.dates == ((0, 44.0), (1, 327.0), (2, 610.0))
    assert abs(made.lines[0].label_y - made.lines[1].label_y) >= 16
    assert chart({"questions": [0]}).lines[0].points == "327.0,226.0"
