"""A conversation over real HTTP: what its reader may no longer see is gone at the next event."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from members import SECRET, four_documents, logged_in, settings_of, two_users
from serving import join, result, served

from bot.answer import Bot
from bot.records import Answer, Scope
from bot.web.gate.access import Authenticator
from index.shelf.store import Shelf

STAFF = "Zoé@federation.example"
INTERNAL = "positions/2023-interne.md"
GONE = "This answer is no longer here. Ask the question again."
QUOTE = f"fonds interne {SECRET} reste secret"
SESSIONS = itertools.count()


class Recording:
    """The real bot, and the history that each question came with."""

    def __init__(self, bot: Bot):
        self._bot = bot
        self.histories: list[list[str]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._bot, name)

    def steps(
        self,
        question: str,
        history: Sequence[str] = (),
        audiences: Sequence[str] = (),
        language: str = "",
        within: Scope | None = None,
    ) -> Iterator[str | Answer]:
        self.histories.append(list(history))
        return self._bot.steps(question, history, audiences, language, within)


class Site:
    """A federation whose documents and users change while its app is served."""

    def __init__(self, folder: Path):
        self.federation, self.users = four_documents(folder), two_users(folder)
        self.bot = Recording(Bot(Shelf(self.federation.store), self.federation.embedder))

    def demote(self) -> None:
        """The reader is no longer one of the staff."""
        user = self.users.find(STAFF)
        file = self.users.path
        file.write_text(file.read_text().replace('"staff"', '"members"'))
        assert user.audience == "staff" and self.users.find(STAFF).audience == "members"

    def replace(self) -> None:
        """Another text, for everybody, has the place of the document."""
        self.federation.write(INTERNAL, "---\naudience: public\n---\n# Fonds\n\nUn autre texte.")
        self.federation.index()

    def delete(self) -> None:
        """The document has left the index."""
        (self.federation.corpus / INTERNAL).unlink()
        self.federation.index()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def reader(site: Site) -> Iterator[httpx.Client]:
    """One of the staff, with an answer that quotes a staff document."""
    with (
        served(site.bot, settings_of(site.federation), Authenticator(site.users, (), False)) as (
            address,
            _,
        ),
        logged_in(address, STAFF) as opened,
    ):
        assert QUOTE in event(opened, "page_ask", question=f"le fonds {SECRET} secret")
        yield opened


def event(reader: httpx.Client, name: str, **sent: str) -> str:
    """All that an event of the page gives."""
    session = f"session{next(SESSIONS)}"
    assert join(reader, name, session, **sent).status_code == 200
    return result(reader, session)


@pytest.mark.parametrize("change", [Site.demote, Site.replace, Site.delete])
def test_what_the_reader_may_no_longer_see_is_neither_exported_nor_judged_nor_shown(
    site: Site, reader: httpx.Client, change: Callable[[Site], None]
):
    assert ".docx" in event(reader, "page_export", turn="1")
    assert QUOTE in event(reader, "page_export", turn="1", **{"as": "text"})
    change(site)
    exported = event(reader, "page_export", turn="1")
    assert GONE in exported and ".docx" not in exported and SECRET not in exported
    for form in ("text", "markdown"):
        copied = event(reader, "page_export", turn="1", **{"as": form})
        assert GONE in copied and "copied" not in copied and SECRET not in copied
    judged = event(reader, "page_judge", turn="1", verdict="useful")
    assert GONE in judged and SECRET not in judged
    assert not (site.federation.store / "feedback.jsonl").exists()
    for name in ("page_stop", "page_start"):
        assert SECRET not in event(reader, name)


@pytest.mark.parametrize("change", [Site.demote, Site.replace, Site.delete])
def test_questions_that_go_on_are_for_whoever_has_the_answer_and_may_still_see_it(
    site: Site, reader: httpx.Client, change: Callable[[Site], None]
):
    assert "follow_ups" in event(reader, "page_go_on", turn="1")
    with logged_in(str(reader.base_url), "anne") as member:
        assert "follow_ups" not in event(member, "page_go_on", turn="1")
    change(site)
    after = event(reader, "page_go_on", turn="1")
    assert "follow_ups" not in after and SECRET not in after


@pytest.mark.parametrize("change", [Site.demote, Site.replace, Site.delete])
def test_the_next_question_has_no_history_that_the_reader_may_not_see(
    site: Site, reader: httpx.Client, change: Callable[[Site], None]
):
    change(site)
    shown = event(reader, "page_ask", question="et pour les membres ?")
    assert "data-turn" in shown and SECRET not in shown
    assert site.bot.histories == [[], []]
    event(reader, "page_ask", question="et pour tous ?")
    assert [turn.question for turn in site.bot.histories[-1]] == ["et pour les membres ?"]


@pytest.mark.parametrize("change", [Site.demote, Site.replace, Site.delete])
def test_what_a_reply_tells_of_the_texts_without_citing_them_goes_with_them(
    site: Site, reader: httpx.Client, change: Callable[[Site], None]
):
    told = event(reader, "page_ask", question="quels textes as-tu lus ?")
    assert f"Note {SECRET}" in told
    change(site)
    assert SECRET not in event(reader, "page_start")
    assert GONE in event(reader, "page_export", turn="2", **{"as": "text"})


def test_a_document_for_fewer_readers_takes_a_members_answer_with_it(
    site: Site, reader: httpx.Client
):
    with logged_in(str(reader.base_url), "anne") as member:
        question = "un fonds pour les membres"
        assert "Fonds des membres" in event(member, "page_ask", question=question)
        path = "positions/2023-membres.md"
        text = (site.federation.corpus / path).read_text()
        site.federation.write(path, text.replace("audience: members", "audience: staff"))
        site.federation.index()
        assert GONE in event(member, "page_export", turn="1")
        assert "Fonds des membres" not in event(member, "page_start")


def test_a_conversation_hides_while_there_is_no_index_and_comes_back_with_it(
    site: Site, reader: httpx.Client
):
    pointer = site.federation.store / "current"
    serving = pointer.read_text()
    pointer.unlink()
    assert SECRET not in event(reader, "page_start")
    assert GONE in event(reader, "page_export", turn="1")
    pointer.write_text(serving)
    assert QUOTE in event(reader, "page_start")
