"""The users file and `python -m bot user`."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from conftest import ROOT, Federation
from members import (
    FAST,
    OTHER,
    PASSWORD,
    four_documents,
    settings_of,
    two_users,
)

from app import authenticator_of
from bot.__main__ import main
from bot.users import Users, UsersInvalid, folded


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return four_documents(tmp_path_factory.mktemp("federation"))


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return two_users(tmp_path)


def test_an_unknown_name_costs_a_hash_as_a_wrong_password_does(tmp_path: Path):
    class Counting(PasswordHasher):
        checked = 0

        def verify(self, hash: str, password: str) -> bool:
            Counting.checked += 1
            return super().verify(hash, password)

    users = Users(tmp_path / "users.jsonl", Counting(time_cost=1, memory_cost=8, parallelism=1))
    users.add("anne", "members", PASSWORD)
    assert [users.verify("anne", "faux"), users.verify("nobody", "faux"), Counting.checked] == [
        None,
        None,
        2,
    ]


def test_the_user_command_keeps_hashes_only_for_the_owners_eyes(
    tmp_path: Path, federation: Federation
):
    file = tmp_path / "kept.jsonl"
    environment = {
        "PLAIDOYER_USERS": str(file),
        "PLAIDOYER_CORPUS": str(federation.corpus),
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    }

    def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "bot", "user", *arguments],
            env=environment,
            cwd=ROOT,
            input=said,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    added = run("add", "anne", "--audience", "members", said=PASSWORD + "\n")
    assert (added.returncode, added.stdout) == (0, "anne is added (members).\n"), added.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text() and "$argon2id$" in file.read_text()
    short = run("add", "zoe", "--audience", "staff", said="court\n")
    assert (short.returncode, short.stdout) == (2, "") and "12 to 200 characters" in short.stderr
    assert Users(file).verify("anne", PASSWORD) == Users(file).find("anne")


def test_the_user_command_lists_changes_and_removes(
    users: Users, tmp_path: Path, capsys: pytest.CaptureFixture
):
    where = ["--users", str(tmp_path / "users.jsonl")]
    assert main(["user", "list", *where]) == 0
    assert capsys.readouterr().out == "members  anne\nstaff    Zoé@federation.example\n"
    assert main(["user", "remove", "Anne", *where]) == 0
    assert main(["user", "remove", "anne", *where]) == 2
    assert "There is no user 'anne'" in capsys.readouterr().err
    assert list(users.all()) == [folded("Zoé@federation.example")]
    assert main(["user", "add", *where]) == 2
    with pytest.raises(UsersInvalid, match="without blanks and colons"):
        users.add("a:b", "staff", PASSWORD)
    with pytest.raises(UsersInvalid, match="is not the name"):
        users.add("quatre-mots-choisis", "staff", "Quatre-Mots-Choisis")
    assert users.add("zoé@federation.example", "members", OTHER) is False
    assert users.find("ZOÉ@federation.example").audience == "members"


def test_a_byte_order_mark_before_the_users_is_no_trouble(users: Users, tmp_path: Path):
    file = tmp_path / "users.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert Users(file).verify("anne", PASSWORD) == users.find("anne")


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"name": "zoe"}',
        '{"name": "%s", "audience": "staff", "hash": ""}' % ("a" * 101),
        '{"name": "\\ud800", "audience": "staff", "hash": ""}',
        '{"name": "zoe", "audience": ["staff"], "hash": ""}',
        "[]",
    ],
)
def test_a_line_that_is_no_user_is_named(users: Users, tmp_path: Path, line: str):
    file = tmp_path / "users.jsonl"
    file.write_text(f"{file.read_text()}{line}\n")
    with pytest.raises(UsersInvalid, match=r"users\.jsonl, line 3, cannot be read"):
        Users(file).all()


def test_the_users_are_written_through_no_symbolic_link(users: Users, tmp_path: Path):
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "users.jsonl")
    linked = Users(tmp_path / "link.jsonl", FAST)
    assert linked.verify("anne", PASSWORD) == users.find("anne")
    with pytest.raises(UsersInvalid, match="is a symbolic link"):
        linked.remove("anne")
    assert users.find("anne") is not None
    (tmp_path / f".users.jsonl.{os.getpid()}").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic links"):
        users.remove("anne")
    assert not (tmp_path / "other").exists()


def test_a_users_file_that_others_can_open_is_warned_of(
    users: Users, tmp_path: Path, federation: Federation, capsys: pytest.CaptureFixture
):
    file = tmp_path / "users.jsonl"
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        assert main(["user", "list", "--users", str(file)]) == 0
        assert f"others can open {file}. Run: chmod 600" in capsys.readouterr().err
        authenticator_of(settings_of(federation, users=file))
        assert f"others can open {file}. Run: chmod 600" in capsys.readouterr().err
    file.chmod(0o600)
    assert main(["user", "list", "--users", str(file)]) == 0
    assert capsys.readouterr().err == ""
