"""`python -m bot verify`: a draft, sentences, or claims with their evidence."""

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, Federation
from docx import Document

from bot.__main__ import main
from bot.answer import Bot
from bot.views.draft import assertions
from index.build import build
from index.embed import SentenceEmbedder
from index.shelf.store import Shelf

DRAFT = """# Discours

Mesdames, bonjour à toutes et à tous ici.

Nous demandons un fonds national de 200 millions d'euros pour les startups. Nous demandons un \
fonds national de 300 millions d'euros pour les startups.

Les girafes mangent les feuilles des acacias de la savane. Le taux du crédit d'impôt recherche est \
de 20 % selon notre demande. Que voulons-nous ?
"""


@pytest.fixture
def bot(federation: Federation) -> Bot:
    def position(year: int, status: str, text: str) -> str:
        return f"---\ntitle: Texte {year}\ndate: {year}-05-04\nstatus: {status}\n---\n\n{text}\n"

    federation.write(
        "positions/2023-fonds.md",
        position(
            2023,
            "adopted",
            "Nous demandons un fonds national de 200 millions d'euros pour les startups.",
        ),
    )
    federation.write(
        "positions/2021-cir.md",
        position(2021, "superseded", "Le taux du crédit d'impôt recherche demandé est de 20 %."),
    )
    federation.write(
        "positions/2024-cir.md",
        position(2024, "adopted", "Le taux du crédit d'impôt recherche demandé est de 30 %."),
    )
    federation.index()
    return Bot(Shelf(federation.store), federation.embedder)


def run(bot: Bot, capsys: pytest.CaptureFixture, *arguments: str) -> list[dict]:
    assert main(["verify", *arguments], lambda settings: bot) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_sentence_that_asserts_something_gets_its_verdict(
    bot: Bot, tmp_path: Path, capsys: pytest.CaptureFixture
):
    file = tmp_path / "discours.md"
    file.write_text(DRAFT)
    found = run(bot, capsys, "--json", str(file))
    assert [(one["id"], one["verdict"]) for one in found] == [
        (1, "verbatim"),
        (2, "conflict"),
        (3, "nothing"),
        (4, "outdated"),
    ]
    assert found[1]["reason"].startswith(
        "300\u202f000\u202f000\u00a0€ ici ; 200\u202f000\u202f000\u00a0€ dans le texte : Texte 2023"
    )
    assert "30\u00a0%" in found[3]["reason"]
    assert found[0]["citations"][0]["document"] == "positions/2023-fonds.md"


def test_a_batch_takes_sentences_and_claims_with_their_evidence(
    bot: Bot, tmp_path: Path, capsys: pytest.CaptureFixture
):
    evidence = ["Nous demandons un fonds de 10 millions d'euros, car il est utile."]
    lines = [
        {"id": "s", "sentence": "Les girafes mangent les feuilles des acacias."},
        {"id": "p", "claim": "La fédération demande un fonds de 10 M€.", "evidence": evidence},
        {"id": "w", "claim": "La fédération plaide pour ce fonds.", "evidence": evidence},
        {"id": "c", "claim": "Nous demandons 12 millions d'euros.", "evidence": evidence},
    ]
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    first, *rest = run(bot, capsys, "--batch", str(file))
    assert (first["id"], first["verdict"], first["citations"]) == ("s", "nothing", [])
    assert rest == [
        {"id": "p", "verdict": "proved", "reason": ""},
        {"id": "w", "verdict": "worded", "reason": ""},
        {"id": "c", "verdict": "conflict", "reason": "its quotes do not say 12000000 EUR"},
    ]


def test_a_report_has_a_footnote_for_each_citation(
    bot: Bot, tmp_path: Path, capsys: pytest.CaptureFixture
):
    file, report = tmp_path / "d.txt", tmp_path / "r.docx"
    file.write_text(DRAFT.replace("# Discours", ""))
    assert run(bot, capsys, str(file), "--report", str(report)) == []
    assert "Nous demandons un fonds" in "\n".join(p.text for p in Document(report).paragraphs)
    notes = zipfile.ZipFile(report).read("word/footnotes.xml").decode()
    assert "Texte 2023" in notes and 'w:id="1"' in notes
    run(bot, capsys, str(file), "--report", str(tmp_path / "r.md"))
    assert "[^1]: « " in (tmp_path / "r.md").read_text()


