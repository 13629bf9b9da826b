"""The bundled model's network and tokenizer, in torch alone: texts -> token vectors.

The same numbers as SentenceTransformer gives of the same folder (`index/bundled.py`), without the 5
seconds of imports that transformers and its relatives take at each start. Any other model is
loaded by SentenceTransformer. Owns the choice of the device, for both.
Promise: every byte of the weights was checked before they are used.
Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers". Its tuning is changes
of low rank to its linear layers: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language
Models".
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from index.bundled import bundled_model
from index.errors import SettingsInvalid

BATCH = 16  # texts of similar length at once


def load_bert(models: Path, device: str, tuning: Path | None = None) -> "Bert":
    """Load the bundled model, kept under `models`, changed by its tuning, a .npz file.

    Raises `EmbedderUnusable`, `SettingsInvalid`.
    """
    with ThreadPoolExecutor(1) as beside:
        checked = beside.submit(bundled_model, models)  # a second, while torch is imported
        there = device_of(device)
        return Bert(checked.result(), there, tuning)


def device_of(wanted: str) -> str:
    """The device that `auto`, `cpu`, `cuda` or `mps` means here. Raises `SettingsInvalid`."""
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(wanted, True):
        raise SettingsInvalid(
            f"PLAIDOYER_DEVICE is {wanted!r}, and torch finds no such device here. "
            "Set it to auto or cpu, or unset it."
        )
    return next((name for name in there if there[name]), "cpu") if wanted == "auto" else wanted


class Bert:
    """BERT with mean pooling in fp32, from a SentenceTransformer's folder.

    `tuning`: a file with, for each linear layer that it changes, `NAME.down` [rank, in] and
    `NAME.up` [out, rank], whose product is added to the layer's weights.
    """

    def __init__(self, folder: Path, device: str, tuning: Path | None = None):
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        self._config = json.loads((folder / "config.json").read_text())
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
        self.prompts: Mapping[str, str | None] = prompts
        self.dimensions = int(self._config["hidden_size"])
        self.depth = int(self._config["num_hidden_layers"])
        self.device = device
        self._weights = load_file(folder / "model.safetensors", device)
        if tuning is not None:
            with np.load(tuning, allow_pickle=False) as stored:
                changes = {
                    name: torch.from_numpy(stored[name].astype(np.float32)).to(device)
                    for name in stored.files
                    if name.endswith((".down", ".up"))
                }
            for name in self.layers:
                if f"{name}.up" in changes:
                    self._weights[f"{name}.weight"] += (
                        changes[f"{name}.up"] @ changes[f"{name}.down"]
                    )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self._config["max_position_embeddings"])
        self._tokenizer.enable_padding(pad_id=self._config["pad_token_id"], pad_token="<pad>")

    def encode(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Of each text its unit vector [d], its tokens' vectors [t, d], and their spans [t, 2]."""
        import torch

        found = {}
        places = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        for first in range(0, len(texts), BATCH):
            some = places[first : first + BATCH]
            ids, there, spans = self.read([texts[place] for place in some])
            with torch.inference_mode():
                tokens = self.through(self.embedded(ids), there.bool())
                sums = (tokens * there.unsqueeze(2)).sum(1)
                pooled = torch.nn.functional.normalize(sums / there.sum(1, keepdim=True))
            for place, span, vector, own in zip(
                some, spans, pooled.cpu().numpy(), tokens.cpu().numpy(), strict=True
            ):
                found[place] = vector, own[: len(span)].copy(), span
        return [found[place] for place in range(len(texts))]

    def read(self, texts: Sequence[str]):
        """(ids [b, t], which of them are there [b, t], and of each text its spans [t, 2])."""
        import torch

        read = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([one.ids for one in read], device=self.device)
        there = torch.tensor([one.attention_mask for one in read], device=self.device)
        spans = [np.array(one.offsets[: sum(one.attention_mask)], np.int32) for one in read]
        return ids, there, spans

    @property
    def layers(self) -> dict[str, tuple[int, int]]:
        """The linear layers that may be tuned, each with how many it puts out and takes in."""
        return {
            name.removesuffix(".weight"): (weight.shape[0], weight.shape[1])
            for name, weight in self._weights.items()
            if name.startswith("encoder.") and name.endswith(".weight") and weight.ndim == 2
        }

    def embedded(self, ids):
        """Ids [b, t] -> what goes into the first layer [b, t, d]."""
        weights = self._weights
        return self._normed(
            "embeddings.LayerNorm",
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0],
        )

    def through(self, x, there, layers: range | None = None, changes: Mapping | None = None):
        """What comes out of the last of the layers, all by default, for what goes in: [b, t, d].

        `there`: which tokens are there, bool [b, t]. `changes`: a tuning that is being trained.
        """
        from torch.nn import functional

        weights, changes = self._weights, changes or {}
        heads = self._config["num_attention_heads"]
        mask = None if bool(there.all()) else there[:, None, None, :]

        def linear(name, x):
            out = functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])
            if f"{name}.up" not in changes:
                return out
            return out + x @ changes[f"{name}.down"].T @ changes[f"{name}.up"].T

        for number in layers or range(self.depth):
            layer = f"encoder.layer.{number}"
            query, key, value = (
                linear(f"{layer}.attention.self.{name}", x)
                .unflatten(2, (heads, -1))
                .transpose(1, 2)
                for name in ("query", "key", "value")
            )
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
            seen = linear(f"{layer}.attention.output.dense", seen.transpose(1, 2).flatten(2))
            x = self._normed(f"{layer}.attention.output.LayerNorm", x + seen)
            inner = functional.gelu(linear(f"{layer}.intermediate.dense", x))
            x = self._normed(
                f"{layer}.output.LayerNorm", x + linear(f"{layer}.output.dense", inner)
            )
        return x

    def _normed(self, name, x):
        from torch.nn import functional

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(x, weight.shape, weight, bias, self._config["layer_norm_eps"])
