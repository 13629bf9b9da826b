"""The file of the kept conversations: whose, how many, how long, and what deleting means."""

import argparse
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from members import PASSWORD, two_users

from bot import accounts as users_command
from bot.archive import (
    DAYS,
    LONGEST_TITLE,
    MOST,
    MOST_TURNS,
    Archive,
    ConversationsUnusable,
    KeptTurn,
)
from bot.settings import BotSettings

KEY, OTHER = "0123456789abcdef", "fedcba9876543210"
CANARY = "Zibeline"
DAY = 24 * 3600


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Archive:
    return Archive(tmp_path / "conversations", clock=clock)


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_a_conversation_is_found_by_its_own_user_alone(archive: Archive):
    archive.save("anne", KEY, KeptTurn(1, "un"), "Quel fonds ?")
    archive.save("anne", KEY, KeptTurn(2, "deux"), "Et demain ?")
    archive.save("zoe", KEY, KeptTurn(1, "trois"), "Autre chose")
    assert [(one.title, one.turns) for one in archive.listed("anne")] == [("Quel fonds ?", 2)]
    assert [one.content for one in archive.turns("anne", KEY)] == ["un", "deux"]
    assert [one.content for one in archive.turns("zoe", KEY)] == ["trois"]
    assert archive.turns("anne", OTHER) == [] and archive.listed("paul") == []
    archive.rename("zoe", OTHER, "Rien")
    archive.delete("zoe", OTHER)
    archive.rename("paul", KEY, "Rien")
    archive.delete("paul", KEY)
    assert [one.title for one in archive.listed("anne")] == ["Quel fonds ?"]


def test_a_turn_is_opened_by_its_link_which_stays_the_same_when_it_is_kept_again(archive: Archive):
    link = archive.save("anne", KEY, KeptTurn(1, "un"), "Quel fonds ?")
    assert archive.save("anne", KEY, KeptTurn(1, "un, jugé"), "Quel fonds ?") == link
    assert archive.turn(link).content == "un, jugé"
    assert len(link) >= 20 and archive.turn(f"{link}x") is None and archive.turn("") is None


def test_a_title_is_one_short_line_and_is_not_made_blank(archive: Archive):
    archive.save("anne", KEY, KeptTurn(1, "un"), "mot " * 100)
    (kept,) = archive.listed("anne")
    assert kept.title.endswith("mot…") and len(kept.title) <= LONGEST_TITLE
    archive.rename("anne", KEY, "  Le\nfonds  ")
    archive.rename("anne", KEY, " \n ")
    assert archive.listed("anne")[0].title == "Le fonds"


def test_what_is_deleted_is_no_longer_in_any_byte_of_the_folder(archive: Archive, tmp_path: Path):
    folder = tmp_path / "conversations"
    for key in (KEY, OTHER):
        archive.save(
            "anne", key, KeptTurn(1, f"La réponse {CANARY} " * 500), f"Le fonds {CANARY} ?"
        )
    archive.save("zoe", KEY, KeptTurn(1, "autre"), "Autre chose")
    archive.delete("anne", KEY)
    assert [one.key for one in archive.listed("anne")] == [OTHER]
    assert CANARY.encode() in everything_in(folder)
    archive.forget("anne")
    assert CANARY.encode() not in everything_in(folder)
    assert [one.title for one in archive.listed("zoe")] == ["Autre chose"]


def test_the_oldest_turns_and_conversations_make_room_and_none_outlasts_its_days(
    archive: Archive, clock: Clock
):
    for number in range(1, MOST_TURNS + 3):
        archive.save("anne", KEY, KeptTurn(number, str(number)), "Longue")
    assert [one.number for one in archive.turns("anne", KEY)][::29] == [3, MOST_TURNS + 2]
    for number in range(MOST):
        archive.save("anne", f"{number:016}", KeptTurn(1, "un"), f"Numéro {number}")
    kept = archive.listed("anne")
    assert (len(kept), kept[0].title, kept[-1].title) == (MOST, f"Numéro {MOST - 1}", "Numéro 0")
    clock.now += (DAYS - 1) * DAY
    archive.save("anne", f"{0:016}", KeptTurn(2, "deux"), "Numéro 0")
    clock.now += 2 * DAY
    assert [one.title for one in archive.listed("anne")] == ["Numéro 0"]


