"""Limits that several replicas share, counted in a real Redis."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import until

from bot.web.gate.limits import Attempts, Counts, Limiter, RedisUnusable, TooMany
from bot.web.gate.visitor import Visitor

ANNE = Visitor("anne", ("public",), "192.0.2.1")
needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None,
    reason="no Redis is installed (on Debian: apt-get install redis-server)",
)


class Redis:
    """A server of the test's own, which can be ended and started again."""

    def __init__(self, folder: Path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self._port = taken.getsockname()[1]
        self.url, self._folder = f"redis://127.0.0.1:{self._port}", folder
        self.start()

    def start(self) -> None:
        options = ["--port", str(self._port), "--save", "", "--dir", str(self._folder)]
        command = ["redis-server", *options, "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(self._takes_connections, self._process)

    def _takes_connections(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self._port)) == 0

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    started = Redis(tmp_path)
    yield started
    started.end()


@needs_redis
def test_two_replicas_count_the_questions_of_a_user_together(redis: Redis):
    first, second = (Limiter(3, counts=Counts(redis.url)) for _ in range(2))
    for limiter in (first, second, first):
        limiter.take(ANNE)
    with pytest.raises(TooMany) as refused:
        second.take(ANNE)
    assert 0 < refused.value.wait <= 60
    Limiter(3, "documents", Counts(redis.url)).take(ANNE)  # which count on their own
    second.take(Visitor("zoe", ("public",), "192.0.2.1"))


@needs_redis
def test_two_replicas_count_failed_log_ins_together(redis: Redis):
    first, second = (Attempts(2, 9, Counts(redis.url)) for _ in range(2))
    first.failed("anne", "192.0.2.1")
    assert second.wait("anne", "192.0.2.2") == 0
    second.failed("anne", "192.0.2.1")
    assert 800 < first.wait("anne", "192.0.2.2") <= 900
    second.succeeded("anne")
    assert first.wait("anne", "192.0.2.2") == 0


@needs_redis
def test_a_redis_that_goes_away_is_complained_of_once_and_each_replica_counts_alone(
    redis: Redis, capsys: pytest.CaptureFixture
):
    first, second = (Limiter(2, counts=Counts(redis.url)) for _ in range(2))
    first.take(ANNE)
    redis.end()
    for limiter in (first, second):
        limiter.take(ANNE)
        limiter.take(ANNE)
        with pytest.raises(TooMany):
            limiter.take(ANNE)
    complaints = capsys.readouterr().err.splitlines()
    assert [line.partition("(")[0] for line in complaints] == ["Warning: Redis does not reply "] * 2


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1", "mongo-db://x"])
def test_what_is_no_address_of_a_redis_is_refused_at_the_start(url: str):
    with pytest.raises(RedisUnusable, match="PLAIDOYER_REDIS_URL cannot be used"):
        Counts(url)
