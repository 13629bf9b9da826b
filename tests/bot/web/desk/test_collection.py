"""The collection's section of the desk over HTTP: a real server, a real index, real processes."""

import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from conftest import ROOT, Federation
from making import pdf
from members import PASSWORD, four_documents, logged_in, settings_of, two_users
from serving import client, served
from waiting import until

from bot.answer import Bot
from bot.lines import entries
from bot.settings import BotSettings
from bot.web.desk import collection_runs
from bot.web.gate.access import LARGEST, LARGEST_UPLOAD, Authenticator
from bot.web.gate.limits import Attempts
from index.errors import IndexBusy
from index.runs import Runs
from index.shelf.store import Shelf

STAFF, MEMBER = "zoé@federation.example", "anne"
HERE = "/desk/collection"
NEW = "2024-05-06-fibre.md"
TEXT = b"# La fibre\n\nNous demandons la fibre Quokka partout.\n"


class Site:
    """The served federation, its users logged in once each."""

    def __init__(self, federation: Federation, address: str, hold: Path):
        self.federation, self.address, self.hold = federation, address, hold

    @property
    def corpus(self) -> Path:
        return self.federation.corpus

    @property
    def store(self) -> Path:
        return self.federation.store

    def audited(self) -> list[tuple]:
        return [
            (one["who"], one["what"], one.get("document"))
            for one in entries(self.store / "audit.jsonl")
        ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("collection")
    made, users = four_documents(folder), two_users(folder)
    users.add("luc", "staff", PASSWORD)
    hold = folder / "hold"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOLD", str(hold))
        patched.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")
        with served(
            Bot(Shelf(made.store), made.embedder),
            settings_of(made, embedder=made.embedder.name, rate=0),
            Authenticator(users, (), False, attempts=Attempts(1000, 1000)),
            indexing=(sys.executable, str(ROOT / "tests/word_index.py")),
        ) as (address, _):
            yield Site(made, address, hold)


@pytest.fixture(scope="module")
def staff(site: Site) -> Iterator[httpx.Client]:
    with logged_in(site.address, STAFF) as opened:
        opened.headers["accept-language"] = "en"
        yield opened


@pytest.fixture(scope="module")
def other(site: Site) -> Iterator[httpx.Client]:
    with logged_in(site.address, "luc") as opened:
        yield opened


@pytest.fixture(scope="module")
def member(site: Site) -> Iterator[httpx.Client]:
    with logged_in(site.address, MEMBER) as opened:
        yield opened


def text_of(answer: httpx.Response) -> str:
    shown = re.sub(r"<(style|script).*?</\1>", "", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def hidden(answer: httpx.Response, name: str) -> str:
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', answer.text)[1])


def upload(browser: httpx.Client, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
    return browser.post(
        f"{HERE}/upload",
        data={"folder": "positions"} | fields,
        files=[("files", (name, data)) for name, data in files],
    )


def waiting(browser: httpx.Client) -> list[str]:
    """What the buttons send that put each waiting file into the collection."""
    shown = browser.get(f"{HERE}/incoming").text
    return [*dict.fromkeys(re.findall(r'name="waiting" value="([^"]+)"', shown))]


def put(browser: httpx.Client, *which: str) -> httpx.Response:
    return browser.post(f"{HERE}/put", data={"waiting": list(which)})


def cookie(browser: httpx.Client) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)


def discard_all(browser: httpx.Client) -> None:
    shown = browser.get(f"{HERE}/incoming").text
    for id in re.findall(r'name="id" value="([^"]+)"', shown):
        browser.post(f"{HERE}/discard", data={"id": id})


def document(browser: httpx.Client, path: str) -> httpx.Response:
    return browser.get(f"{HERE}/document", params={"path": path})


def edit(browser: httpx.Client, path: str, version: str, **fields: str) -> httpx.Response:
    return browser.post(f"{HERE}/edit", data={"path": path, "version": version} | fields)


def run(browser: httpx.Client, what: str) -> dict:
    """Begin a run and wait until it has ended: what is then said of it."""
    assert browser.post(f"{HERE}/{what}").status_code == 303

    def ended() -> dict | None:
        found = browser.get(f"{HERE}/run").json()
        return None if found["under_way"] else found

    return until(ended)


# Who may


ROUTES = [
    ("GET", ""),
    ("GET", "/document?path=positions/2023-public.md"),
    ("GET", "/incoming"),
    ("GET", "/run"),
    ("POST", "/edit"),
    ("POST", "/remove"),
    ("POST", "/upload"),
    ("POST", "/put"),
    ("POST", "/discard"),
    ("POST", "/check"),
    ("POST", "/index"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_members_and_strangers_are_refused_everywhere(
    site: Site, member: httpx.Client, method: str, path: str
):
    refused = member.request(method, f"{HERE}{path}", headers={"accept": "text/html"})
    assert (refused.status_code, refused.json()["error"]) == (403, "ForStaff")
    with client(site.address) as stranger:
        assert stranger.request(method, f"{HERE}{path}").status_code == 401
    assert not (site.store / "audit.jsonl").exists()


def test_every_route_of_the_section_is_among_those_that_are_refused(site: Site):
    from app import application, authenticator_of
    from bot.web.gate.limits import Lanes

    settings = settings_of(site.federation)
    app = application(lambda: None, settings, authenticator_of(settings), Lanes())
    paths = {
        (method, route.path.removeprefix(HERE))
        for route in app.routes
        if getattr(route, "path", "").startswith(HERE)
        for method in route.methods
    }
    assert paths == {(method, path.partition("?")[0]) for method, path in ROUTES}


def test_the_way_to_the_desk_is_shown_to_staff_alone():
    from bot.web.brand import Brand
    from bot.web.shell import masthead

    assert 'href="/desk">Bureau</a>' in masthead(Brand(), "fr", "zoé", staff=True)
    assert "/desk" not in masthead(Brand(), "fr", "anne")


# What is shown


def test_all_documents_are_listed_with_what_is_known_and_how_often_each_was_cited(
    site: Site, staff: httpx.Client, member: httpx.Client
):
    asked = member.post("/api/ask", json={"question": "Que demandons-nous pour les membres ?"})
    assert asked.json()["citations"]
    shown = staff.get(HERE)
    said = text_of(shown)
    assert "4 of 4 documents" in said
    known = "2023 position paper adopted staff in the index"
    assert re.search(rf"Note Zibeline positions/2023-interne.md .*?{known}", said)
    row = re.search(r"2023-membres\.md.*?</tr>", shown.text, re.S)[0]
    times, last = re.findall(r'count">(\d+)</td>\s*<td class="date">(\S+)</td>', row)[0]
    assert (int(times) >= 1, last) == (True, time.strftime("%Y-%m-%d", time.gmtime()))
    known = json.loads((site.store / "citations.json").read_text())
    assert all(re.fullmatch(r"positions/\S+\.md", path) for path in known)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"audience": "staff"}, ["2023-interne.md"]),
        ({"status": "draft"}, ["2023-projet.md"]),
        ({"words": "ZIBELINE note"}, ["2023-interne.md"]),
        ({"words": "nirgends"}, []),
        ({"kind": "newsletter"}, []),
    ],
)
def test_the_list_is_filtered(staff: httpx.Client, asked: dict, found: list[str]):
    shown = staff.get(HERE, params=asked).text
    assert re.findall(r'"path">positions/([^<]+)<', shown) == found


