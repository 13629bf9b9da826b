"""What can be set for answering and serving, read from the environment in the entry points only and passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.settings import IndexSettings


@dataclass(frozen=True)
class BotSettings:
    """`corpus` and `store` as for the index; `embedder`: empty takes the one that made the store; `federation`: the name shown.

    `reranker`: a cross-encoder (hub name or folder) that has the last word on the order of the first hits; empty for none.
    """

    corpus: Path = IndexSettings.corpus
    store: Path = IndexSettings.store
    embedder: str = ""
    reranker: str = ""
    host: str = "127.0.0.1"
    port: int = 7860
    federation: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "BotSettings":
        """Read the PLAIDOYER_* variables; an empty one counts as unset. Raises ValueError for a port that is none."""
        index = IndexSettings.from_environment(environment)
        port = environment.get("PLAIDOYER_PORT") or str(cls.port)
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(f"PLAIDOYER_PORT is {port!r}. Set it to a number from 1 to 65535, or unset it.")
        return cls(corpus=index.corpus, store=index.store, embedder=environment.get("PLAIDOYER_EMBEDDER", ""),
                   reranker=environment.get("PLAIDOYER_RERANKER", "").strip(),
                   host=environment.get("PLAIDOYER_HOST") or cls.host, port=int(port),
                   federation=environment.get("PLAIDOYER_FEDERATION", "").strip())
