"""Texts -> vectors, by an embedding model in fp32 with its prompts. Owns SentenceTransformer.

In: passages as (heading, text), or a question. Out: `Encoded`: a pooled vector and the contextual
token vectors of each, from one encoding pass. Promise: every vector has unit length, and every
token knows its characters.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.bert import device_of, load_bert
from index.bundled import NAME
from index.errors import EmbedderUnusable
from index.passage import Passage
from index.settings import BUNDLED, quiet_libraries

# Passages handed to the model at once, which sorts them by length; progress moves by as many.
CHUNK = 64
# What the bundled model's network is changed by, so that its tokens answer each other: made by
# `python -m bot.reader.tune` (docs/decisions/022).
TUNING = Path(__file__).with_name("tuning.npz")
ASKED = 64  # questions kept: heard, then searched; asked again by the next turns


@dataclass(frozen=True)
class Encoded:
    """One text's vectors. `pooled`: float32 [d]; `tokens`: int8 [t, d], unit vectors times 127.

    `spans`: int32 [t, 2], start and end of each token in the text; negative in its heading.
    """

    pooled: np.ndarray
    tokens: np.ndarray
    spans: np.ndarray

    def within(self, start: int, end: int) -> np.ndarray:
        """Which tokens overlap the text's [start:end]: bool [t]."""
        return (self.spans[:, 0] < end) & (self.spans[:, 1] > start)

    def cosines(self, other: "Encoded") -> np.ndarray:
        """The cosine of each token with each of the other's: float32 [t, t of the other]."""
        return (self.tokens.astype(np.float32) / 127) @ (other.tokens.astype(np.float32) / 127).T

    def heading(self) -> np.ndarray:
        """The heading's vector [d], of unit length: the mean of its tokens; zeros for none."""
        mean = self.tokens[self.spans[:, 1] <= 0].sum(axis=0, dtype=np.float32)
        return mean / max(float(np.linalg.norm(mean)), 1e-9)


class Embedder(Protocol):
    """What the index and the bot need of an embedding model."""

    name: str
    dimensions: int

    def encode_passages(self, passages: Sequence[tuple[str, str]]) -> Iterator[Encoded]:
        """Encode (heading, text) pairs, in order, as they are asked for."""

    def encode_question(self, question: str) -> Encoded:
        """Encode one question; its prefix and special tokens are left out of `tokens`."""

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Encode several questions, or what is compared with one, in one pass.

        256 short texts one by one took 2.8 times as long.
        """


def heading_of(passage: Passage, header: str = "") -> str:
    """What is embedded before a passage's text: title, date and heading path. Never quoted.

    `header`: the header row of a table that began in the passage before.
    """
    parts = (passage.title, passage.date, *passage.headings, header)
    return " · ".join(part for part in parts if part)[:400]


def recorded_name(name: str) -> str:
    """What a store records of the embedder called `name`; the bundled one with its versions."""
    return f"{NAME}-{_tuned()}" if name == BUNDLED else name


@cache
def _tuned() -> str:
    """What tells a tuning from another: an index of one is none of another's."""
    return hashlib.sha256(TUNING.read_bytes()).hexdigest()[:8]


def load_embedder(name: str, models: Path, device: str = "auto") -> "SentenceEmbedder":
    """Load `bundled` (kept under `models`), a hub name or a folder, to compute on `device`.

    Raises `EmbedderUnusable`, and `SettingsInvalid` where there is no such device.
    """
    quiet_libraries(name)
    if name == BUNDLED:
        return SentenceEmbedder(name, load_bert(models, device, TUNING))
    return SentenceEmbedder(name, _Loaded(name, device_of(device)))


