"""kill -9 of the app during an upload and a run, and of the run: members are always answered."""

import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import ROOT, Federation
from members import PASSWORD, four_documents, settings_of, two_users
from serving import client
from waiting import responds, until

from index.intake import Intake
from index.readers.read import PARSERS
from index.runs import Run, Runs
from index.shelf.store import Shelf

HERE = "/desk/collection"
STAFF = ("Zoé@federation.example", PASSWORD)
NEW = "positions/2024-05-06-fibre.md"


class App:
    """The app as a process on a federation; killed where it still runs at the end."""

    def __init__(self, federation: Federation, users: Path, hold: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "PLAIDOYER_CORPUS": str(federation.corpus),
            "PLAIDOYER_STORE": str(federation.store),
            "PLAIDOYER_USERS": str(users),
            "PLAIDOYER_PORT": str(self.port),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))),
            "HOLD": str(hold),
        }
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, str(ROOT / "tests/desk_server.py")]
        self.process = subprocess.Popen(command, env=self.environment)
        until(lambda: responds(f"{self.address}/health"), self.process)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def half_an_upload(self) -> socket.socket:
        """A connection on which the first half of a large file has been sent."""
        secret = base64.b64encode(":".join(STAFF).encode()).decode()
        head = (
            b'--x\r\nContent-Disposition: form-data; name="folder"\r\n\r\npositions\r\n'
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="2024-a.txt"\r\n\r\n'
        )
        sent = (
            f"POST {HERE}/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {secret}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"
        ).encode()
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.sendall(sent + head + b"a" * 500_000)
        return connection


@pytest.fixture
def federation(tmp_path: Path) -> Federation:
    return four_documents(tmp_path)


@pytest.fixture
def app(federation: Federation, tmp_path: Path) -> Iterator[App]:
    two_users(tmp_path)
    started = App(federation, tmp_path / "users.jsonl", tmp_path / "hold")
    yield started
    started.kill()


def members_documents(browser: httpx.Client) -> set[str]:
    """What answers a member on all that there is."""
    found = browser.post(
        "/api/search", json={"question": "fonds fibre membres", "k": 50}, auth=("anne", PASSWORD)
    )
    return {hit["document"] for hit in found.json()["hits"]}


def test_a_killed_app_leaves_no_half_of_anything_and_a_killed_run_leaves_the_old_index(
    app: App, federation: Federation, tmp_path: Path
):
    hold, receiving = tmp_path / "hold", federation.store / "incoming/.receiving"
    runs = Runs(settings_of(federation))

    def last() -> Run:
        found = runs.last("index")
        assert found
        return found

    def begin(staff: httpx.Client) -> int:
        """Begin a run that waits before it encodes: its process's number."""
        hold.write_text("")
        staff.post(f"{HERE}/index")
        return int(until(hold.read_text))

    app.start()
    with client(app.address, auth=STAFF) as staff:
        before = members_documents(staff)
        federation.write(NEW, "# La fibre\n\nNous demandons la fibre pour nos membres.")
        os.kill(begin(staff), signal.SIGKILL)
        until(lambda: not last().under_way)
        assert last().report is None
        shown = staff.get(HERE, headers={"accept-language": "en"}).text
        assert "The process was ended. Begin again." in shown
        assert members_documents(staff) == before
        begin(staff)
        connection = app.half_an_upload()
        until(lambda: any(one.stat().st_size > 0 for one in receiving.glob("*")))
    files = sorted(federation.corpus.rglob("*"))
    app.kill()
    connection.close()
    assert (last().under_way, sorted(federation.corpus.rglob("*"))) == (True, files)
    hold.unlink()
    until(lambda: not last().under_way)
    assert (last().report or {})["added"] == 1
    serving = Shelf(federation.store).current()
    assert serving.name == last().report["generation"]
    assert NEW in {passage.path for passage in serving.passages}
    assert last().by == STAFF[0]
    assert Intake(federation.corpus, federation.store, PARSERS).waiting() == []
