"""The bundled model's network and tokenizer, in torch alone: texts -> token vectors.

The same numbers as SentenceTransformer gives of the same folder (`index/bundled.py`), without the 5
seconds of imports that transformers and its relatives take at each start. Any other model is
loaded by SentenceTransformer. Owns the choice of the device, for both.
Promise: every byte of the weights was checked before they are used.
Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers".
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from index.bundled import bundled_model
from index.errors import SettingsInvalid

BATCH = 16  # texts of similar length at once


def load_bert(models: Path, device: str) -> "Bert":
    """Load the bundled model, kept under `models`. Raises `EmbedderUnusable`, `SettingsInvalid`."""
    with ThreadPoolExecutor(1) as beside:
        checked = beside.submit(bundled_model, models)  # a second, while torch is imported
        there = device_of(device)
        return Bert(checked.result(), there)


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
    """BERT with mean pooling in fp32, from a SentenceTransformer's folder."""

    def __init__(self, folder: Path, device: str):
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        self._config = json.loads((folder / "config.json").read_text())
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
        self.prompts: Mapping[str, str | None] = prompts
        self.dimensions = int(self._config["hidden_size"])
        self.device = device
        self._weights = load_file(folder / "model.safetensors", device)
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
            read = self._tokenizer.encode_batch([texts[place] for place in some])
            ids = torch.tensor([one.ids for one in read], device=self.device)
            there = torch.tensor([one.attention_mask for one in read], device=self.device)
            with torch.inference_mode():
                tokens = self._forward(ids, there.bool())
                sums = (tokens * there.unsqueeze(2)).sum(1)
                pooled = torch.nn.functional.normalize(sums / there.sum(1, keepdim=True))
            for place, one, vector, own in zip(
                some, read, pooled.cpu().numpy(), tokens.cpu().numpy(), strict=True
            ):
                length = sum(one.attention_mask)
                spans = np.array(one.offsets[:length], np.int32)
                found[place] = vector, own[:length].copy(), spans
        return [found[place] for place in range(len(texts))]

    def _forward(self, ids, there):
        """Ids and which of them are there [b, t] -> the last layer's vectors [b, t, d]."""
        from torch.nn import functional

        weights = self._weights
        heads, layers = self._config["num_attention_heads"], self._config["num_hidden_layers"]
        mask = None if bool(there.all()) else there[:, None, None, :]

        def linear(name, x):
            return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

        def normed(name, x):
            weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
            return functional.layer_norm(
                x, weight.shape, weight, bias, self._config["layer_norm_eps"]
            )

        x = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = normed("embeddings.LayerNorm", x)
        for number in range(layers):
            layer = f"encoder.layer.{number}"
            query, key, value = (
                linear(f"{layer}.attention.self.{name}", x)
                .unflatten(2, (heads, -1))
                .transpose(1, 2)
                for name in ("query", "key", "value")
            )
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
            seen = linear(f"{layer}.attention.output.dense", seen.transpose(1, 2).flatten(2))
            x = normed(f"{layer}.attention.output.LayerNorm", x + seen)
            inner = functional.gelu(linear(f"{layer}.intermediate.dense", x))
            x = normed(f"{layer}.output.LayerNorm", x + linear(f"{layer}.output.dense", inner))
        return x
