"""The load command on a running app."""

import io
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Federation
from members import PASSWORD, two_users
from serving import served

from bot.__main__ import main
from bot.answer import Bot
from bot.settings import BotSettings
from bot.web.gate.access import Authenticator
from index.shelf.store import Shelf


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made = Federation(tmp_path_factory.mktemp("federation"))
    made.write("positions/2023-fonds.md", "# Un fonds\n\nNous demandons un fonds national.")
    made.index()
    return made


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def settings(federation: Federation) -> BotSettings:
    return BotSettings(corpus=federation.corpus, store=federation.store)


@pytest.fixture(scope="module")
def address(bot: Bot, settings: BotSettings) -> Iterator[str]:
    with served(bot, settings) as (where, _):
        yield where


def test_the_load_command_measures_the_running_app(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture
):
    (tmp_path / "questions.jsonl").write_text(
        '{"question": "un fonds ?"}\n{"question": "une girafe ?"}\n'
    )
    where = [
        "load",
        "--url",
        address,
        "--batch",
        str(tmp_path / "questions.jsonl"),
        "--pid",
        str(os.getpid()),
    ]
    assert main([*where, "--members", "3", "--seconds", "0.6"]) == 0
    head, alone, together, memory, processor = capsys.readouterr().out.splitlines()
    assert head.split() == [
        "members",
        "answers",
        "busy",
        "errors",
        "a",
        "second",
        "p50",
        "ms",
        "p95",
        "ms",
    ]
    assert [line.split()[0] for line in (alone, together)] == ["1", "3"]
    assert all(
        int(line.split()[1]) > 0 and line.split()[2:4] == ["0", "0"] for line in (alone, together)
    )
    assert memory.startswith("memory: ")
    answers = int(alone.split()[1]) + int(together.split()[1])
    assert re.fullmatch(rf"processor: [1-9]\d* ms for {answers} answers of all", processor)
    assert main([*where, "--questions", "5"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "questions",
        "0",
        "5",
    ]


def test_the_load_command_logs_in_and_compares_a_member_alone_with_one_beside_a_greedy_visitor(
    bot: Bot,
    settings: BotSettings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    guarded = settings.model_copy(update={"users": tmp_path / "users.jsonl", "rate": 0})
    with served(bot, guarded, Authenticator(two_users(tmp_path), (), False)) as (address, _):
        where = ["load", "--url", address, "--user", "anne", "--user", "zoé@federation.example"]
        assert main([*where[:3], "--seconds", "0.1", "--members", "1"]) == 1
        assert "error: HTTP 401" in capsys.readouterr().out
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD}\n"))
        assert main([*where, "--greedy", "40", "--seconds", "2"]) == 0
        _, alone, beside, ratio = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in (alone, beside)] == ["1", "1"]
        assert all(int(line.split()[1]) > 0 for line in (alone, beside))
        assert re.match(
            r"p95 beside a visitor with 40 searches under way \([1-9]\d* answered, [1-9]\d* refus",
            ratio,
        )
        monkeypatch.setenv("PLAIDOYER_PASSWORD", PASSWORD)
        assert main([*where, "--members", "2", "--seconds", "0.6"]) == 0
        together = capsys.readouterr().out.splitlines()[-1].split()
        assert (together[0], together[2:4]) == ("2", ["0", "0"])


def test_the_load_command_compares_replicas_with_the_first_of_them(
    address: str, bot: Bot, settings: BotSettings, capsys: pytest.CaptureFixture
):
    with served(bot, settings) as (other, _):
        where = ["load", "--url", address, "--url", other]
        assert main([*where, "--members", "2", "--seconds", "0.6"]) == 0
    _, alone, one, both = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in (alone, one, both)] == ["1", "2", "2"]
    assert re.search(r"   2 replicas: \d+\.\d\d times as many$", both)
    assert int(both.split()[1]) > 0 and both.split()[2:4] == ["0", "0"]
    assert main([*where, "--greedy", "3", "--user", "anne", "--user", "zoe"]) == 2
    assert main(["load", "--url", address, "--url", "http://example.com"]) == 2
    assert "http://example.com is not an address of this machine" in capsys.readouterr().err


def test_the_load_command_says_which_log_in_it_misses(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("PLAIDOYER_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("un mot de passe\n"))
    assert main(["load", "--user", "anne", "--user", "zoé"]) == 2
    assert "2 passwords are needed" in capsys.readouterr().err
    assert main(["load", "--user", "anne", "--greedy", "9"]) == 2
    assert "Name two: --user NAME --user GREEDY" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1:7860",
        "ftp://127.0.0.1",
        "http://127.0.0.1.example.com",
        "127.0.0.1",
        "http://[",
    ],
)
def test_the_load_command_asks_this_machine_only(url: str, capsys: pytest.CaptureFixture):
    assert main(["load", "--url", url, "--seconds", "0.1"]) == 2
    assert "is not an address of this machine" in capsys.readouterr().err


def test_the_load_command_counts_what_is_no_answer(capsys: pytest.CaptureFixture):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert (
            main(
                [
                    "load",
                    "--url",
                    f"http://127.0.0.1:{free.getsockname()[1]}",
                    "--members",
                    "2",
                    "--seconds",
                    "0.1",
                ]
            )
            == 1
        )
    assert "error: ConnectError" in capsys.readouterr().out
