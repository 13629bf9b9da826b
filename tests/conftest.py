"""What the tests share: a small deterministic embedder, the real one, corpora in temporary folders.

Under `pytest -n 2` the workers share the converted model and the index of the sample corpus.
"""

import gc
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from index.settings import quiet_libraries

quiet_libraries()  # before they are imported
# A worker comes to hold millions of objects, and looking through them again and again for garbage
# took a twelfth of the run.
gc.set_threshold(200_000, 20, 20)
# Nothing here asks a server that has a certificate, but every client that is made reads all those
# of the authorities (45 ms, a tenth of the run's processor time). One is enough.
os.environ["SSL_CERT_FILE"] = str(Path(__file__).with_name("authority.pem"))

from index.bert import load_bert  # noqa: E402 (see above)
from index.build import Report, build  # noqa: E402 (see above)
from index.embed import Encoded, SentenceEmbedder, load_embedder  # noqa: E402 (see above)
from index.language.fold import fold  # noqa: E402 (see above)

ROOT = Path(__file__).resolve().parent.parent
NEWSLETTER = """Notre équipe vous raconte ses rendez-vous.

Le 24 mars, nous avons vu la ministre pour parler de formation. Notre demande : ouvrir 500 places \
de reconversion par an.

Le 30 mars, nous avons rencontré la rapporteure du budget. Nous lui avons demandé un fonds de \
200 millions d'euros pour les startups.

Le soir, notre afterwork a réuni 80 personnes à Bruxelles.
"""


class WordEmbedder:
    """An `Embedder` that gives each word a direction: texts that share words are near.

    Counts the passages that it encodes.
    """

    name = "words"
    dimensions = 48

    def __init__(self) -> None:
        self.passages = 0

    def encode_passages(self, passages: Sequence[tuple[str, str]]) -> Iterator[Encoded]:
        for heading, text in passages:
            self.passages += 1
            yield self._encoded(f"{heading}\n" if heading else "", text)

    def encode_question(self, question: str) -> Encoded:
        return self._encoded("", question)

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        return [self.encode_question(question) for question in questions]

    def _encoded(self, heading: str, text: str) -> Encoded:
        found = list(re.finditer(r"\w+", heading + text))
        tokens = np.array([self._direction(fold(match[0])) for match in found], np.float32).reshape(
            -1, self.dimensions
        )
        pooled = tokens.sum(axis=0) if len(tokens) else np.ones(self.dimensions, np.float32)
        spans = np.array([match.span() for match in found], np.int32).reshape(-1, 2) - len(heading)
        return Encoded(
            pooled / np.linalg.norm(pooled), np.rint(tokens * 127).astype(np.int8), spans
        )

    def _direction(self, word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        vector = np.random.default_rng(seed).standard_normal(self.dimensions)
        return vector / np.linalg.norm(vector)


class Federation:
    """A corpus and a store in a temporary folder, indexed with a `WordEmbedder`."""

    def __init__(self, folder: Path):
        self.corpus, self.store, self.embedder = folder / "corpus", folder / "store", WordEmbedder()
        self.corpus.mkdir()

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.corpus / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def index(self, **options: int | str) -> Report:
        return build(self.corpus, self.store, self.embedder.name, lambda: self.embedder, **options)


@pytest.fixture
def federation(tmp_path: Path) -> Federation:
    return Federation(tmp_path)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder of this test run, the same for all its workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the converted model: the clone's own, made on first use, checked at each."""
    return ROOT / "index" / "store" / "models"


@pytest.fixture(scope="session")
def e5(models: Path, run_folder: Path) -> SentenceEmbedder:
    """The real bundled embedding model with its tuning."""
    with FileLock(run_folder / "models.lock"):
        return load_embedder("bundled", models)


@pytest.fixture(scope="session")
def not_tuned(e5: SentenceEmbedder, models: Path) -> SentenceEmbedder:
    """The bundled model as it is. It uses `e5`, so that the model is made only once."""
    return SentenceEmbedder("not tuned", load_bert(models, "cpu"))


@pytest.fixture(scope="session")
def samples(run_folder: Path, e5: SentenceEmbedder, models: Path) -> Path:
    """A store of the sample corpus, indexed with the real model. To be read, not written."""
    store = run_folder / "samples"
    with FileLock(run_folder / "samples.lock"):
        if not (store / "current").exists():
            store.mkdir()
            (store / "models").symlink_to(models)
            build(ROOT / "corpus", store, e5.name, lambda: e5)
    return store


@pytest.fixture(scope="session")
def environment(samples: Path) -> dict[str, str]:
    """The environment of a process of ours on the sample store."""
    return environment_on(samples)


def environment_on(store: Path) -> dict[str, str]:
    """The environment of a process of ours on this store."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLAIDOYER_")}
    return clean | {"PLAIDOYER_STORE": str(store), "PYTHONPATH": str(ROOT)}


CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """A real browser, for a module: while it is there, its thread can run no other event loop."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (on Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser, address: str, request: pytest.FixtureRequest) -> Iterator:
    """A French browser's page on the module's `address`; parametrised with its context's options.

    Fails the test if it asks anything of another host or if a script of it fails.
    """
    context = browser.new_context(
        **{"locale": "fr-FR", "viewport": {"width": 1280, "height": 800}}
        | getattr(request, "param", {})
    )
    context.set_default_timeout(90_000)
    opened = context.new_page()
    asked: list[str] = []
    failed: list[str] = []
    context.on("request", lambda sent: asked.append(sent.url))
    opened.on("pageerror", lambda error: failed.append(str(error)))
    opened.goto(address)
    opened.locator("#box").wait_for()
    yield opened
    hacked = opened.evaluate("window.hacked")
    context.close()
    ours = (address, "data:", "blob:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert (hacked, failed) == (None, [])
