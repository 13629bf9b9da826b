"""`python -m bot.reader.train --out FILE.npz`: makes the weights of bot/reader/model.py anew.

The network, its losses and its negatives. Trains on all federations of data/ but two: one chooses
the calibration, one is only reported. Half an hour on one core.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from index.embed import Encoded

WIDTH, LAYERS, HEADS, VIEWS = 96, 2, 4, 16
LONGEST = 200  # tokens of a passage that are read in training
NEGATIVES, BATCH, EPOCHS, RATE = 3, 16, 6, 1e-3


@dataclass(frozen=True)
class Example:
    """A question (its place), the place of its passage and the places of the lines that answer."""

    question: int
    passage: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Set:
    """Encoded texts and what is asked of them. `near`: int [questions, n], passages to confuse."""

    questions: Sequence[Encoded]
    passages: Sequence[Encoded]
    lines: Sequence[Sequence[tuple[int, int]]]
    examples: Sequence[Example]
    near: np.ndarray


class Network(nn.Module):
    """A transformer over question and passage in which passage tokens attend the question alone.

    What a passage's tokens say of each other is in their vectors already. `forward` mirrors
    `bot.reader.model.Reader`, which is what answers.
    """

    def __init__(self, width: int = WIDTH, layers: int = LAYERS, dropout: float = 0.15) -> None:
        super().__init__()
        self.project = nn.Linear(384, width)
        self.role = nn.Embedding(4, width)  # the summary, the question, the heading, the text
        self.near = nn.Linear(3, width)
        self.layers = nn.ModuleList(Layer(width, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.view, self.whole = nn.Linear(width, VIEWS), nn.Linear(width, VIEWS)
        self.line = nn.Sequential(
            nn.Linear(width + VIEWS + 2, width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(width, 1)
        )
        self.passage = nn.Sequential(
            nn.Linear(width + 2 * VIEWS + 3, width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(width, 1),
        )

    def forward(self, batch: "Batch") -> tuple[torch.Tensor, torch.Tensor]:
        """(logits of the passages [b], logits of their lines [b, s])."""
        q, p = batch.question, batch.passage
        cosines = torch.einsum("bqd,bpd->bqp", q, p)
        text = batch.text[:, None, :]
        heads = (batch.shown & ~batch.text)[:, None, :]
        asked = batch.asked[:, :, None]
        best = cosines.masked_fill(~batch.shown[:, None, :], 0.7).amax(2)
        in_text = cosines.masked_fill(~text, 0.7).amax(2)
        in_heading = cosines.masked_fill(~heads, 0.7).amax(2)
        reached = cosines.masked_fill(~asked, 0.7).amax(1)
        mean = cosines.masked_fill(~asked, 0).sum(1) / batch.asked.sum(1, keepdim=True)
        place = torch.einsum(
            "bqp,bq->bp",
            functional.one_hot(cosines.masked_fill(~text, 0).argmax(2), p.shape[1]).float(),
            batch.asked.float(),
        )
        hq = self.project(q * 8) + self.role.weight[1]
        hq = hq + self.near(scaled(torch.stack([best, in_text, in_heading], -1)))
        hp = self.project(p * 8) + self.role(torch.where(batch.text, 3, 2))
        hp = hp + self.near(torch.stack([scaled(reached), scaled(mean), place], -1))
        own = self.role.weight[0].expand(len(q), 1, -1)
        hq = torch.cat([own, hq], 1)
        known = torch.cat([torch.ones(len(q), 1, dtype=torch.bool), batch.asked], 1)
        for layer in self.layers:
            hq, hp = layer(hq, hp, known, batch.shown)
        hq, hp = self.norm(hq), self.norm(hp)
        # Lines: the mean of their tokens, the most of each view of them, and their own MaxSim.
        inside = batch.inside  # [b, s, p]
        count = inside.sum(2, keepdim=True).clamp(min=1)
        average = (inside.float() @ hp) / count
        views = self.view(hp)[:, None].masked_fill(~inside[..., None], -9).amax(2)
        own_best = torch.stack(
            [
                cosines.masked_fill(~inside[:, s, None, :], 0.7).amax(2)
                for s in range(inside.shape[1])
            ],
            1,
        )  # [b, s, q]
        asked_float = batch.asked.float()[:, None, :]
        own_mean = (own_best * asked_float).sum(2) / asked_float.sum(2)
        with_heading = torch.maximum(own_best, in_heading[:, None, :])
        heading_mean = (with_heading * asked_float).sum(2) / asked_float.sum(2)
        near = scaled(torch.stack([own_mean, heading_mean], -1))
        lines = self.line(torch.cat([average, views, near], -1)).squeeze(-1)
        lines = lines.masked_fill(~inside.any(2), -20)
        # The passage: the summary, what the question's tokens lack and have, and its best line.
        of_question = self.whole(hq[:, 1:])
        gone = ~batch.asked[..., None]
        least = of_question.masked_fill(gone, 9).amin(1)
        usual = of_question.masked_fill(gone, 0).sum(1) / batch.asked.sum(1, keepdim=True)
        matched = (best * batch.asked).sum(1) / batch.asked.sum(1)
        weakest = best.masked_fill(~batch.asked, 1).amin(1)
        figures = torch.stack(
            [scaled(matched), scaled(weakest), lines.logsumexp(1).clamp(-10, 10) / 3], -1
        )
        passages = self.passage(torch.cat([hq[:, 0], least, usual, figures], -1)).squeeze(-1)
        return passages, lines


def scaled(cosines: torch.Tensor) -> torch.Tensor:
    """Cosines of an E5 model, which live between 0.7 and 0.92, on the scale of one."""
    return (cosines - 0.8) * 10


class Layer(nn.Module):
    """One block: the question attends both texts, the passage the question; then each its own."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.ask, self.keys = nn.Linear(width, width), nn.Linear(width, width)
        self.values, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dropout = dropout

    def forward(
        self, hq: torch.Tensor, hp: torch.Tensor, asked: torch.Tensor, shown: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        nq, np_ = self.before(hq), self.before(hp)
        kq, kp = self._heads(self.keys(nq)), self._heads(self.keys(np_))
        vq, vp = self._heads(self.values(nq)), self._heads(self.values(np_))
        both = torch.cat([asked, shown], 1)
        hq = hq + self._attend(nq, torch.cat([kq, kp], 2), torch.cat([vq, vp], 2), both)
        hp = hp + self._attend(np_, kq, vq, asked)
        return hq + self._think(hq), hp + self._think(hp)

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:2], HEADS, -1).transpose(1, 2)

    def _attend(
        self, x: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        found = functional.scaled_dot_product_attention(
            self._heads(self.ask(x)), keys, values, mask[:, None, None, :]
        )
        return self._dropped(self.out(found.transpose(1, 2).flatten(2)))

    def _think(self, x: torch.Tensor) -> torch.Tensor:
        return self._dropped(self.outer(functional.relu(self.inner(self.after(x)))))

    def _dropped(self, x: torch.Tensor) -> torch.Tensor:
        """Dropout of whole dimensions of a text: a mask for each token took a sixth of the time."""
        return x * functional.dropout(torch.ones(len(x), 1, x.shape[2]), self.dropout, self.training)


@dataclass(frozen=True)
class Batch:
    """Padded pairs: unit vectors [b, q, 384] and [b, p, 384]; bool masks of what is there.

    `text`: passage tokens outside the heading; `inside`: which tokens a line has, [b, s, p].
    """

    question: torch.Tensor
    asked: torch.Tensor
    passage: torch.Tensor
    shown: torch.Tensor
    text: torch.Tensor
    inside: torch.Tensor


def batch_of(
    pairs: Sequence[tuple[Encoded, Encoded, Sequence[tuple[int, int]]]],
) -> Batch:
    """The (question, passage, spans of its lines) as one batch."""
    question, asked = padded([pair[0].tokens for pair in pairs])
    passage, shown = padded([pair[1].tokens[:LONGEST] for pair in pairs])
    text = torch.zeros_like(shown)
    inside = torch.zeros(len(pairs), max(len(pair[2]) for pair in pairs), shown.shape[1]).bool()
    for row, (_, encoded, lines) in enumerate(pairs):
        spans = encoded.spans[:LONGEST]
        text[row, : len(spans)] = torch.from_numpy(spans[:, 1] > 0)
        for place, (start, end) in enumerate(lines):
            within = (spans[:, 0] < end) & (spans[:, 1] > start) & (spans[:, 1] > 0)
            inside[row, place, : len(spans)] = torch.from_numpy(within)
    return Batch(question, asked, passage, shown, text, inside)


def padded(tokens: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    """(unit vectors [b, t, 384], which are there [b, t]) of several texts' int8 tokens."""
    longest = max(len(own) for own in tokens)
    vectors = np.zeros((len(tokens), longest, tokens[0].shape[1]), np.float32)
    there = np.zeros((len(tokens), longest), bool)
    for row, own in enumerate(tokens):
        vectors[row, : len(own)], there[row, : len(own)] = own.astype(np.float32) / 127, True
    return torch.from_numpy(vectors), torch.from_numpy(there)


def fit(sets: Sequence[Set], seed: int = 7, epochs: float = EPOCHS, **shape) -> Network:
    """Train a network on the sets."""
    random.seed(seed)
    torch.manual_seed(seed)
    network = Network(**shape)
    todo = [(of, example) for of in sets for example in of.examples]
    steps = int(epochs * len(todo) / BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=steps + 1, pct_start=0.1
    )
    began, losses = time.time(), []
    network.train()
    order: list = []
    for step in range(steps):
        if len(order) < BATCH:
            order = random.sample(todo, len(todo))
        chosen, order = order[:BATCH], order[BATCH:]
        value = loss(network, chosen)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(value.item())
        if step % 100 == 99:
            spent = time.time() - began
            print(f"{step + 1}/{steps}: {np.mean(losses[-100:]):.3f}, {spent:.0f} s", flush=True)
    return network.eval()


def loss(network: Network, chosen: Sequence[tuple[Set, Example]]) -> torch.Tensor:
    """Each question with its own passage and NEGATIVES others: four losses, summed."""
    pairs, gold = [], []
    for of, example in chosen:
        for place in (example.passage, *others(of, example)):
            pairs.append((of.questions[example.question], of.passages[place], of.lines[place]))
            gold.append(example.lines if place == example.passage else ())
    batch = batch_of(pairs)
    passages, lines = network(batch)
    group = NEGATIVES + 1
    answers = torch.tensor([float(bool(own)) for own in gold])
    weight = torch.where(torch.arange(len(gold)) % group == 0, 2.0, 0.5)
    total = functional.binary_cross_entropy_with_logits(passages, answers, weight)
    there = batch.inside.any(2)
    wanted = torch.zeros(lines.shape)
    for row, own in enumerate(gold):
        for place in own:
            wanted[row, place] = 1.0
    of_lines = functional.binary_cross_entropy_with_logits(lines, wanted, reduction="none")
    total = total + (of_lines * there * weight[:, None]).sum() / (there * weight[:, None]).sum()
    answered = answers.view(-1, group)[:, 0] > 0
    if answered.any():
        listed = passages.view(-1, group)[answered]
        total = total + 0.5 * functional.cross_entropy(
            listed, torch.zeros(len(listed), dtype=torch.long)
        )
        listed = lines.reshape(len(chosen), -1)[answered]
        right = (
            wanted.reshape(len(chosen), -1)[answered] * there.reshape(len(chosen), -1)[answered]
        ) > 0
        kept = right.any(1)
        best = listed.masked_fill(~right, -1e4).logsumexp(1) - listed.logsumexp(1)
        total = total - 0.5 * best[kept].mean()
    return total


def others(of: Set, example: Example) -> list[int]:
    """Passages that do not answer: two that are easily confused with it, and any."""
    near = [place for place in of.near[example.question] if place != example.passage]
    found = random.sample(near[:8], NEGATIVES - 1)
    while len(found) < NEGATIVES:
        place = random.randrange(len(of.passages))
        if place != example.passage:
            found.append(place)
    return found
