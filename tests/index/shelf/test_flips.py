"""Members ask while staff re-index: the page and an open bot follow each flip, and none fails."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import ROOT, Federation
from waiting import responds, until

from bot.answer import Bot
from index.build import build
from index.embed import SentenceEmbedder
from index.errors import EmbedderMismatch
from index.shelf.store import Shelf

FLIPS = 10
ANIMALS = (
    "girafe",
    "baleine",
    "cigogne",
    "tortue",
    "panthère",
    "autruche",
    "marmotte",
    "hermine",
    "loutre",
    "gazelle",
    "pieuvre",
    "salamandre",
)


def ask(address: str, question: str) -> str:
    """What the app answers a program, through the same gate, queue and bot as the page."""
    answer = httpx.post(f"{address}/api/ask", json={"question": question}, timeout=60)
    answer.raise_for_status()
    return json.dumps(answer.json(), ensure_ascii=False)


@pytest.fixture(scope="module")
def staffed(
    tmp_path_factory: pytest.TempPathFactory, e5: SentenceEmbedder, models: Path
) -> Federation:
    """A small federation on the real model, indexed once."""
    federation = Federation(tmp_path_factory.mktemp("flips"))
    federation.store.mkdir()
    (federation.store / "models").symlink_to(models)
    federation.write(
        "positions/2023-constant.md",
        "# Le fonds\n\nNous demandons un fonds national de 200 millions d'euros pour les startups.",
    )
    return federation


def reindex(federation: Federation, e5: SentenceEmbedder, number: int) -> None:
    """Add a document, change one, delete the one that was new two runs ago."""
    federation.write(
        f"positions/2024-{number}.md",
        f"# La {ANIMALS[number]}\n\n"
        f"Nous demandons {number + 2} réserves pour la {ANIMALS[number]} de Bretagne.",
    )
    federation.write(
        "positions/2022-changing.md",
        "# Le guichet\n\n"
        f"Nous demandons que le guichet unique ouvre {number + 2} antennes dans les régions.",
    )
    (federation.corpus / f"positions/2024-{number - 2}.md").unlink(missing_ok=True)
    report = build(federation.corpus, federation.store, e5.name, lambda: e5)
    assert (report.unreadable, len(report.added)) == ([], 1 if number else 3)


@pytest.fixture(scope="module")
def address(staffed: Federation, e5: SentenceEmbedder) -> Iterator[str]:
    reindex(staffed, e5, 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLAIDOYER_")}
    served = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=clean
        | {
            "PLAIDOYER_STORE": str(staffed.store),
            "PLAIDOYER_CORPUS": str(staffed.corpus),
            "PLAIDOYER_PORT": str(port),
            "PLAIDOYER_RATE": "0",
        },
    )
    try:
        until(lambda: responds(f"http://127.0.0.1:{port}/"), served)
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait(30)


def answers(address: str, bot: Bot, question: str) -> tuple[str, str]:
    """What the served page and the open bot answer."""
    return ask(address, question), json.dumps(bot.ask(question).as_json(), ensure_ascii=False)


def assert_gone(address: str, bot: Bot, number: int) -> None:
    """No answer, no hit and no link leads to the document of this number."""
    path = f"positions/2024-{number}.md"
    question = f"Combien de réserves demandons-nous pour la {ANIMALS[number]} ?"
    for said in answers(address, bot, question):
        assert f"La {ANIMALS[number]}" not in said  # its title
        assert f"{ANIMALS[number]} de Bretagne" not in said
    assert path not in {hit.passage.path for hit in bot.search(question, 50)}
    assert httpx.get(f"{address}/document/{path}").status_code == 404


def test_questions_across_ten_re_indexes_meet_no_error_and_no_deleted_document(
    address: str, staffed: Federation, e5: SentenceEmbedder
):
    bot, failed, asked, done = Bot(Shelf(staffed.store), e5), [], [], threading.Event()

    def members() -> None:
        while not done.is_set():
            try:
                assert "200 millions" in ask(
                    address, "Quel fonds national demandons-nous pour les startups ?"
                )
                asked.append("page")
            except Exception as error:
                failed.append(repr(error))
                return

    loop = threading.Thread(target=members)
    loop.start()
    try:
        for number in range(1, FLIPS + 1):
            reindex(staffed, e5, number)
            question = f"Combien de réserves demandons-nous pour la {ANIMALS[number]} ?"
            for said in answers(address, bot, question):
                assert f"{number + 2} réserves pour la {ANIMALS[number]}" in said
            if number > 1:
                assert_gone(address, bot, number - 2)
            assert httpx.get(f"{address}/document/positions/2024-{number}.md").status_code == 200
            assert f"{number + 2} antennes" in ask(
                address, "Combien d'antennes le guichet unique doit-il ouvrir dans les régions ?"
            )
    finally:
        done.set()
        loop.join()
    assert failed == []
    assert len(asked) >= FLIPS
    assert len(list((staffed.store / "generations").iterdir())) <= 2


def test_an_index_made_by_another_model_is_a_clear_error_and_ends_with_the_next_run(
    federation: Federation,
):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.index()
    bot = Bot(Shelf(federation.store), federation.embedder)
    assert bot.search("un fonds")
    other = type(federation.embedder)()
    other.name = "other words"
    build(federation.corpus, federation.store, other.name, lambda: other)
    with pytest.raises(
        EmbedderMismatch,
        match=r"made with other words, not with words\. "
        "Run: python -m index, then start this again",
    ):
        bot.ask("un fonds ?")
    federation.index()
    assert bot.search("un fonds")