class Network(Protocol):
    """A model's network with its tokenizer. `prompts`: what stands before a text, by its role."""

    prompts: Mapping[str, str | None]
    dimensions: int
    device: str

    def encode(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Of each text its unit vector [d], its tokens' vectors [t, d], and their spans [t, 2]."""


class _Loaded:
    """Any SentenceTransformer with a fast tokenizer. Loading takes seconds: once, when needed."""

    def __init__(self, name: str, device: str):
        from sentence_transformers import SentenceTransformer  # 10 s cold: not at import

        local = Path(name).is_dir()
        try:
            self._model = SentenceTransformer(name, device=device, local_files_only=local)
        except (OSError, ValueError) as error:
            raise EmbedderUnusable(
                f"The embedding model {name!r} cannot be loaded ({str(error)[:200]}). "
                "Set PLAIDOYER_EMBEDDER to a SentenceTransformer folder or hub name, or unset it."
            ) from error
        if not getattr(self._model.tokenizer, "is_fast", False):
            raise EmbedderUnusable(
                f"The embedding model {name!r} has no fast tokenizer. "
                "Set PLAIDOYER_EMBEDDER to another, or unset it."
            )
        self._model.float().eval()
        self.device = device
        self.prompts: Mapping[str, str | None] = self._model.prompts
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """See `Network`."""
        outputs: Any = self._model.encode(
            list(texts),
            prompt="",
            output_value=None,
            normalize_embeddings=True,
            batch_size=16,
            show_progress_bar=False,
        )
        offsets = self._model.tokenizer(
            list(texts),
            return_offsets_mapping=True,
            truncation=True,
            max_length=self._model.max_seq_length,
        )["offset_mapping"]
        return [
            (
                output["sentence_embedding"].float().cpu().numpy(),
                output["token_embeddings"].float().cpu().numpy()[: len(spans)],
                np.asarray(spans, np.int32),
            )
            for output, spans in zip(outputs, offsets, strict=True)
        ]


class SentenceEmbedder:
    """An `Embedder` by a network that was loaded."""

    def __init__(self, name: str, network: Network):
        self._network = network
        self._asked = lru_cache(maxsize=ASKED)(self._question)
        self.name = recorded_name(name)
        self.dimensions = network.dimensions

    def encode_passages(self, passages: Sequence[tuple[str, str]]) -> Iterator[Encoded]:
        """See `Embedder`. A text longer than the model's window is embedded by its beginning."""
        for first in range(0, len(passages), CHUNK):
            chunk = passages[first : first + CHUNK]
            pairs = [(f"{heading}\n" if heading else "", text) for heading, text in chunk]
            yield from self._encode("document", pairs)

    def encode_question(self, question: str) -> Encoded:
        """See `Embedder`. The last ASKED questions are kept."""
        return self._asked(question)

    def _question(self, question: str) -> Encoded:
        return self.encode_questions([question])[0]

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """See `Embedder`."""
        return self._encode("query", [("", question) for question in questions])

    def _encode(self, role: str, pairs: list[tuple[str, str]]) -> list[Encoded]:
        prompt = self._network.prompts.get(role) or ""
        texts = [prompt + heading + text for heading, text in pairs]
        outputs = self._network.encode(texts)
        return [
            _encoded(*output, len(prompt), len(heading))
            for output, (heading, _) in zip(outputs, pairs, strict=True)
        ]


def own_tokens(spans: np.ndarray, prompt: int) -> np.ndarray:
    """Which tokens are the text's own, not its prompt's (of so many characters): bool [t].

    Special tokens have no span.
    """
    return np.asarray((spans[:, 0] < spans[:, 1]) & (spans[:, 1] > prompt))


def _encoded(
    pooled: np.ndarray, tokens: np.ndarray, spans: np.ndarray, prompt: int, heading: int
) -> Encoded:
    """The network's output for one text; `prompt` and `heading` are lengths in characters."""
    kept = own_tokens(spans, prompt)
    tokens = tokens[kept]
    tokens /= np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-9)
    spans = spans[kept] - (prompt + heading)
    # The first token of the text includes the blank before it.
    spans[:, 0] = np.where(spans[:, 1] > 0, spans[:, 0].clip(0), spans[:, 0])
    return Encoded(pooled, np.rint(tokens * 127).astype(np.int8), spans)
