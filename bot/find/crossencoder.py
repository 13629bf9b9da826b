"""Optional reranking of the first hits by a sentence-transformers CrossEncoder.

PLAIDOYER_RERANKER names it. Nogueira & Cho 2019, "Passage Re-ranking with BERT": question and
passage are read together, which is better and far slower.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.embed import heading_of
from index.errors import EmbedderUnusable
from index.passage import Passage
from index.settings import quiet_libraries


class CrossEncoderJudge:
    """A `Judge` with the cross-encoder called `name`, a hub name or a folder.

    Loading it takes seconds. Raises `EmbedderUnusable`.
    """

    def __init__(self, name: str):
        quiet_libraries(name)
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(
                name, device="cpu", num_labels=1, local_files_only=Path(name).is_dir()
            )
        except (OSError, ValueError) as error:
            raise EmbedderUnusable(
                f"The cross-encoder {name!r} cannot be loaded ({str(error)[:200]}). "
                "Set PLAIDOYER_RERANKER to a CrossEncoder folder or hub name, or unset it."
            ) from error

    def judge(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
        """How well each passage, read under its heading, answers the question: float32 [n]."""
        pairs = [(question, f"{heading_of(passage)}\n{passage.text}") for passage in passages]
        return np.asarray(
            self._model.predict(pairs, batch_size=16, show_progress_bar=False), np.float32
        )