@pytest.mark.parametrize("arguments", [[], ["a.pdf"], ["a.txt", "--report", "r.pdf"], ["none.txt"]])
def test_wrong_use_is_named_with_the_remedy(
    bot: Bot, arguments: list[str], capsys: pytest.CaptureFixture
):
    assert main(["verify", *arguments], lambda settings: bot) == 2
    assert capsys.readouterr().err


class Opinion:
    """A chat model that finds everything in the quotes but one thing."""

    seconds, verifies, federation = 30.0, True, ()

    def look_over(self, doubts, seconds: float) -> list[str]:
        return ["the amount" for _ in doubts]


def test_a_chat_model_s_opinion_is_marked_as_its_own(federation: Federation, bot: Bot):
    bot = Bot(Shelf(federation.store), federation.embedder, writer=Opinion())
    (found,) = bot.verify([(7, "Un fonds national aiderait les startups de la région.")])
    assert (found.identity, found.verdict, found.opinion) == (7, "near", "the amount")


def test_questions_headings_greetings_and_calls_assert_nothing():
    assert next(assertions(DRAFT)).startswith("Nous demandons un fonds national de 200")
    assert len(list(assertions(DRAFT))) == 4


def verdicts(federation: Federation, *sentences: str) -> list[tuple[str, list[str]]]:
    federation.index()
    opened = Bot(Shelf(federation.store), federation.embedder)
    found = opened.verify(list(enumerate(sentences)))
    return [(one.verdict, [cited.passage.path for cited in one.citations]) for one in found]


def test_what_a_newer_text_names_as_what_was_is_outdated(federation: Federation):
    federation.write(
        "positions/2021-cyber.md",
        "---\ndate: 2021-05-04\n---\n# Cyber\n\n"
        "Nous demandons un chèque cyber de 5 000 € pour les petites entreprises.\n",
    )
    federation.write(
        "positions/2023-cyber.md",
        "---\ndate: 2023-05-04\n---\n# Cyber\n\n"
        "Au cœur des œuvres de bon cœur, nous demandons un chèque cyber de 7 500 €, plutôt que "
        "l'aide faite à peu près, au lieu des 5 000 € demandés en 2021.\n",
    )
    assert verdicts(
        federation,
        "Nous défendons un chèque cyber de 5 000 € pour les petites entreprises.",
        "Nous défendons un chèque cyber de 7 500 €.",
    ) == [
        ("outdated", ["positions/2023-cyber.md", "positions/2021-cyber.md"]),
        ("near", ["positions/2023-cyber.md", "positions/2021-cyber.md"]),
    ]


def test_a_heading_and_an_acronym_say_what_a_sentence_is_about_and_one_word_says_nothing(
    federation: Federation,
):
    federation.write(
        "positions/2023-cii.md",
        "# Le crédit d'impôt innovation (CII)\n\nNous demandons un plafond de 800 000 €.\n",
    )
    (wrong, _), (alone, _) = verdicts(
        federation,
        "Nous demandons que le plafond du CII soit de 900 000 €.",
        "Le plafond de la chapelle Sixtine fut peint par un Italien.",
    )
    assert (wrong, alone) == ("conflict", "nothing")


@pytest.mark.evaluation
@pytest.mark.parametrize(
    ("file", "corpus", "right"),
    [("draft_tune", "corpus", 63), ("draft_report", "tests/other_federation/corpus", 59)],
)
def test_sentences_of_drafts_get_the_verdict_that_their_writers_meant(
    file: str, corpus: str, right: int, e5: SentenceEmbedder, tmp_path: Path
):
    build(ROOT / corpus, tmp_path, e5.name, lambda: e5)
    opened = Bot(Shelf(tmp_path), e5)
    lines = [
        json.loads(line) for line in (ROOT / f"tests/bot/{file}.jsonl").read_text().splitlines()
    ]
    found = opened.verify([(line["id"], line["sentence"]) for line in lines])
    counts = Counter((line["verdict"], one.verdict) for line, one in zip(lines, found, strict=True))
    for (meant, verdict), count in sorted(counts.items()):
        print(f"{file}: {meant:9} -> {verdict:9} {count}")
    assert sum(count for (meant, verdict), count in counts.items() if meant == verdict) >= right
    calm = ("verbatim", "near", "nothing")
    assert not any(
        meant in calm and verdict in ("conflict", "outdated") for meant, verdict in counts
    )
