"""`python -m index` with the small embedder of the tests, for tests of runs as processes.

`python tests/word_index.py ARGUMENTS`: if the file that HOLD names is there, writes its process's
number into it, and waits before it encodes until the file is gone.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from conftest import WordEmbedder

from index import __main__ as command
from index.embed import Encoded

HOLD = Path(os.environ.get("HOLD", "/nonexistent"))


class Held(WordEmbedder):
    """Waits before it encodes."""

    def encode_passages(self, passages: Sequence[tuple[str, str]]) -> Iterator[Encoded]:
        if HOLD.exists():
            HOLD.write_text(str(os.getpid()))
        while HOLD.exists():
            time.sleep(0.02)
        yield from super().encode_passages(passages)


command.load_embedder = lambda *_: Held()
sys.exit(command.main())