def test_a_hostile_title_is_text(site: Site, staff: httpx.Client):
    upload(staff, ("2024-a.md", b"# <img src=x onerror=alert(1)>\n\nUn fonds <b>x</b>."))
    shown = staff.get(f"{HERE}/incoming").text
    discard_all(staff)
    assert "<img" not in shown and "&lt;img src=x" in shown


# The catalogue


def test_what_staff_say_of_a_document_counts_after_the_next_run(site: Site, staff: httpx.Client):
    catalogue = site.corpus / "catalogue.toml"
    catalogue.write_text('# ours\n["positions/2023-projet.md"]\ntopics = ["cloud"]  # why\n')
    path = "positions/2023-membres.md"
    version = hidden(document(staff, path), "version")
    saved = edit(staff, path, version, date="2023-07-08", audience="staff", title="Un titre")
    assert saved.status_code == 303
    assert "Saved; it will count" in text_of(staff.get(saved.headers["location"]))
    assert catalogue.read_text() == (
        '# ours\n["positions/2023-projet.md"]\ntopics = ["cloud"]  # why\n\n'
        '["positions/2023-membres.md"]\ntitle = "Un titre"\ndate = "2023-07-08"\n'
        'audience = "staff"\n'
    )
    kept = [*(site.store / "replaced/catalogue.toml").iterdir()]
    assert [one.read_text() for one in kept] == [
        '# ours\n["positions/2023-projet.md"]\ntopics = ["cloud"]  # why\n'
    ]
    assert site.audited()[-1] == (STAFF_NAME, "edit", path)
    assert site.federation.index().documents == 4
    found = Shelf(site.store).current()
    (passage,) = [one for one in found.passages if one.path == path]
    assert (passage.title, passage.date, passage.audience) == ("Un titre", "2023-07-08", "staff")
    edit(staff, path, hidden(document(staff, path), "version"))
    assert path not in catalogue.read_text()


