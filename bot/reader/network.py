"""The reader's network in torch, to train: `bot.reader.model.Reader` computes the same with numpy.

In: a `Batch` of questions and passages as token vectors. Out: a logit for each passage, and one
for each of its lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.reader.model import HEADING, HEADS, QUESTION, SUMMARY, TEXT, UNMATCHED
from index.embed import Encoded

DIMENSIONS, WIDTH, LAYERS, VIEWS = 384, 96, 2, 16
DROPOUT = 0.15
LONGEST = 200  # tokens of a passage that are read in training
NOTHING = -20.0  # the logit of a line without tokens


@dataclass(frozen=True)
class Batch:
    """Padded pairs: unit vectors [b, q, 384] and [b, p, 384], and bool masks of what is there.

    `text`: passage tokens outside the heading; `inside`: which tokens a line has, [b, s, p].
    """

    question: torch.Tensor
    asked: torch.Tensor
    passage: torch.Tensor
    shown: torch.Tensor
    text: torch.Tensor
    inside: torch.Tensor


def batch_of(pairs: Sequence[tuple[Encoded, Encoded, Sequence[tuple[int, int]]]]) -> Batch:
    """The (question, passage, spans of its lines) as one batch."""
    question, asked = _padded([pair[0].tokens for pair in pairs])
    passage, shown = _padded([pair[1].tokens[:LONGEST] for pair in pairs])
    text = torch.zeros_like(shown)
    inside = torch.zeros(len(pairs), max(len(pair[2]) for pair in pairs), shown.shape[1]).bool()
    for row, (_, encoded, lines) in enumerate(pairs):
        spans = encoded.spans[:LONGEST]
        text[row, : len(spans)] = torch.from_numpy(spans[:, 1] > 0)
        for place, (start, end) in enumerate(lines):
            within = (spans[:, 0] < end) & (spans[:, 1] > start) & (spans[:, 1] > 0)
            inside[row, place, : len(spans)] = torch.from_numpy(within)
    return Batch(question, asked, passage, shown, text, inside)


def _padded(tokens: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    """(unit vectors [b, t, 384], which are there [b, t]) of several texts' int8 tokens."""
    longest = max(len(own) for own in tokens)
    vectors = np.zeros((len(tokens), longest, DIMENSIONS), np.float32)
    there = np.zeros((len(tokens), longest), bool)
    for row, own in enumerate(tokens):
        vectors[row, : len(own)], there[row, : len(own)] = own.astype(np.float32) / 127, True
    return torch.from_numpy(vectors), torch.from_numpy(there)