def test_a_removed_user_loses_theirs_at_the_next_use_and_a_lost_users_file_costs_nobody_theirs(
    tmp_path: Path,
):
    members = {"anne": 1, "zoe": 2}
    archive = Archive(tmp_path / "conversations", lambda: members)
    link = archive.save("anne", KEY, KeptTurn(1, "un"), f"Le fonds {CANARY}")
    archive.save("zoe", KEY, KeptTurn(1, "deux"), "Autre chose")
    members.clear()
    assert archive.turn(link) is not None
    members["zoe"] = 2
    assert archive.turn(link) is None and archive.listed("anne") == []
    assert CANARY.encode() not in everything_in(tmp_path / "conversations")
    assert [one.title for one in archive.listed("zoe")] == ["Autre chose"]


def test_the_command_that_removes_a_user_of_the_page_deletes_their_conversations(tmp_path: Path):
    users, file = two_users(tmp_path), tmp_path / "users.jsonl"
    settings = BotSettings(corpus=tmp_path / "corpus", store=tmp_path / "store", users=file)
    remove = argparse.Namespace(action="remove", name="Anne", users=file)
    kept = Archive(settings.conversations_folder)
    assert not kept.exists
    kept.save("anne", KEY, KeptTurn(1, "un"), "Quel fonds ?")
    elsewhere = settings.model_copy(update={"users": tmp_path / "others.jsonl"})
    assert users_command.run(remove, elsewhere) == 0 and len(kept.listed("anne")) == 1
    users.add("anne", "members", PASSWORD)
    assert users_command.run(remove, settings) == 0
    assert users.find("anne") is None and kept.listed("anne") == []


def test_others_on_the_machine_can_open_neither_folder_nor_file(archive: Archive, tmp_path: Path):
    archive.save("anne", KEY, KeptTurn(1, "un"), "Quel fonds ?")
    folder = tmp_path / "conversations"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())] == [
        0o700,
        0o600,
    ]


def test_a_symbolic_link_is_not_followed_and_a_file_that_is_none_is_named_with_its_remedy(
    archive: Archive, tmp_path: Path
):
    folder, elsewhere = tmp_path / "conversations", tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "conversations.sqlite3").symlink_to(elsewhere)
    with pytest.raises(ConversationsUnusable, match=r"PLAIDOYER_CONVERSATIONS=no\.$"):
        archive.save("anne", KEY, KeptTurn(1, "un"), "Quel fonds ?")
    assert not elsewhere.exists()
    (folder / "conversations.sqlite3").unlink()
    (folder / "conversations.sqlite3").write_bytes(b"no database at all " * 100)
    with pytest.raises(ConversationsUnusable, match="Move that file away"):
        archive.listed("anne")


WRITES = """
import itertools, sys
from pathlib import Path
from bot.archive import Archive, KeptTurn
archive = Archive(Path(sys.argv[1]))
for number in itertools.count(1):
    archive.save("anne", "0123456789abcdef", KeptTurn(number, str(number) * 20_000), "Q")
    print(number, flush=True)
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen]:
    """A process that keeps turns without end."""
    command = [sys.executable, "-c", WRITES, str(tmp_path / "conversations")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_a_process_that_is_killed_while_it_writes_leaves_every_turn_that_it_kept(
    archive: Archive, writer: subprocess.Popen, tmp_path: Path
):
    said = [int(writer.stdout.readline()) for _ in range(8)]
    writer.kill()
    said += [int(line) for line in writer.stdout]
    kept = archive.turns("anne", KEY)
    assert {one.number for one in kept} >= set(said[-MOST_TURNS + 1 :])
    assert all(one.content == str(one.number) * 20_000 for one in kept)
    archive.save("anne", KEY, KeptTurn(kept[-1].number + 1, "après"), "Q")
    database = sqlite3.connect(tmp_path / "conversations" / "conversations.sqlite3")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