STAFF_NAME = "Zoé@federation.example"


def test_the_second_of_two_editors_is_told_and_loses_nothing_that_was_entered(
    site: Site, staff: httpx.Client, other: httpx.Client
):
    path = "positions/2023-public.md"
    version = hidden(document(staff, path), "version")
    assert hidden(document(other, path), "version") == version
    assert edit(staff, path, version, date="2023-01-02").status_code == 303
    before = (site.corpus / "catalogue.toml").read_bytes()
    late = edit(other, path, version, date="2023-03-04")
    assert late.status_code == 409
    assert "Quelqu'un a modifié catalogue.toml entre-temps" in text_of(late)
    assert 'value="2023-03-04"' in late.text
    assert (site.corpus / "catalogue.toml").read_bytes() == before
    assert edit(other, path, hidden(late, "version"), date="2023-03-04").status_code == 303


def test_of_many_who_save_the_same_version_at_once_one_is_heard(site: Site, staff: httpx.Client):
    path = "positions/2023-public.md"
    version, codes = hidden(document(staff, path), "version"), []

    def save(month: int) -> None:
        codes.append(edit(staff, path, version, date=f"2022-{month:02}-01").status_code)

    threads = [threading.Thread(target=save, args=(month,)) for month in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303] + [409] * 5


def test_what_the_document_narrows_is_not_widened_and_that_is_said(site: Site, staff: httpx.Client):
    path = "positions/2023-interne.md"
    version = hidden(document(staff, path), "version")
    saved = edit(staff, path, version, audience="public", title="Autre")
    said = text_of(staff.get(saved.headers["location"]))
    assert "The document prevails for the audience: “staff”." in said
    assert "The document prevails for the title: “Note Zibeline”." in said
    edit(staff, path, hidden(document(staff, path), "version"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"date": "hier"}, "'hier' is no date. Write 2024-03-21, 2024-03 or 2024."),
        ({"date": "2024-13-01"}, "'2024-13-01' is no date."),
        ({"audience": "tout le monde"}, "'tout le monde' is none of public, members, staff."),
        ({"status": "x"}, "'x' is none of draft, adopted, superseded, withdrawn."),
    ],
)
def test_what_a_run_would_not_take_is_not_written(
    site: Site, staff: httpx.Client, fields: dict, why: str
):
    path = "positions/2023-public.md"
    catalogue = site.corpus / "catalogue.toml"
    before = catalogue.read_bytes()
    refused = edit(staff, path, hidden(document(staff, path), "version"), **fields)
    assert (refused.status_code, why in text_of(refused)) == (409, True)
    assert catalogue.read_bytes() == before


