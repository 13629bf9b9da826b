"""Conversations that are kept, over real HTTP: of whom, who opens what, what is no longer shown."""

import base64
import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import docx
import httpx
import pytest
from members import OPEN, SECRET, four_documents, logged_in, settings_of, two_users
from serving import KEY, client, join, result, served

from bot.answer import Bot
from bot.web.gate.access import Authenticator
from index.shelf.store import Shelf

STAFF = "Zoé@federation.example"
INTERNAL = "positions/2023-interne.md"
QUOTE = f"fonds interne {SECRET} reste secret"
ASKED = f"le fonds {SECRET} secret"
PUBLIC = f"le fonds {OPEN} pour tous"
HIDDEN = "One answer is no longer shown: its texts have changed or were withdrawn."
LINK_GONE = "This link opens nothing"
ELSEWHERE = "fedcba9876543210"  # the key of another tab
SESSIONS = itertools.count()


class Site:
    """A federation whose app can be stopped and served again."""

    def __init__(self, folder: Path):
        self.federation, self.users = four_documents(folder), two_users(folder)
        self.folder = self.federation.store / "conversations"

    @contextmanager
    def open(self, **settings: object) -> Iterator[str]:
        """The address of the app, in a process's fresh state."""
        bot = Bot(Shelf(self.federation.store), self.federation.embedder)
        authenticator = Authenticator(self.users, (), False)
        with served(bot, settings_of(self.federation, **settings), authenticator) as (address, _):
            yield address

    def stored(self) -> bytes:
        """Every byte of what is kept."""
        return b"".join(file.read_bytes() for file in self.folder.iterdir())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def reader(site: Site) -> Iterator[httpx.Client]:
    """One of the staff, with an answer that quotes a staff document."""
    with site.open() as address, logged_in(address, STAFF) as opened:
        assert QUOTE in event(opened, "page_ask", question=ASKED)
        yield opened


def event(reader: httpx.Client, name: str, **sent: str) -> str:
    """All that an event of the page gives."""
    session = f"session{next(SESSIONS)}"
    assert join(reader, name, session, **sent).status_code == 200
    return json.dumps(
        [json.loads(line[6:]) for line in result(reader, session).splitlines() if line],
        ensure_ascii=False,
    )


def link_of(shown: str) -> str:
    return re.findall(r'data-link=\\"([\w-]+)', shown)[-1]


def demote(site: Site) -> None:
    file = site.users.path
    file.write_text(file.read_text().replace('"staff"', '"members"'))


def replace(site: Site) -> None:
    site.federation.write(INTERNAL, "---\naudience: public\n---\n# Fonds\n\nUn autre texte.")
    site.federation.index()


def delete(site: Site) -> None:
    (site.federation.corpus / INTERNAL).unlink()
    site.federation.index()


def test_a_conversation_outlives_the_process_and_is_opened_from_the_list(site: Site):
    with site.open() as address, logged_in(address, STAFF) as reader:
        event(reader, "page_ask", question=PUBLIC)
        event(reader, "page_ask", question=ASKED)
    with site.open() as address, logged_in(address, STAFF) as reader:
        listed = event(reader, "page_kept", do="list", key=ELSEWHERE)
        assert PUBLIC in listed and "2 questions" in listed and f'data-key=\\"{KEY}' in listed
        shown = event(reader, "page_start", key=KEY)
        assert QUOTE in shown and 'data-turn=\\"2' in shown
        event(reader, "page_ask", question="et pour tous ?")
        assert 'data-turn=\\"3' in event(reader, "page_start", key=KEY)


@pytest.mark.parametrize("change", [demote, replace, delete])
def test_what_the_reader_may_no_longer_see_is_not_shown_after_a_restart(
    site: Site, change: Callable[[Site], None]
):
    with site.open() as address, logged_in(address, STAFF) as reader:
        link = link_of(event(reader, "page_ask", question=ASKED))
    change(site)
    with site.open() as address, logged_in(address, STAFF) as reader:
        started = event(reader, "page_start")
        assert SECRET not in started and HIDDEN in started
        exported = event(reader, "page_export_whole", of=KEY)
        assert SECRET not in exported and ".docx" not in exported
        followed = event(reader, "page_start", key=ELSEWHERE, answer=link)
        assert SECRET not in followed and LINK_GONE in followed


def test_a_link_is_opened_by_whoever_may_see_what_it_shows_and_by_nobody_else(
    site: Site, reader: httpx.Client
):
    private = link_of(event(reader, "page_start"))
    public = link_of(event(reader, "page_ask", question=PUBLIC))
    address = str(reader.base_url)
    with logged_in(address, "anne") as member, client(address) as stranger:
        followed = event(member, "page_start", answer=private)
        assert SECRET not in followed and LINK_GONE in followed
        assert LINK_GONE in event(member, "page_start", key=ELSEWHERE, answer="x" * 22)
        key = "aaaabbbbccccdddd"
        followed = event(member, "page_start", key=key, answer=public)
        assert f"Fonds {OPEN}" in followed and "A shared answer of " in followed
        assert 'data-turn=\\"1' in event(member, "page_start", key=key, answer=public)
        assert 'data-turn=\\"2' not in event(member, "page_start", key=key, answer=public)
        assert join_is_refused(stranger, public)
        browser = stranger.get(f"/?answer={public}", headers={"Accept": "text/html"})
        assert (browser.status_code, browser.headers["location"]) == (
            303,
            f"/login?next=/%3Fanswer%3D{public}",
        )


def join_is_refused(stranger: httpx.Client, link: str) -> bool:
    sent = {"data": [], "event_data": {"answer": link}, "fn_index": 0, "session_hash": "a"}
    return stranger.post("/gradio_api/queue/join", json=sent).status_code == 401


