"""What staff can set for indexing, read from the environment in the entry points only and passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUNDLED = "bundled"


@dataclass(frozen=True)
class IndexSettings:
    """`corpus`: the folder of documents; `store`: where generations are kept; `embedder`: `bundled`, a hub name or a folder."""

    corpus: Path = HERE.parent / "corpus"
    store: Path = HERE / "store"
    embedder: str = BUNDLED

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "IndexSettings":
        """Read PLAIDOYER_CORPUS, PLAIDOYER_STORE and PLAIDOYER_EMBEDDER; an empty variable counts as unset."""
        return cls(
            corpus=Path(environment.get("PLAIDOYER_CORPUS") or cls.corpus),
            store=Path(environment.get("PLAIDOYER_STORE") or cls.store),
            embedder=environment.get("PLAIDOYER_EMBEDDER") or cls.embedder,
        )


def quiet_libraries(embedder: str = BUNDLED, environment=os.environ) -> None:
    """Set what must be set before torch, transformers, chromadb or gradio are imported: no network, no telemetry.

    The hub stays reachable only for an embedder that is neither bundled nor a folder. OMP_WAIT_POLICY=PASSIVE
    keeps idle OpenMP threads from spinning: with busy cores the median question was 20 times slower without it.
    """
    environment.setdefault("ANONYMIZED_TELEMETRY", "False")
    environment.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    environment.setdefault("LANGSMITH_TRACING", "false")
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment.setdefault("TOKENIZERS_PARALLELISM", "false")
    environment.setdefault("TRANSFORMERS_VERBOSITY", "error")
    environment.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if embedder == BUNDLED or Path(embedder).is_dir():
        environment["HF_HUB_OFFLINE"] = "1"