def test_a_catalogue_that_is_broken_is_named_and_left_as_it_is(site: Site, staff: httpx.Client):
    catalogue = site.corpus / "catalogue.toml"
    before = catalogue.read_bytes()
    catalogue.write_text('["positions/2023-public.md"\n')
    shown = document(staff, "positions/2023-public.md")
    refused = edit(staff, "positions/2023-public.md", "", date="2024")
    assert "is not valid TOML" in text_of(shown)
    assert (refused.status_code, "is not valid TOML" in text_of(refused)) == (409, True)
    assert catalogue.read_text() == '["positions/2023-public.md"\n'
    catalogue.write_bytes(before)


@pytest.mark.parametrize(
    "path", ["../users.jsonl", "positions/../../users.jsonl", "/etc/passwd", ""]
)
def test_no_path_outside_the_collection_is_known(site: Site, staff: httpx.Client, path: str):
    assert document(staff, path).status_code == 404
    assert edit(staff, path, "", date="2024").status_code == 404
    gone = staff.post(f"{HERE}/remove", data={"path": path, "digest": "x"})
    assert gone.status_code in (404, 422)
    assert upload(staff, ("users.jsonl", b"x"), replaces=path or "x").status_code == 409


# Files


def test_a_file_is_read_shown_and_put_into_the_collection_and_answers_after_a_run(
    site: Site, staff: httpx.Client, member: httpx.Client
):
    sent = upload(staff, (NEW, TEXT), ("2024-vide.pdf", b"rien"))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{HERE}/incoming?said=uploaded")
    said = text_of(staff.get(f"{HERE}/incoming"))
    assert f"positions/{NEW}" in said and "Nous demandons la fibre Quokka partout." in said
    assert "Unreadable: it is no PDF." in said
    assert not (site.corpus / f"positions/{NEW}").exists()
    (one,) = waiting(staff)
    assert put(staff, one).status_code == 303
    assert (site.corpus / f"positions/{NEW}").read_bytes() == TEXT
    assert NEW in staff.get(HERE, params={"state": "new"}).text
    question = {"question": "Que demandons-nous sur la fibre Quokka ?"}
    assert NEW not in str(member.post("/api/ask", json=question).json()["citations"])
    checked = run(staff, "check")["check"]["report"]
    assert checked["paths"]["added"] == [f"positions/{NEW}"]
    assert site.federation.index().added == [f"positions/{NEW}"]
    assert NEW in str(member.post("/api/ask", json=question).json()["citations"])
    discard_all(staff)
    what = [(what, path) for _, what, path in site.audited()]
    for noted in (
        ("upload", f"positions/{NEW}"),
        ("put", f"positions/{NEW}"),
        ("check", None),
        ("discard", "positions/2024-vide.pdf"),
    ):
        assert noted in what


def test_a_file_is_replaced_and_its_last_two_versions_are_kept(site: Site, staff: httpx.Client):
    path = "positions/2023-public.md"
    versions = [(site.corpus / path).read_bytes()]
    for number in range(3):
        versions.append(f"---\naudience: public\n---\n# Fonds {number}\n\nUn fonds.".encode())
        assert upload(staff, ("autre.md", versions[-1]), replaces=path).status_code == 303
        assert "Replaces the collection's version" in text_of(staff.get(f"{HERE}/incoming"))
        assert put(staff, *waiting(staff)).status_code == 303
        assert (site.corpus / path).read_bytes() == versions[-1]
    kept = sorted((site.store / "replaced" / path).iterdir())
    assert [one.read_bytes() for one in kept] == versions[1:3]
    assert upload(staff, ("autre.pdf", b"%PDF"), replaces=path).status_code == 409
    assert (STAFF_NAME, "replace", path) in site.audited()


