"""`python -m bot.measure.start`: how long it takes from a command to its answer, and where.

Each figure is of a process of its own, on the index in service: the seconds on the clock and those
of the processor (less moved by other work on the machine), the median of several. "With
SentenceTransformer" loads the same bundled model as any other model is loaded, which is how it was
loaded before `index/bert.py`. Asks; writes nothing.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx

from bot.settings import BotSettings

QUESTION = "Quel plafond demandons-nous pour le CII ?"
LOADING = """
import sys
from pathlib import Path
from index.bundled import bundled_model
from index.embed import load_embedder
models = Path(sys.argv[1])
load_embedder({name}, models)
"""
BERT = LOADING.format(name="'bundled'")
SENTENCE_TRANSFORMER = LOADING.format(name="str(bundled_model(models))")
LATEST = 300  # seconds after which an app that does not answer is given up


def seconds_of(command: Sequence[str]) -> tuple[float, float]:
    """Seconds on the clock and of the processor that a command takes."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system
    return time.perf_counter() - started, used - before.children_user - before.children_system


def seconds_to_serve() -> tuple[float, float]:
    """The same from the start of `app.py` to its first answer, asked for as soon as it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    before, started = os.times(), time.perf_counter()
    clean = {name: value for name, value in os.environ.items() if name != "PLAIDOYER_USERS"}
    with _running([sys.executable, "app.py"], clean | {"PLAIDOYER_PORT": str(port)}) as process:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - started > LATEST:
                raise RuntimeError("The app does not start. Run: python app.py")
            time.sleep(0.02)
        clock = time.perf_counter() - started
    after = os.times()
    used = after.children_user + after.children_system
    return clock, used - before.children_user - before.children_system


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    address, asked = f"http://127.0.0.1:{port}/api/ask", {"question": QUESTION}
    try:
        return httpx.post(address, json=asked, timeout=LATEST, trust_env=False).is_success
    except httpx.ConnectError:  # it does not listen yet
        return False


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.start", description="From a command to its answer."
    )
    parser.add_argument("--times", type=int, default=3, help="how often (default: %(default)s)")
    times = parser.parse_args(argv).times
    models = str(BotSettings.from_environment().store / "models")
    python = (sys.executable, "-c")
    steps: dict[str, Callable[[], tuple[float, float]]] = {
        "import torch": lambda: seconds_of((*python, "import torch")),
        "the model": lambda: seconds_of((*python, BERT, models)),
        "the model, with SentenceTransformer": lambda: seconds_of(
            (*python, SENTENCE_TRANSFORMER, models)
        ),
        "python -m bot ask": lambda: seconds_of((sys.executable, "-m", "bot", "ask", QUESTION)),
        "python app.py": seconds_to_serve,
    }
    print("| | seconds | of the processor |\n|---|---|---|")
    for name, step in steps.items():
        taken = [step() for _ in range(times)]
        clock, used = (statistics.median(column) for column in zip(*taken, strict=True))
        print(f"| {name} | {clock:.1f} | {used:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
