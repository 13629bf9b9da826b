"""Reads: how well a passage answers a question, and each of its sentences.

A small transformer over the token vectors that the index keeps anyway, so nothing is encoded
again. In: the encodings of a question and of passages, by the bundled model and no other. Out: a
`Reading` of each. Pure; bot/reader/train.py makes the weights and has the same network in torch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.embed import Encoded, recorded_name
from index.settings import BUNDLED

WEIGHTS = Path(__file__).with_name("weights.npz")
HEADS = 4
SUMMARY, QUESTION, HEADING, TEXT = range(4)  # the roles of a token
UNMATCHED = 0.7  # the least cosine of two tokens of an E5 model, nearly


def reader_for(embedder: str) -> "Reader | None":
    """The reader for a store made by this embedder; None for any but the bundled one."""
    return Reader.load() if embedder == recorded_name(BUNDLED) else None


@dataclass(frozen=True)
class Reading:
    """How probably a passage answers, and each of its sentences: 0 to 1.

    A sentence past the encoder's window has 0.
    """

    answers: float
    sentences: tuple[float, ...]


class Reader:
    """The network with its weights; safe to use from several threads."""

    def __init__(self, weights: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
        self.about = about
        self._weights = {
            name: np.ascontiguousarray(value.astype(np.float32).T)
            for name, value in weights.items()
        }

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> "Reader":
        """The reader of a weights file. `about`: its data's SHA-256, its figures, its settings."""
        with np.load(file, allow_pickle=False) as stored:
            weights = {name: stored[name] for name in stored.files if name != "about"}
            return cls(weights, json.loads(str(stored["about"])))

    def read(
        self,
        question: Encoded,
        passages: Sequence[Encoded],
        sentence_spans: Sequence[Sequence[tuple[int, int]]],
    ) -> list[Reading]:
        """Read each passage, whose sentences have these spans in its text, for the question."""
        if not passages or not len(question.tokens):
            return [Reading(0.0, tuple(0.0 for _ in spans)) for spans in sentence_spans]
        places = np.cumsum([0, *(len(passage.tokens) for passage in passages)])
        stretches = [slice(*ends) for ends in pairwise(places)]
        own, tokens = _vectors([question]), _vectors(passages)
        cosines = own @ tokens.T
        pairs = [
            _Pair(np.ascontiguousarray(cosines[:, stretch]), passage.spans)
            for passage, stretch in zip(passages, stretches, strict=True)
        ]
        asked, shown = self._tokens(own, tokens, pairs)
        for layer in range(self.about["layers"]):
            asked, shown = self._layer(f"layers.{layer}", asked, shown, stretches)
        asked, shown = self._norm("norm", asked), self._norm("norm", shown)
        views, whole = self._linear("view", shown), self._linear("whole", asked[:, 1:])
        return [
            self._reading(
                pair, spans, _States(shown[there], views[there], asked[row, 0], whole[row])
            )
            for row, (pair, spans, there) in enumerate(
                zip(pairs, sentence_spans, stretches, strict=True)
            )
        ]

    def _tokens(
        self, question: np.ndarray, tokens: np.ndarray, pairs: Sequence["_Pair"]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(the summary and the question's tokens for each pair, the passages' tokens end to end).

        From unit vectors [q, d] and [t, d]: float32 [n, 1 + q, width] and [t, width].
        """
        roles = self._weights["role.weight"].T
        own = self._linear("project", question * 8) + roles[QUESTION]
        asked = own + self._linear("near", np.stack([pair.of_question() for pair in pairs]))
        summary = np.broadcast_to(roles[SUMMARY], (len(pairs), 1, asked.shape[-1]))
        text = np.concatenate([pair.text for pair in pairs])
        shown = self._linear("project", tokens * 8) + roles[np.where(text, TEXT, HEADING)]
        shown += self._linear("near", np.concatenate([pair.of_passage() for pair in pairs]))
        return np.concatenate([summary, asked], axis=1), shown

    def _layer(
        self, name: str, asked: np.ndarray, shown: np.ndarray, stretches: Sequence[slice]
    ) -> tuple[np.ndarray, np.ndarray]:
        """One block: question tokens attend both texts, passage tokens the question's alone."""
        near, far = self._norm(f"{name}.before", asked), self._norm(f"{name}.before", shown)
        (ask, keys, values), (other_ask, other_keys, other_values) = (
            [self._linear(f"{name}.{part}", x) for part in ("ask", "keys", "values")]
            for x in (near, far)
        )
        found, other_found = np.empty_like(ask), np.empty_like(other_ask)
        for row, own in enumerate(stretches):
            found[row] = _attended(
                ask[row],
                np.concatenate([keys[row], other_keys[own]]),
                np.concatenate([values[row], other_values[own]]),
            )
            other_found[own] = _attended(other_ask[own], keys[row], values[row])
        asked = asked + self._linear(f"{name}.out", found)
        shown = shown + self._linear(f"{name}.out", other_found)
        return asked + self._thought(name, asked), shown + self._thought(name, shown)

    def _thought(self, name: str, x: np.ndarray) -> np.ndarray:
        inner = self._linear(f"{name}.inner", self._norm(f"{name}.after", x))
        return self._linear(f"{name}.outer", np.maximum(inner, 0))

    def _reading(
        self, pair: "_Pair", spans: Sequence[tuple[int, int]], states: "_States"
    ) -> Reading:
        insides = [pair.inside(*span) for span in spans]
        lines = np.full(len(spans), -np.inf)
        read = [place for place, inside in enumerate(insides) if inside.any()]
        if read:
            about = [
                np.concatenate(
                    [
                        states.shown[inside].mean(0),
                        states.views[inside].max(0),
                        pair.of_sentence(inside),
                    ]
                )
                for inside in (insides[place] for place in read)
            ]
            lines[read] = self._judged("line", np.stack(about))
        total = np.log(np.exp(lines[read]).sum()) if read else -10.0
        figures = np.array([*pair.of_pair(), np.clip(total, -10, 10) / 3], np.float32)
        whole = states.whole
        every = np.concatenate([states.summary, whole.min(0), whole.mean(0), figures])
        answers = float(self._judged("passage", every[None])[0])
        return Reading(
            float(self._calibrated("answers", np.array(answers))),
            tuple(self._calibrated("sentences", lines).tolist()),
        )

    def _judged(self, name: str, x: np.ndarray) -> np.ndarray:
        inner = np.maximum(self._linear(f"{name}.0", x), 0)
        return self._linear(f"{name}.3", inner)[:, 0]

    def _calibrated(self, name: str, logits: np.ndarray) -> np.ndarray:
        slope, bias = self.about["calibration"][name]
        return np.asarray(1 / (1 + np.exp(-(slope * logits + bias))))

    def _linear(self, name: str, x: np.ndarray) -> np.ndarray:
        return np.asarray(x @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def _norm(self, name: str, x: np.ndarray) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        squares = np.einsum("...i,...i->...", centred, centred)[..., None]
        deviation = np.sqrt(squares / x.shape[-1] + 1e-5)
        scale, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return np.asarray(centred / deviation * scale + bias)


class _States(NamedTuple):
    """What the layers made of a passage's tokens [t, width], of the summary and the question's."""

    shown: np.ndarray
    views: np.ndarray
    summary: np.ndarray
    whole: np.ndarray


class _Pair:
    """What the cosines of a question's tokens with a passage's say, before anything is learned.

    `cosines` [q, t]; `spans` [t, 2], of the passage's tokens.
    """

    def __init__(self, cosines: np.ndarray, spans: np.ndarray) -> None:
        self._cosines, self._spans = cosines, spans
        self.text = spans[:, 1] > 0
        self._in_heading = _best(self._cosines[:, ~self.text])

    def of_question(self) -> np.ndarray:
        """For each question token its best cosine: anywhere, in the text, in the heading."""
        in_text = _best(self._cosines[:, self.text])
        return _scaled(
            np.stack([np.maximum(in_text, self._in_heading), in_text, self._in_heading], axis=-1)
        )

    def of_passage(self) -> np.ndarray:
        """For each passage token: its best and mean cosine; of how many tokens it is the best."""
        chosen = np.zeros(len(self.text), np.float32)
        if self.text.any():
            best = np.flatnonzero(self.text)[self._cosines[:, self.text].argmax(axis=1)]
            chosen += np.bincount(best, minlength=len(chosen))
        best, mean = self._cosines.max(axis=0), self._cosines.mean(axis=0)
        return np.stack([_scaled(best.clip(UNMATCHED)), _scaled(mean), chosen], axis=-1)

    def of_sentence(self, inside: np.ndarray) -> np.ndarray:
        """The sentence's MaxSim, alone and with the heading."""
        best = _best(self._cosines[:, inside])
        return _scaled(np.array([best.mean(), np.maximum(best, self._in_heading).mean()]))

    def of_pair(self) -> np.ndarray:
        """The passage's MaxSim, and the best cosine of the token that is matched worst."""
        best = _best(self._cosines)
        return _scaled(np.array([best.mean(), best.min()]))

    def inside(self, start: int, end: int) -> np.ndarray:
        """Which tokens of the text overlap its characters [start, end): bool [t]."""
        return (self._spans[:, 0] < end) & (self._spans[:, 1] > start) & self.text


def _attended(ask: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Scaled dot-product attention in HEADS parts: [a, width] over [k, width] -> [a, width]."""
    ask, keys, values = (x.reshape(len(x), HEADS, -1).swapaxes(0, 1) for x in (ask, keys, values))
    scores = ask @ keys.swapaxes(1, 2) / np.sqrt(ask.shape[-1], dtype=np.float32)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found = (shares / shares.sum(axis=-1, keepdims=True)) @ values
    return np.asarray(found.swapaxes(0, 1).reshape(ask.shape[1], -1))


def _vectors(texts: Sequence[Encoded]) -> np.ndarray:
    """The unit vectors of the texts' tokens, end to end: float32 [t, d]."""
    vectors = np.concatenate([text.tokens for text in texts]).astype(np.float32)
    vectors /= 127
    return vectors


def _best(cosines: np.ndarray) -> np.ndarray:
    """The best of each row, UNMATCHED at least."""
    return np.asarray(cosines.max(axis=1, initial=UNMATCHED), np.float32)


def _scaled(cosines: np.ndarray) -> np.ndarray:
    """Cosines, which live between 0.7 and 0.92 here, on the scale of one."""
    return np.asarray((cosines - 0.8) * 10, np.float32)