def test_what_was_replaced_meanwhile_is_not_replaced_unseen(site: Site, staff: httpx.Client):
    path = "positions/2023-public.md"
    upload(staff, ("a.md", b"# Un\n\nUn fonds."), replaces=path)
    (shown,) = waiting(staff)
    (site.corpus / path).write_bytes(b"# Deux\n\nDeux fonds.")
    late = put(staff, shown)
    assert (late.status_code, "Somebody has changed this file" in text_of(late)) == (409, True)
    assert (site.corpus / path).read_bytes() == b"# Deux\n\nDeux fonds."
    assert put(staff, *waiting(staff)).status_code == 303
    assert (site.corpus / path).read_bytes() == b"# Un\n\nUn fonds."


def test_a_removed_document_is_kept_aside_and_answers_until_the_next_run(
    site: Site, staff: httpx.Client
):
    path = "positions/2023-public.md"
    digest, before = hidden(document(staff, path), "digest"), (site.corpus / path).read_bytes()
    assert staff.post(f"{HERE}/remove", data={"path": path, "digest": "0"}).status_code == 409
    gone = staff.post(f"{HERE}/remove", data={"path": path, "digest": digest})
    assert "It still answers until the next indexing" in text_of(
        staff.get(gone.headers["location"])
    )
    assert not (site.corpus / path).exists()
    assert sorted((site.store / "replaced" / path).iterdir())[-1].read_bytes() == before
    assert path in staff.get(HERE, params={"state": "gone"}).text
    assert (STAFF_NAME, "remove", path) in site.audited()
    (site.corpus / path).write_bytes(before)


@pytest.mark.parametrize(
    ("name", "folder", "why"),
    [
        (".cache.md", "positions", "is no name for a document"),
        ("~$a.md", "positions", "is no name for a document"),
        ("catalogue.toml", "", "is no name for a document"),
        ("README.md", "", "is no name for a document"),
        ("a\u200b.md", "positions", "is no name for a document"),
        (f"{'é' * 120}.md", "positions", "is no name for a document"),
        ("a.exe", "positions", "this format is not read"),
        ("a.md", "../positions", "There is no folder"),
        ("a.md", "nowhere", "There is no folder"),
    ],
)
def test_unsafe_names_and_places_are_refused(
    site: Site, staff: httpx.Client, name: str, folder: str, why: str
):
    refused = upload(staff, (name, b"Un fonds."), folder=folder)
    assert (refused.status_code, why in text_of(refused)) == (409, True)
    assert waiting(staff) == []


@pytest.mark.parametrize("name", ["../../2024-x.md", "C:\\docs\\2024-x.md", "/etc/2024-x.md"])
def test_of_a_path_only_the_name_counts(site: Site, staff: httpx.Client, name: str):
    upload(staff, (name, b"Un fonds."))
    assert "positions/2024-x.md" in text_of(staff.get(f"{HERE}/incoming"))
    discard_all(staff)


def test_only_the_upload_takes_more_than_a_request_has_and_only_of_staff(
    site: Site, staff: httpx.Client, member: httpx.Client
):
    large = pdf([(50, 700, "Un fonds.")]) + b"%" * (LARGEST + 1)
    assert upload(staff, ("2024-grand.pdf", large)).status_code == 303
    discard_all(staff)
    body = {"content": large, "headers": {"content-type": "multipart/form-data; boundary=x"}}
    assert staff.post(f"{HERE}/put", **body).status_code == 413
    assert member.post(f"{HERE}/upload", **body).status_code == 403
    asking = HTTPConnection(urlsplit(site.address).netloc)
    declared = {"content-length": str(LARGEST_UPLOAD + 1), "cookie": cookie(staff)}
    asking.request("POST", f"{HERE}/upload", headers=declared)
    assert asking.getresponse().status == 413
    asking.close()