def test_a_shared_answer_is_kept_for_nobody_else_and_goes_when_its_owner_deletes_it(
    site: Site, reader: httpx.Client
):
    link = link_of(event(reader, "page_ask", question=PUBLIC))
    with logged_in(str(reader.base_url), "anne") as member:
        event(member, "page_start", answer=link)
        assert PUBLIC not in event(member, "page_kept", do="list", key=ELSEWHERE)
        assert "et les membres" in event(member, "page_ask", question="et les membres ?")
        listed = event(member, "page_kept", do="list", key=ELSEWHERE)
        assert PUBLIC not in listed and "et les membres" in listed
        event(reader, "page_kept", do="delete", of=KEY)
        started = event(member, "page_start")
        assert PUBLIC not in started and "et les membres" in started


def test_one_users_conversations_are_listed_renamed_and_deleted_by_nobody_else(
    site: Site, reader: httpx.Client
):
    with logged_in(str(reader.base_url), "anne") as member:
        assert "No conversation is kept yet." in event(member, "page_kept", do="list")
        for do in ("rename", "delete"):
            event(member, "page_kept", do=do, of=KEY, title="Volé")
        event(member, "page_kept", do="delete-all")
        assert SECRET not in event(member, "page_start")
        assert "This answer is no longer here" in event(member, "page_export_whole", of=KEY)
    assert ASKED in event(reader, "page_kept", do="list")
    renamed = event(reader, "page_kept", do="rename", of=KEY, title="Le <b>fonds</b>")
    assert "Le &lt;b&gt;fonds&lt;/b&gt;" in renamed and "<b>fonds" not in renamed


@pytest.mark.parametrize("do", ["delete", "delete-all"])
def test_deleting_takes_it_from_the_page_and_from_every_byte_of_the_file(
    site: Site, reader: httpx.Client, do: str
):
    assert QUOTE.encode() in site.stored()
    deleted = event(reader, "page_kept", do=do, of=KEY)
    assert SECRET not in deleted and "No conversation is kept yet." in deleted
    assert SECRET not in event(reader, "page_start")
    assert SECRET.encode() not in site.stored()


def test_a_removed_user_loses_theirs_even_if_the_name_comes_back(site: Site):
    with site.open() as address, logged_in(address, STAFF) as reader:
        link = link_of(event(reader, "page_ask", question=ASKED))
        site.users.remove(STAFF)
        with logged_in(address, "anne") as member:
            assert LINK_GONE in event(member, "page_start", answer=link)
        assert SECRET.encode() not in site.stored()
    site.users.add(STAFF, "staff", "quatre mots bien choisis")
    with site.open() as address, logged_in(address, STAFF) as reader:
        assert SECRET not in event(reader, "page_start")


def test_a_whole_conversation_is_taken_away_as_a_note_and_as_markdown(
    site: Site, reader: httpx.Client
):
    event(reader, "page_ask", question=PUBLIC)
    note = "\n".join(one.text for one in docx.Document(file_of(reader, "docx")).paragraphs)
    assert note.count("Éléments de langage") == 1 and note.index(SECRET) < note.index(OPEN)
    assert QUOTE in note and "Réservé à l'équipe." in note
    written = file_of(reader, "markdown").read().decode()
    assert "[^1-1]: " in written and "[^2-1]: " in written and QUOTE in written
    assert set(re.findall(r"\[\^(\d)-", written)) == {"1", "2"}


def file_of(reader: httpx.Client, form: str) -> io.BytesIO:
    exported = event(reader, "page_export_whole", of=KEY, **{"as": form})
    return io.BytesIO(base64.b64decode(re.search(r'"content": "([^"]+)"', exported)[1]))


def test_what_a_member_thought_of_an_answer_is_kept_with_it(site: Site):
    with site.open() as address, logged_in(address, "anne") as reader:
        event(reader, "page_ask", question=PUBLIC)
        event(reader, "page_judge", turn="1", verdict="useful")
    with site.open() as address, logged_in(address, "anne") as reader:
        assert "your feedback is with the team" in event(reader, "page_start")


def test_switched_off_or_without_a_name_nothing_is_written_listed_or_linked(
    site: Site, tmp_path: Path
):
    with ExitStack() as stack:
        address = stack.enter_context(site.open(conversations=False))
        reader = stack.enter_context(logged_in(address, "anne"))
        shown = event(reader, "page_ask", question=PUBLIC) + event(reader, "page_start")
        assert "data-link" not in shown and 'data-do=\\"kept' not in shown
        assert "No conversation is kept yet." in event(reader, "page_kept", do="list")
    bot = Bot(Shelf(site.federation.store), site.federation.embedder)
    with served(bot, settings_of(site.federation)) as (address, _), client(address) as anybody:
        shown = event(anybody, "page_ask", question=PUBLIC) + event(anybody, "page_start")
        assert OPEN in shown and "data-link" not in shown and 'data-do=\\"kept' not in shown
    assert not site.folder.exists()


def test_a_file_that_cannot_be_used_costs_no_answer_and_is_said_in_the_list(
    site: Site, capfd: pytest.CaptureFixture
):
    site.folder.mkdir()
    (site.folder / "conversations.sqlite3").write_bytes(b"no database at all " * 100)
    with site.open() as address, logged_in(address, "anne") as reader:
        assert OPEN in event(reader, "page_ask", question=PUBLIC)
        assert "are not available" in event(reader, "page_kept", do="list")
        assert OPEN in event(reader, "page_start")
    assert "ConversationsUnusable" in capfd.readouterr().err
