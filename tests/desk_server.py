"""The app as a process, with the small embedder of the tests, for tests that kill it.

`python tests/desk_server.py`: on the corpus, store, users and port of the environment.
"""

import sys
from pathlib import Path

from conftest import WordEmbedder

from app import Server, application, authenticator_of, listen, serving
from bot.answer import Bot
from bot.settings import BotSettings
from bot.web.gate.limits import Lanes
from index.shelf.store import Shelf

settings = BotSettings.from_environment()
bot = Bot(Shelf(settings.store), WordEmbedder())
served = application(
    lambda: bot,
    settings,
    authenticator_of(settings),
    Lanes(),
    indexing=(sys.executable, str(Path(__file__).with_name("word_index.py"))),
)
Server(serving(served, settings)).run(sockets=[listen(settings)])