def test_a_text_that_is_larger_than_the_readers_take_is_refused(site: Site, staff: httpx.Client):
    refused = upload(staff, ("2024-long.txt", b"a" * 20_000_001))
    assert "positions/2024-long.txt is larger than 20 MB." in text_of(refused)
    assert waiting(staff) == []
    left = [one.name for one in (site.store / "incoming").rglob("*") if one.is_file()]
    assert left == []


def test_a_form_that_is_none_is_refused(staff: httpx.Client):
    for kind in ("multipart/form-data", "text/plain", "multipart/form-data; boundary=x"):
        refused = staff.post(f"{HERE}/upload", content=b"x", headers={"content-type": kind})
        assert (refused.status_code, "did not arrive whole" in text_of(refused)) == (409, True)


def test_what_cannot_be_noted_is_not_done(site: Site, staff: httpx.Client):
    audit = site.store / "audit.jsonl"
    held = audit.with_name("held")
    audit.rename(held)
    audit.mkdir()
    try:
        refused = upload(staff, ("2024-y.md", b"Un fonds."))
        assert (refused.status_code, "Nothing was changed" in text_of(refused)) == (409, True)
        assert waiting(staff) == []
        assert staff.post(f"{HERE}/index").status_code == 503
    finally:
        audit.rmdir()
        held.rename(audit)


# Runs


def test_one_run_at_a_time_is_followed_while_members_ask_and_its_report_stays(
    site: Site, staff: httpx.Client, other: httpx.Client, member: httpx.Client
):
    site.federation.write("positions/2024-06-07-quai.md", "# Le quai\n\nUn quai Wombat, svp.")
    site.federation.write("positions/2024-08-09-abime.pdf", b"rien")
    site.hold.touch()
    assert staff.post(f"{HERE}/index").status_code == 303
    until(lambda: (staff.get(f"{HERE}/run").json()["index"] or {})["phase"] == "Encoding")
    second = other.post(f"{HERE}/index")
    assert second.headers["location"] == f"{HERE}?said=under_way"
    shown = staff.get(f"{HERE}/run").json()
    assert (shown["under_way"], shown["index"]["by"]) == (True, STAFF_NAME)
    assert f"Indexing under way · encoding · 0 / {shown['index']['total']}" in text_of(
        staff.get(HERE)
    )
    with pytest.raises(IndexBusy):
        site.federation.index()
    question = {"question": "Que demandons-nous pour les membres ?"}
    assert member.post("/api/ask", json=question).json()["citations"]
    site.hold.unlink()
    ended = until(lambda: not (found := staff.get(f"{HERE}/run").json())["under_way"] and found)
    assert ended["index"]["report"]["unreadable"] == [
        {"path": "positions/2024-08-09-abime.pdf", "reason": "it is no PDF"}
    ]
    assert "ce n'est pas un PDF" in text_of(other.get(HERE))
    (site.corpus / "positions/2024-08-09-abime.pdf").unlink()
    assert site.audited().count((STAFF_NAME, "index", None)) == 1


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("fr", "Une autre indexation écrit l'index. Relancez quand elle sera terminée."),
        ("en", "Another run is writing the store; this one did nothing."),
    ],
)
def test_why_a_run_came_to_nothing_is_said_in_the_visitors_language(
    tmp_path: Path, language: str, why: str
):
    failing = (
        "import sys; sys.exit('IndexBusy: Another run is writing the store; this one did nothing.')"
    )
    runs = Runs(BotSettings(store=tmp_path), (sys.executable, "-c", failing))
    runs.begin("index", "zoé")
    until(lambda: not runs.last("index").under_way)
    assert why in unescape(collection_runs.shown(runs, language))
