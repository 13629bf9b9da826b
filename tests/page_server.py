"""The app as a process on the store of the environment, for tests that kill and restart it.

Its embedder is the one of words: the real model would take most of each start.

`python tests/page_server.py GO`: a question with "lente" in it is answered once the file GO exists.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from conftest import WordEmbedder

import app
from bot.answer import Bot
from bot.records import Answer
from bot.settings import BotSettings
from index.shelf.store import Shelf

GO = Path(sys.argv[1])


class Held:
    """The real bot, whose slow questions wait."""

    def __init__(self, bot: Bot):
        self._bot = bot

    def __getattr__(self, name: str) -> object:
        return getattr(self._bot, name)

    def steps(self, question: str, *others: object) -> Iterator[str | Answer]:
        for step in self._bot.steps(question, *others):
            yield step
            while "lente" in question and not GO.exists():
                time.sleep(0.02)


def held(settings: BotSettings) -> Held:
    """As app.py opens its bot."""
    return Held(Bot(Shelf(settings.store), WordEmbedder()))


app.open_bot = held
sys.exit(app.main())
