"""What is counted of the answers, as Prometheus finds it."""

import re
import socket

import httpx
import pytest

from bot.answer import OTHER_TIME, TOO_LATE
from bot.guard.check import CONFLICT, NOT_VERBATIM, check
from bot.records import Answer, Claim, Rejected
from bot.web.metrics import Metrics, reason_of
from bot.writing import NOT_FOUND_AGAIN

SECRET = "Zibeline"  # of a claim


def told_of(*answers: Answer) -> str:
    """All metrics, over HTTP, after these answers."""
    metrics = Metrics()
    for answer in answers:
        list(metrics.measured(iter(["checking", answer])))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    end = metrics.serve("127.0.0.1", port)
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    finally:
        end()


def answer_without(*reasons: str) -> Answer:
    rejected = tuple(Rejected(Claim(f"le fonds {SECRET}", ()), reason) for reason in reasons)
    return Answer(
        question="?", language="fr", claims=(), text="", abstained=True, rejected=rejected
    )


def test_rejected_claims_are_counted_by_reason_and_none_of_their_words_is_told():
    told = told_of(
        answer_without(CONFLICT[1].format(SECRET), CONFLICT[0].format(f"500 {SECRET}")),
        answer_without(CONFLICT[1].format("Bercy"), f"something new about {SECRET}"),
    )
    found = re.findall(r'plaidoyer_rejected_claims_total{reason="(\w+)"} (\S+)', told)
    assert dict(found) == {"name": "2.0", "figure": "1.0", "other": "1.0"}
    assert SECRET not in told and "Bercy" not in told


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        (NOT_VERBATIM.format(3), "unproved"),
        (CONFLICT[2], "denial"),
        (CONFLICT[3], "not_in_force"),
        (TOO_LATE, "other_time"),
        (OTHER_TIME, "other_time"),
        (NOT_FOUND_AGAIN.format("la date"), "not_found_again"),
        ("quote 1 is too short to say anything", "too_short"),
        ("quote 2 leaves out a negation or a condition of its sentence", "cut_off"),
        ("it is longer than 600 characters", "form"),
        ("it brings a link or markup that its quotes do not hold", "form"),
        ("it cites a passage that is not there", "unproved"),
    ],
)
def test_each_reason_of_the_guard_has_its_word(said: str, counted: str):
    assert reason_of(said) == counted


def test_a_claim_that_cites_nothing_is_counted_as_unproved():
    _, (rejected,) = check([Claim("Nous demandons un fonds.", ())])
    assert reason_of(rejected.reason) == "unproved"
