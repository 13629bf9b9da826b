"""How the app is doing, as numbers for Prometheus. Owns prometheus_client.

Promise: on a port of its own, this machine's alone unless told otherwise; no question, no answer
and no user's name is in any of them.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)

from bot import wording
from bot.answer import Bot
from bot.records import Answer
from bot.web.health import made_of

# What the guard's reasons are counted as: they hold words of the claims themselves.
REASONS = (
    ("unproved", re.compile(r"quote \d+ is not in|it cites (nothing|a passage that is not there)")),
    ("too_short", re.compile(r"quote \d+ is too short")),
    ("cut_off", re.compile(r"quote \d+ leaves out")),
    ("figure", re.compile("its quotes do not say")),
    ("name", re.compile("its quotes do not name")),
    ("denial", re.compile("it denies what")),
    ("not_in_force", re.compile("only texts that are not in force")),
    ("other_time", re.compile("its texts are (of a later|not of the) time")),
    ("not_found_again", re.compile("the model, asked again,")),
    ("form", re.compile("(it|a quote) is longer than|it brings a link or markup")),
)
SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """Counts what is answered, and tells of the index and of those who wait when it is asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, processor time, open files; on Linux
        self._answers = Counter(
            "plaidoyer_answers",
            "Questions answered, by the kind of reply and its language",
            ("reply", "language"),
            registry=self._registry,
        )
        self._unsure = self._counter("unsure", "Answers that were marked as uncertain")
        self._rejected = Counter(
            "plaidoyer_rejected_claims",
            "Claims that the guard did not accept, by what is wrong with them",
            ("reason",),
            registry=self._registry,
        )
        self._failures = self._counter("chat_failures", "Answers without the chat model: it failed")
        self._steps = Histogram(
            "plaidoyer_step_seconds",
            "How long each step of an answer took",
            ("step",),
            buckets=SECONDS,
            registry=self._registry,
        )

    def _counter(self, name: str, said: str) -> Counter:
        return Counter(f"plaidoyer_{name}", said, registry=self._registry)

    def watch(
        self, opened: Callable[[], Bot], ready: Callable[[], bool], waiting: Callable[[], int]
    ) -> None:
        """Tell of the index that `opened()` answers from, once it is `ready()`, and of `waiting()`.

        That is how many questions wait for their turn.
        """

        def age() -> float:
            made = made_of(opened()) if ready() else None
            return (datetime.now(UTC) - made).total_seconds() if made else float("nan")

        def documents() -> float:
            known = ready() and made_of(opened()) is not None
            return opened().size if known else float("nan")

        for name, said, value in (
            ("queue_length", "Questions that wait for their turn", waiting),
            ("index_age_seconds", "Since the index that answers was made", age),
            ("index_documents", "Documents in the index that answers", documents),
        ):
            gauge = Gauge(f"plaidoyer_{name}", said, registry=self._registry)
            gauge.set_function(value)

    def measured(self, steps: Iterator[str | Answer]) -> Iterator[str | Answer]:
        """The steps of an answer as they come, each timed, the answer counted."""
        step, begun = "understanding", time.perf_counter()
        for passed in steps:
            now = time.perf_counter()
            self._steps.labels(step).observe(now - begun)
            if isinstance(passed, Answer):
                self._count(passed)
            else:
                step, begun = passed, now
            yield passed
            if passed in ("writing",):
                begun = time.perf_counter()  # it may have waited for the model's lane

    def _count(self, answer: Answer) -> None:
        self._answers.labels(answer.reply, answer.language).inc()
        self._unsure.inc(answer.unsure)
        for one in answer.rejected:
            self._rejected.labels(reason_of(one.reason)).inc()
        self._failures.inc(answer.note == wording.NO_MODEL[answer.language])

    def serve(self, host: str, port: int) -> Callable[[], None]:
        """Serve GET /metrics, with no log-in, in a thread. Returns what ends it.

        Raises `OSError` where the port is taken.
        """
        server, thread = start_http_server(port, host, self._registry)

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end


def reason_of(said: str) -> str:
    """What a reason why a claim was rejected is counted as: a word of REASONS, or `other`."""
    return next((word for word, pattern in REASONS if pattern.match(said)), "other")
