"""The scores: exact figures on a bot with written answers, and the command on real files."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Federation

from bot.__main__ import main
from bot.answer import Bot
from bot.measure.evaluate import Expected, Outcome, expected, failures, holds, run
from bot.measure.scores import evaluation, figure, scores
from bot.question.understand import QuestionRefused
from bot.records import Answer, Citation, Claim, Hit
from index.passage import Passage
from index.shelf.store import Shelf


def passage(path: str, text: str) -> Passage:
    return Passage(
        path=path,
        title=path,
        id=f"{path}:{text}",
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
    )


FUND = passage("fonds.md", "Nous demandons un fonds de 750 millions d’euros.")
OLD_FUND = passage("ancien.md", "Nous demandons un fonds de 300 millions d'euros.")
CLOUD = passage("cloud.md", "La position a été adoptée. Elle vise **25 %** d’ici 2026.")
OTHER = passage("autre.md", "Le café est froid.")


def answer(*quotes: tuple[Passage, str], text: str | None = None) -> Answer:
    citations = tuple(
        Citation(number, of, quote, 0, len(quote)) for number, (of, quote) in enumerate(quotes, 1)
    )
    said = " ".join(quote for _, quote in quotes) if text is None else text
    return Answer(
        "",
        "fr",
        tuple(Claim(citation.quote, (citation,)) for citation in citations),
        said,
        abstained=not quotes,
    )


class WrittenBot:
    """A bot that finds and answers what was written for each question; it refuses others."""

    def __init__(self, **written: tuple[list[Passage], Answer]):
        self.written, self.histories = written, []

    def search(self, question: str, k: int, history: tuple[str, ...]) -> list[Hit]:
        if question not in self.written:
            raise QuestionRefused("empty", "The question is empty.")
        self.histories.append(history)
        return [Hit(found, 1.0) for found in self.written[question][0]][:k]

    def ask(self, question: str, history: tuple[str, ...]) -> Answer:
        self.histories.append(history)
        return self.written[question][1]


BOT = WrittenBot(
    right=([FUND, OTHER], answer((FUND, FUND.text), (OTHER, OTHER.text))),
    third=(
        [OTHER, OLD_FUND, CLOUD],
        answer((OTHER, OTHER.text), (CLOUD, "Elle vise **25 %** d’ici 2026.")),
    ),
    uncited=(
        [OTHER] * 6 + [FUND],
        answer((OTHER, "Le thé est froid."), text="750 millions d'euros"),
    ),
    refused=([OTHER], answer()),
    nowhere=([OTHER], answer()),
    invented=([OTHER], answer((OTHER, OTHER.text))),
)
QUESTIONS = [
    Expected(
        "a",
        "right",
        "fr",
        "direct",
        "tune",
        documents=("fonds.md",),
        facts=("750 millions d'euros",),
    ),
    Expected(
        "b",
        "third",
        "fr",
        "date",
        "tune",
        documents=("cloud.md", "nuage.md"),
        facts=("25 % d'ici 2026",),
    ),
    Expected(
        "c",
        "uncited",
        "en",
        "date",
        "report",
        documents=("fonds.md",),
        facts=("750 millions d'euros",),
    ),
    Expected("d", "refused", "en", "direct", "tune", documents=("fonds.md",)),
    Expected("e", "nowhere", "fr", "unanswerable", "tune", answerable=False),
    Expected("f", "invented", "fr", "unanswerable", "tune", answerable=False),
]


def values(scores: dict, group: str) -> dict[str, tuple[float | None, int]]:
    return {name: (cell["value"], cell["n"]) for name, cell in scores[group].items()}


def test_what_routes_are_judged_by_is_counted_by_hand():
    both = answer((FUND, FUND.text), (OLD_FUND, OLD_FUND.text))
    reversed_order = answer((OLD_FUND, OLD_FUND.text), (FUND, FUND.text))
    hello = replace(answer(text="Bonjour !"), abstained=False, reply="talk")
    bot = WrittenBot(
        newest=([FUND], replace(both, brief="750 millions d’euros (2023)")),
        oldest=([FUND], reversed_order),
        hello=([OTHER], hello),
        bye=([OTHER], answer()),
    )
    latest = {
        "documents": ("fonds.md",),
        "alternatives": ("750 millions d'euros", "0,75 Md€"),
        "older": ("300 millions d'euros",),
        "items": ("750 millions", "300 millions", "200 millions"),
        "route": "latest",
    }
    questions = [
        Expected("a", "newest", **latest),
        Expected("b", "oldest", **latest),
        Expected("c", "hello", answerable=False, route="talk"),
        Expected("d", "bye", answerable=False, route="talk"),
    ]
    found = evaluation(run(bot, questions))
    assert values(found["overall"], "answers") == {
        "right": (1.0, 2),
        "right_and_rightly_cited": (1.0, 2),
        "in_the_brief": (0.5, 2),
        "items": (0.6667, 6),
        "newest_first": (0.5, 2),
        "talk_and_about": (0.5, 2),
    }
    assert values(found["routes"]["talk"], "abstention") == {
        "precision": (None, 0),
        "recall": (None, 0),
        "false_abstention": (None, 0),
        "false_answers": (None, 0),
        "plain_false_answers": (None, 0),
    }


def test_the_figures_are_those_counted_by_hand():
    overall = evaluation(run(BOT, QUESTIONS))["overall"]
    assert values(overall, "retrieval") == {
        "recall@1": (0.25, 4),
        "recall@3": (0.5, 4),
        "recall@5": (0.5, 4),
        "mrr@10": (round((1 + 1 / 3 + 1 / 7) / 4, 4), 4),
        "deciding_text@5": (0.6667, 3),
    }
    assert values(overall, "answers") == {
        "right": (1.0, 3),
        "right_and_rightly_cited": (0.6667, 3),
        "in_the_brief": (0.0, 3),
        "items": (None, 0),
        "newest_first": (None, 0),
        "talk_and_about": (None, 0),
    }
    assert values(overall, "citations") == {
        "precision": (0.4, 5),
        "recall": (0.5, 4),
        "first_right": (0.3333, 3),
        "verbatim": (0.8333, 6),
    }
    assert values(overall, "abstention") == {
        "precision": (0.5, 2),
        "recall": (0.5, 2),
        "false_abstention": (0.25, 4),
        "false_answers": (0.5, 2),
        "plain_false_answers": (0.5, 2),
    }
    assert (overall["questions"], overall["median_words"]) == (6, 7.0)


def test_languages_and_kinds_are_scored_apart_and_what_is_not_named_is_not_listed():
    result = evaluation(run(BOT, [*QUESTIONS, Expected("g", "right", documents=("fonds.md",))]))
    assert {name: scores["questions"] for name, scores in result["languages"].items()} == {
        "fr": 4,
        "en": 2,
    }
    assert {
        name: scores["retrieval"]["recall@1"]["value"] for name, scores in result["kinds"].items()
    } == {"direct": 0.5, "date": 0.0, "unanswerable": None}


def test_a_refused_question_counts_as_not_answered_and_is_named():
    result = evaluation(run(BOT, [Expected("x", " ", documents=("fonds.md",))]))
    assert result["refused"] == [{"id": "x", "error": "The question is empty."}]
    assert values(result["overall"], "abstention")["false_abstention"] == (1.0, 1)
    assert result["overall"]["milliseconds"] == {"p50": None, "p95": None}


def test_a_follow_up_is_searched_and_asked_with_its_history():
    bot = WrittenBot(right=BOT.written["right"])
    run(bot, [Expected("a", "right", history=("avant ?",), documents=("fonds.md",))])
    assert set(bot.histories) == {("avant ?",)}


def test_facts_count_within_the_first_150_words_only():
    asked = QUESTIONS[0]
    for before, missing in ((147, ()), (148, ("750 millions d'euros",))):
        late = answer((FUND, FUND.text), text="mot " * before + "750 millions d’euros")
        assert Outcome(asked, answer=late).missing == missing


def test_words_are_compared_plain_but_never_cut_out_of_longer_ones():
    assert holds("un **CIR**  à\u00a035\u202f% demain", "CIR a 35 %")
    assert not holds("110 % ou 5,10 % ou 10,5", "10 %")
    assert not holds("la 2021e", "2021")
    assert not holds("1,60", "1")


def test_deciding_quotes_stand_in_for_documents_and_facts():
    asked = expected({"id": 1, "question": "right", "quotes": ["un fonds de 750 millions d'euros"]})
    (outcome,) = run(BOT, [asked])
    assert (
        asked.answerable,
        outcome.rank,
        outcome.found,
        outcome.missing,
        outcome.rightly_cited,
    ) == (True, 1, True, (), True)
    (outcome,) = run(
        BOT,
        [
            expected(
                {
                    "id": 1,
                    "question": "third",
                    "quote": "un fonds de 750 millions d'euros",
                    "documents": ["fonds.md"],
                }
            )
        ],
    )
    assert (outcome.rank, outcome.found, outcome.missing, outcome.rightly_cited) == (
        0,
        False,
        ("un fonds de 750 millions d'euros",),
        False,
    )


def test_a_failure_says_what_went_wrong_and_the_reported_half_stays_blind():
    listed = {failure["id"]: failure["wrong"] for failure in failures(run(BOT, QUESTIONS))}
    assert listed == {
        "b": ["cites first: autre.md"],
        "d": [
            "no right document in the first 10 passages",
            "not answered, though the documents answer it",
        ],
        "f": ["answered, though no document answers it"],
    }


def test_the_interval_is_the_bootstraps_and_the_same_at_each_run():
    pairs = [(1.0, 1.0)] * 60 + [(0.0, 1.0)] * 40
    found = figure(pairs)
    assert (found["value"], found["n"]) == (0.6, 100)
    expected_half_width = 1.96 * np.sqrt(0.6 * 0.4 / 100)  # the normal approximation
    assert found["low"] == pytest.approx(0.6 - expected_half_width, abs=0.02)
    assert found["high"] == pytest.approx(0.6 + expected_half_width, abs=0.02)
    assert figure(pairs) == found
    assert figure([(1.0, 1.0)] * 5) == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 5}
    assert figure([(0.0, 0.0)]) == {"value": None, "low": None, "high": None, "n": 0}


@pytest.fixture
def scored(federation: Federation, tmp_path: Path, capsys: pytest.CaptureFixture):
    """Runs `python -m bot evaluate` on lines and a federation of one document.

    Gives the exit code, the standard output and the standard error.
    """
    federation.write("2023-fonds.txt", "Nous demandons un fonds national.")
    federation.index()

    def command(lines: list[dict], *options: str) -> tuple[int, str, str]:
        (tmp_path / "asked.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
        code = main(
            ["evaluate", *options, str(tmp_path / "asked.jsonl")],
            lambda settings: Bot(Shelf(federation.store), federation.embedder),
        )
        return code, *capsys.readouterr()

    return command


GOOD = {
    "id": "a",
    "question": "un fonds national ?",
    "half": "tune",
    "documents": ["2023-fonds.txt"],
    "facts": ["un fonds"],
    "answerable": True,
}


def test_the_command_prints_a_table_or_one_json_object(scored):
    code, out, _ = scored([GOOD])
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()[:2]] == [
        ["retrieval", "recall@1"],
        ["all", "1.000"],
    ]
    code, out, _ = scored([GOOD], "--json")
    assert (code, json.loads(out)["overall"]["answers"]["right"]["value"]) == (0, 1.0)


def test_failures_are_listed_but_never_those_of_the_reported_half(scored):
    lines = [
        GOOD | {"id": half, "half": half, "documents": ["none.txt"]} for half in ("tune", "report")
    ]
    code, out, error = scored(lines, "--failures", "--json")
    assert (code, [failure["id"] for failure in json.loads(out)["failures"]]) == (0, ["tune"])
    assert error.startswith('Failures of the half "report" are not listed')
    code, out, error = scored(lines, "--failures", "--half", "report", "--json")
    assert (json.loads(out)["failures"], error != "") == ([], True)
    assert scored(lines, "--failures", "--half", "tune")[2] == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": 1}, "line 2 is no question"),
        ([], "line 2 is no question"),
        (GOOD | {"facts": [3]}, "facts is a list of texts"),
        ({"question": "a", "answerable": True}, "names the documents or the quotes"),
        (GOOD | {"answerable": "yes"}, "answerable true or false"),
    ],
)
def test_a_line_that_is_no_question_is_named(scored, line: dict, said: str):
    code, out, error = scored([GOOD, line])
    assert (code, out) == (2, "")
    assert said in error


def test_a_refused_question_ends_with_exit_code_1_and_a_half_without_questions_with_2(scored):
    assert scored([GOOD, GOOD | {"question": " "}])[0] == 1
    code, _, error = scored([GOOD], "--half", "report")
    assert (code, 'no question with "half": "report"' in error) == (2, True)


@pytest.mark.evaluation
def test_real_questions_are_scored_on_the_real_samples(samples: Path, e5):
    lines = [
        json.loads(line) for line in (ROOT / "tests" / "questions.jsonl").read_text().splitlines()
    ]
    asked = [expected(line) for line in lines if line["half"] == "tune"]
    some = [question for question in asked if question.kind in ("direct", "outside")][:16]
    overall = scores(run(Bot(Shelf(samples), e5), some))
    assert overall["questions"] == len(some) == 16
    assert overall["citations"]["verbatim"]["value"] == 1.0
    assert overall["retrieval"]["recall@5"]["value"] >= 0.8
    assert 0 < overall["milliseconds"]["p50"] <= overall["milliseconds"]["p95"]
