"""Hears whether a message is small talk, is about the bot, or asks about the texts.

One linear layer over the pooled vector that the bundled model, and no other, gives of a message:
for what members word in ways that the lists of bot/question/smalltalk.py do not have. Pure;
bot/intent/train.py makes the weights, of lines that eleven writers wrote (data/).
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.embed import recorded_name
from index.settings import BUNDLED

WEIGHTS = Path(__file__).with_name("weights.npz")
QUESTION = "question"
SHORTEST = 3  # words: fewer name a subject as often as they are talk, and are left to the lists
WORD = re.compile(r"\w+")


def has_words_enough(text: str) -> bool:
    """Has a message at least SHORTEST words?"""
    return len(WORD.findall(text)) >= SHORTEST


def intents_for(embedder: str) -> "Intents | None":
    """The intents for a store made by this embedder; None for any but the bundled one."""
    return Intents.load() if embedder == recorded_name(BUNDLED) else None


class Heard(NamedTuple):
    """What a message is: of `room` "talk" or "about", there `detail`, as a `Route` has them."""

    room: str
    detail: str


class Intents:
    """The layer; safe to use from several threads.

    `weights`: slopes [labels, d] and biases [labels]. `about`: the labels in order, each QUESTION
    or a room and a detail with a dot between; the threshold; the data's SHA-256; the figures.
    """

    def __init__(self, weights: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
        self.about = about
        self.weights = {name: value.astype(np.float32) for name, value in weights.items()}

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> "Intents":
        """The intents of a weights file."""
        with np.load(file, allow_pickle=False) as stored:
            weights = {name: stored[name] for name in stored.files if name != "about"}
            return cls(weights, json.loads(str(stored["about"])))

    def probabilities(self, pooled: np.ndarray) -> np.ndarray:
        """How probable each label is: float [..., labels], for unit vectors [..., d]."""
        logits = pooled @ self.weights["slopes"].T + self.weights["biases"]
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True))

    def hears(self, text: str, pooled: np.ndarray) -> Heard | None:
        """What a message is, of which `pooled` is the vector; None for a question on the texts.

        None too where it has fewer than SHORTEST words.
        """
        if not has_words_enough(text):
            return None
        found = dict(zip(self.about["labels"], self.probabilities(pooled).tolist(), strict=True))
        if 1 - found.pop(QUESTION) < self.about["threshold"]:
            return None
        return Heard(*max(found, key=found.__getitem__).split("."))
