"""A Chroma server as a process, for tests that end it and start it again."""

import socket
import subprocess
import sys
from pathlib import Path

import chromadb
from waiting import responds, until

CHROMA = Path(sys.executable).with_name("chroma")


class Server:
    """A Chroma server on a port and in a folder of its own."""

    def __init__(self, folder: Path):
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self._port = taken.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        where = ["--host", "127.0.0.1", "--port", str(self._port), "--path", str(self._folder)]
        self._process = subprocess.Popen([CHROMA, "run", *where], stdout=subprocess.DEVNULL)
        until(lambda: responds(f"{self.url}/api/v2/heartbeat"), self._process)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    @property
    def collections(self) -> set[str]:
        with chromadb.HttpClient("127.0.0.1", self._port) as client:
            return {one.name for one in client.list_collections()}

    def forget(self) -> None:
        """Lose all that it holds."""
        with chromadb.HttpClient("127.0.0.1", self._port) as client:
            for name in self.collections:
                client.delete_collection(name)