class Network(nn.Module):
    """A transformer over question and passage in which passage tokens attend the question alone.

    What a passage's tokens say of each other is in their vectors already.
    """

    def __init__(self) -> None:
        super().__init__()
        self.project, self.near = nn.Linear(DIMENSIONS, WIDTH), nn.Linear(3, WIDTH)
        self.role = nn.Embedding(4, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.view, self.whole = nn.Linear(WIDTH, VIEWS), nn.Linear(WIDTH, VIEWS)
        self.line, self.passage = _judge(WIDTH + VIEWS + 2), _judge(WIDTH + 2 * VIEWS + 3)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """(logits of the passages [b], logits of their lines [b, s])."""
        cosines = torch.einsum("bqd,bpd->bqp", batch.question, batch.passage)
        in_text = _best(cosines, batch.text)
        in_heading = _best(cosines, batch.shown & ~batch.text)
        best = torch.maximum(in_text, in_heading)
        asked = self.project(batch.question * 8) + self.role.weight[QUESTION]
        asked = asked + self.near(_scaled(torch.stack([best, in_text, in_heading], -1)))
        summary = self.role.weight[SUMMARY].expand(len(asked), 1, -1)
        asked = torch.cat([summary, asked], 1)
        shown = self.project(batch.passage * 8) + self.role(torch.where(batch.text, TEXT, HEADING))
        shown = shown + self.near(_of_passage(cosines, batch))
        there = functional.pad(batch.asked, (1, 0), value=True)
        for layer in self.layers:
            asked, shown = layer(asked, shown, there, batch.shown)
        asked, shown = self.norm(asked), self.norm(shown)
        lines = self._lines(shown, cosines, in_heading, batch)
        return self._passages(asked, best, lines, batch), lines

    def _lines(
        self, shown: torch.Tensor, cosines: torch.Tensor, in_heading: torch.Tensor, batch: Batch
    ) -> torch.Tensor:
        """From the mean of a line's tokens, the most of each view of them, and its own MaxSim."""
        inside = batch.inside
        mean = (inside.float() @ shown) / inside.sum(2, keepdim=True).clamp(min=1)
        most = self.view(shown)[:, None].masked_fill(~inside[..., None], -9).amax(2)
        best = torch.stack([_best(cosines, own) for own in inside.unbind(1)], 1)  # [b, s, q]
        share = (batch.asked / batch.asked.sum(1, keepdim=True))[:, None]
        with_heading = torch.maximum(best, in_heading[:, None])
        near = _scaled(torch.stack([(best * share).sum(2), (with_heading * share).sum(2)], -1))
        logits = self.line(torch.cat([mean, most, near], -1)).squeeze(-1)
        return logits.masked_fill(~inside.any(2), NOTHING)

    def _passages(
        self, asked: torch.Tensor, best: torch.Tensor, lines: torch.Tensor, batch: Batch
    ) -> torch.Tensor:
        """From the summary, what the question's tokens have and lack, and the lines together."""
        whole, gone = self.whole(asked[:, 1:]), ~batch.asked[..., None]
        share = batch.asked / batch.asked.sum(1, keepdim=True)
        least = whole.masked_fill(gone, 9).amin(1)
        mean = (whole * share[..., None]).sum(1)
        matched, weakest = (best * share).sum(1), best.masked_fill(~batch.asked, 1).amin(1)
        total = lines.logsumexp(1).clamp(-10, 10) / 3
        figures = torch.stack([_scaled(matched), _scaled(weakest), total], -1)
        return self.passage(torch.cat([asked[:, 0], least, mean, figures], -1)).squeeze(-1)


class Layer(nn.Module):
    """One block: the question attends both texts, the passage the question; then each its own."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.after = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.ask, self.keys, self.values, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

    def forward(
        self,
        asked: torch.Tensor,
        shown: torch.Tensor,
        asked_there: torch.Tensor,
        shown_there: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both texts' tokens after the block; the masks say which tokens are there."""
        near, far = self.before(asked), self.before(shown)
        keys, values = _heads(self.keys(near)), _heads(self.values(near))
        all_keys = torch.cat([keys, _heads(self.keys(far))], 2)
        all_values = torch.cat([values, _heads(self.values(far))], 2)
        there = torch.cat([asked_there, shown_there], 1)
        asked = asked + self._attended(near, all_keys, all_values, there)
        shown = shown + self._attended(far, keys, values, asked_there)
        return asked + self._thought(asked), shown + self._thought(shown)

    def _attended(
        self, x: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, there: torch.Tensor
    ) -> torch.Tensor:
        found = functional.scaled_dot_product_attention(
            _heads(self.ask(x)), keys, values, there[:, None, None, :]
        )
        return self._dropped(self.out(found.transpose(1, 2).flatten(2)))

    def _thought(self, x: torch.Tensor) -> torch.Tensor:
        return self._dropped(self.outer(functional.relu(self.inner(self.after(x)))))

    def _dropped(self, x: torch.Tensor) -> torch.Tensor:
        """Dropout of whole dimensions of a text: a mask for each token took a sixth of the time."""
        kept = torch.ones(len(x), 1, x.shape[2])
        return x * functional.dropout(kept, DROPOUT, self.training)


def _judge(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, WIDTH), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(WIDTH, 1)
    )


def _heads(x: torch.Tensor) -> torch.Tensor:
    return x.view(*x.shape[:2], HEADS, -1).transpose(1, 2)


def _of_passage(cosines: torch.Tensor, batch: Batch) -> torch.Tensor:
    """For each passage token: its best and mean cosine; of how many tokens it is the best."""
    asked, there = batch.asked.float(), batch.asked[:, :, None]
    best = cosines.masked_fill(~there, UNMATCHED).amax(1).clamp(min=UNMATCHED)
    mean = cosines.masked_fill(~there, 0).sum(1) / asked.sum(1, keepdim=True)
    first = cosines.masked_fill(~batch.text[:, None], 0).argmax(2)  # [b, q]
    chosen = torch.zeros_like(best).scatter_add(1, first, asked)
    return torch.stack([_scaled(best), _scaled(mean), chosen], -1)


def _best(cosines: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
    """Each question token's best cosine with the passage tokens `among` [b, p]: [b, q]."""
    return cosines.masked_fill(~among[:, None], UNMATCHED).amax(2).clamp(min=UNMATCHED)


def _scaled(cosines: torch.Tensor) -> torch.Tensor:
    return (cosines - 0.8) * 10
