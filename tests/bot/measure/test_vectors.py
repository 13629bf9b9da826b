"""The measurement of vectors in the store; tests/index/shelf/test_server.py has a server's."""

import pytest

from bot.measure.vectors import main


def test_writing_and_asking_are_timed_and_nothing_is_measured_where_no_server_is_set(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("PLAIDOYER_CHROMA_URL", raising=False)
    assert main(["--passages", "60"]) == 0
    head, store = capsys.readouterr().out.splitlines()
    assert head.split() == ["vectors", "in", "passages", "write", "s", "p50", "ms", "p95", "ms"]
    assert store.split()[:3] == ["the", "store", "60"]
    assert all(float(number) > 0 for number in store.split()[3:])
