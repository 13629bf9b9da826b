"""The guard against falsified claims, and against true ones in other words.

The examples are part of the suite; the measurements over whole files are evaluations, and
`python -m bot.measure.guard` prints their figures in full.
"""

from pathlib import Path

import pytest

from bot.guard.agreement import CachedEncoder, Encode
from bot.guard.check import check
from bot.measure.falsify import Falsified, claim_on, falsifications
from bot.measure.fit_agreement import main as fit_agreement
from bot.measure.guard import SCORED, read_claims, wrongly_accepted, wrongly_rejected
from index.embed import SentenceEmbedder

CLAIMS = Path(__file__).parent
OF_THE_QUOTES = ("quote stitched", "citation shifted", "word of the quote replaced")


@pytest.fixture(scope="module")
def encode(e5: SentenceEmbedder) -> Encode:
    return CachedEncoder(e5.encode_questions)


def rows_of(name: str) -> list[dict]:
    return read_claims(CLAIMS / name)


def half_of(half: str) -> list[dict]:
    return [row for row in rows_of("claims.jsonl") if row["half"] == half]


@pytest.mark.parametrize("index", [0, 4, 8, 16])
def test_a_true_claim_is_accepted_and_each_claim_falsified_from_it_is_rejected(
    encode: Encode, index: int
):
    rows = rows_of("claims.jsonl")
    accepted, _ = check([claim_on(rows[index]["claim"], rows[index]["quotes"])], encode)
    assert len(accepted) == 1
    made = list(falsifications(rows, index))
    assert len(made) >= len(OF_THE_QUOTES) + 1
    assert [one.operator for one in made if check([one.claim], encode)[0]] == []


@pytest.mark.parametrize("name", sorted({name for name, _ in SCORED}))
def test_nothing_is_fitted_on_claims_that_score(name: str, capsys: pytest.CaptureFixture):
    assert fit_agreement([str(CLAIMS / "claims_tune.jsonl"), str(CLAIMS / name)]) == 2
    assert capsys.readouterr().err.startswith(f"{name}: the guard is scored on these claims")


@pytest.fixture(scope="module")
def halves(encode: Encode) -> dict[str, tuple[list[Falsified], list[Falsified]]]:
    """Of every other claim; the command has all."""
    return {half: wrongly_accepted(half_of(half)[::2], encode) for half in ("tune", "report")}


@pytest.mark.evaluation
@pytest.mark.parametrize("half", ["tune", "report"])
def test_of_each_half_at_least_ninety_nine_in_a_hundred_falsified_claims_are_rejected(
    halves: dict, half: str
):
    made, accepted = halves[half]
    assert len(made) >= 300
    assert len(accepted) <= 0.01 * len(made), [one.operator for one in accepted]


@pytest.mark.evaluation
def test_of_the_claims_falsified_in_their_words_ninety_nine_in_a_hundred_are_rejected(
    halves: dict,
):
    made, accepted = ([one for half in halves.values() for one in half[place]] for place in (0, 1))
    worded = [one for one in made if one.operator not in OF_THE_QUOTES]
    assert len(worded) >= 300
    assert len(accepted) <= 0.01 * len(worded), [one.operator for one in accepted]


@pytest.mark.evaluation
@pytest.mark.parametrize("half", ["tune", "report"])
def test_of_each_half_at_most_one_true_claim_in_twenty_is_rejected(encode: Encode, half: str):
    assert len(rows_of("claims.jsonl")) >= 300
    assert len(wrongly_rejected(half_of(half), encode)) <= 0.05 * len(half_of(half))


@pytest.mark.evaluation
def test_of_claims_by_the_prompts_rules_one_falsified_in_a_hundred_and_one_true_in_twenty_go_wrong(
    encode: Encode,
):
    """The falsified ones of every fifth claim: all take minutes more, and the command has them."""
    rows = rows_of("claims_by_rules.jsonl")
    made, accepted = wrongly_accepted(rows[::5], encode)
    assert len(made) >= 300 and len(rows) >= 300
    assert len(accepted) <= 0.01 * len(made), [one.operator for one in accepted]
    assert len(wrongly_rejected(rows, encode)) <= 0.05 * len(rows)


@pytest.mark.evaluation
def test_of_claims_given_the_quotes_of_another_at_least_ninety_eight_in_a_hundred_are_rejected(
    encode: Encode,
):
    """Each quote is verbatim in its passage: nothing but what it says is wrong.

    Of all 322, three were accepted, which happen to say what the other's quotes say.
    """
    rows = rows_of("claims_by_rules.jsonl")
    pairs = list(zip(rows, rows[9:] + rows[:9], strict=True))[::3]
    accepted = [
        row["claim"]
        for row, other in pairs
        if check([claim_on(row["claim"], other["quotes"])], encode)[0]
    ]
    assert len(accepted) <= 0.02 * len(pairs), accepted


@pytest.mark.evaluation
def test_of_blind_claims_in_free_paraphrase_at_most_one_falsified_in_fifty_is_accepted(
    encode: Encode,
):
    """On every third claim; on all, 1.7 in a hundred (docs/guard.md)."""
    rows = [row for row in rows_of("claims_blind.jsonl") if row["writer"] in "hi"]
    made, accepted = wrongly_accepted(rows[::3], encode)
    assert len(accepted) <= 0.02 * len(made), [one.operator for one in accepted]


@pytest.mark.evaluation
def test_of_blind_claims_by_the_prompts_rules_one_falsified_in_a_hundred_and_six_true_go_wrong(
    encode: Encode,
):
    """Five true ones in a hundred were wanted (docs/guard.md). Falsified: every fourth claim's."""
    rows = [row for row in rows_of("claims_blind.jsonl") if row["writer"] in ("5y", "5z", "6j")]
    made, accepted = wrongly_accepted(rows[::4], encode)
    assert len(made) >= 300 and len(rows) >= 150
    assert len(accepted) <= 0.01 * len(made), [one.operator for one in accepted]
    assert len(wrongly_rejected(rows, encode)) <= 0.06 * len(rows)
