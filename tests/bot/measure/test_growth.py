"""The measurements of growth, start and device say what they do, on a small scale."""

from pathlib import Path

import numpy as np
import pytest
from conftest import Federation

from bot.measure import device
from bot.measure.growth import Drawn, serve
from bot.measure.start import seconds_of
from index.build import build


def test_drawn_vectors_are_the_same_for_a_text_of_unit_length_and_with_tokens_of_its_words():
    pairs = [("Titre", "Un fonds public."), ("Titre", "Un label."), ("", "")]
    ours, again = list(Drawn().encode_passages(pairs)), list(Drawn().encode_passages(pairs))
    for one, same in zip(ours, again, strict=True):
        assert np.array_equal(one.pooled, same.pooled)
        assert np.array_equal(one.tokens, same.tokens)
        assert np.linalg.norm(one.pooled) == pytest.approx(1)
    assert [len(one.tokens) for one in ours] == [5, 3, 0]
    assert ours[0].pooled @ ours[1].pooled < 0.9


def test_an_index_of_drawn_vectors_is_served_and_searched(federation: Federation):
    for number in range(12):
        federation.write(f"positions/2023-{number}.md", f"# Un fonds\n\nNous demandons {number}.")
    drawn = Drawn()
    build(federation.corpus, federation.store, drawn.name, lambda: drawn)
    served = serve(federation.store)
    assert (served.first > 0, len(served.searches)) == (True, 100)
    assert served.anonymous <= served.resident or served.resident != served.resident


def test_a_commands_seconds_are_those_of_the_clock_and_of_the_processor(tmp_path: Path):
    clock, used = seconds_of(["python", "-c", "sum(range(10**6))"])
    assert used > 0 and 0 < clock < 60


def test_a_device_that_is_not_there_ends_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, models: Path, capsys: pytest.CaptureFixture
):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("it is there")
    monkeypatch.setenv("PLAIDOYER_STORE", str(models.parent))
    assert device.main(["cuda"]) == 2
    assert "PLAIDOYER_DEVICE is 'cuda'" in capsys.readouterr().err
