"""Where texts contradict each other: what is a pair, what is none, and what staff decided."""

import json
from pathlib import Path

import pytest
from conftest import Federation

from bot.__main__ import main
from bot.amounts import Amount, amounts
from bot.contradictions import Pair, copies, stale_pairs
from bot.stale import (
    DISMISSED,
    OPEN,
    SUPERSEDED,
    DecisionsUnusable,
    decide,
    decisions,
    state_status,
)
from index.build import build
from index.embed import SentenceEmbedder
from index.shelf.store import Shelf

PAIRS = Path(__file__).with_name("contradiction_pairs.jsonl")
FUND = "Nous demandons un fonds de transition de {} pour les scieries."


def wrote(federation: Federation, **texts: str) -> list[Pair]:
    """The pairs among texts, each under a name such as `older_2021` or `p_2024_draft`."""
    for name, text in texts.items():
        what, year, *status = name.split("_")
        head = f"---\nstatus: {status[0]}\n---\n" if status else ""
        folder = "newsletters" if what == "letter" else "positions"
        federation.write(f"{folder}/{year}-01-02-{what}.md", f"{head}# Texte {what}\n\n{text}\n")
    federation.index()
    return found_in(federation.store)


def found_in(store: Path) -> list[Pair]:
    return [pair for some in stale_pairs(Shelf(store).current()) for pair in some]


def told(text: str, date: str = "2024-05-02") -> list[tuple[float | str, str]]:
    return [(one.value, one.unit) for one in amounts(text, "fr", date)]


def test_amounts_have_their_units_however_they_are_written():
    assert told("un délai de six mois") == told("un délai de 6 mois") == [(6, "month")]
    assert told("un an") == told("douze mois") == [(12, "month")]
    assert told("200 M€") == told("deux cents millions d'euros") == [(2e8, "EUR")]
    assert told("30 % de 1 200 logements") == [(30, "%"), (1200, "of log")]
    assert told("Le 1er article, en 2021, d'un fonds") == []
    assert told("Places en BTS | 3 000 | 5 000 en 2027") == told("3 000 places et 5 000 places")


def test_a_day_or_a_year_is_an_amount_only_as_a_deadline():
    assert told("d'ici 2027") == [("2027", "deadline")]
    assert told("avant le 1er mars 2025") == [("2025-03-01", "deadline")]
    assert told("Le 1er mars 2025, nous avons vu la ministre en 2025.") == []
    assert Amount("2025", "deadline", "").is_same(Amount("2025-03-01", "deadline", ""))


def test_a_newer_text_with_another_figure_for_the_same_demand_is_a_pair(federation: Federation):
    (pair,) = wrote(
        federation,
        older_2021=FUND.format("200 millions d'euros"),
        newer_2024=FUND.format("350 millions d'euros"),
    )
    assert pair.differences == (("200 millions d'euros", "350 millions d'euros"),)
    assert [one.passage.date for one in (pair.older, pair.newer)] == ["2021-01-02", "2024-01-02"]
    assert pair.older.quote == FUND.format("200 millions d'euros")
    assert not pair.is_copy


def test_an_item_of_a_list_is_a_demand_where_what_introduces_the_list_is_one(
    federation: Federation,
):
    item = "- que {} inspecteurs vétérinaires soient recrutés dans les ports de pêche ;"
    items = "\n".join(["Nous demandons :", "", item, "- une balance par criée."])
    (pair,) = wrote(federation, o_2021=items.format("80"), n_2024=items.format("120"))
    assert pair.differences == (("80 inspecteurs", "120 inspecteurs"),)


def test_the_newest_of_several_texts_is_the_one_that_counts(federation: Federation):
    pairs = wrote(
        federation,
        a_2021=FUND.format("200 millions d'euros"),
        b_2022=FUND.format("300 millions d'euros"),
        c_2024=FUND.format("350 millions d'euros"),
    )
    assert [(one.older.passage.path[10:14], one.differences[0][1]) for one in pairs] == [
        ("2021", "350 millions d'euros"),
        ("2022", "350 millions d'euros"),
    ]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("200 millions d'euros", "200 M€"),  # the same
        ("200 millions d'euros", "30 %"),  # in another unit
    ],
)
def test_the_same_figure_or_one_of_another_unit_is_no_pair(
    older: str, newer: str, federation: Federation
):
    assert wrote(federation, o_2021=FUND.format(older), n_2024=FUND.format(newer)) == []


def test_another_word_in_the_place_of_the_subjects_is_another_demand(federation: Federation):
    other = FUND.replace("scieries", "carrières").format("350 millions d'euros")
    assert wrote(federation, o_2021=FUND.format("200 millions d'euros"), n_2024=other) == []


def test_what_is_not_in_force_or_only_recalled_is_no_side_of_a_pair(federation: Federation):
    old, new = FUND.format("200 millions d'euros"), FUND.format("350 millions d'euros")
    recalled = new.replace("demandons", "demandions")
    assert (
        wrote(
            federation,
            gone_2021_superseded=old,
            letter_2020=old,
            new_2024=new,
            draft_2025_draft=FUND.format("900 millions d'euros"),
            recalled_2025=recalled,
        )
        == []
    )


def test_one_name_in_what_is_otherwise_the_same_sentence_is_a_pair(federation: Federation):
    guichet = (
        "Nous demandons la création d'un guichet unique de l'export, ouvert toute l'année aux "
        "petites entreprises, géré par {}."
    )
    (pair,) = wrote(
        federation, o_2021=guichet.format("Bpifrance"), n_2024=guichet.format("Proparco")
    )
    assert pair.differences == (("Bpifrance", "Proparco"),)


def test_a_deadline_that_moved_is_a_pair(federation: Federation):
    ban = "Nous demandons l'interdiction des emballages en polystyrène avant le 1er {}."
    (pair,) = wrote(federation, o_2021=ban.format("mars 2025"), n_2024=ban.format("juin 2027"))
    assert pair.differences == (("1er mars 2025", "1er juin 2027"),)


def test_texts_that_share_most_sentences_are_copies_and_others_are_none(federation: Federation):
    body = [f"Voici la phrase numéro {n} que deux textes ont en commun." for n in range(8)]
    other = [*body[:6], "Tout autre chose se lit ici, à la fin."]
    for path, lines in {"2023-a": body, "2024-b": other}.items():
        federation.write(f"positions/{path}.md", "# T\n\n" + "\n".join(lines))
    federation.write("positions/2024-c.md", "# T\n\n" + "\n".join(body[:3]))
    federation.index()
    *_, (pair,) = copies(Shelf(federation.store).current().passages)
    assert (pair.is_copy, pair.share) == (True, 6 / 7)
    assert (pair.older.passage.path, pair.newer.passage.path) == (
        "positions/2023-a.md",
        "positions/2024-b.md",
    )
    assert pair.older.quote == pair.newer.quote


def test_decisions_hold_for_the_quotes_and_can_be_taken_back(federation: Federation):
    texts = {
        "older_2021": FUND.format("200 millions d'euros"),
        "newer_2024": FUND.format("350 millions d'euros"),
    }
    (pair,) = wrote(federation, **texts)
    decide(federation.store, pair, DISMISSED, "zoe")
    assert decisions(federation.store)[pair.key].who == "zoe"
    (again,) = wrote(federation, **texts, more_2024="Autre chose.")
    assert again.key == pair.key
    decide(federation.store, pair, OPEN, "zoe")
    assert decisions(federation.store) == {}
    (changed,) = wrote(federation, **texts | {"newer_2024": FUND.format("360 millions d'euros")})
    assert changed.key != pair.key


def test_decisions_that_cannot_be_kept_are_told_with_what_to_do(federation: Federation):
    (pair,) = wrote(
        federation,
        o_2021=FUND.format("200 millions d'euros"),
        n_2024=FUND.format("350 millions d'euros"),
    )
    (federation.store / "stale.jsonl").mkdir()
    with pytest.raises(DecisionsUnusable, match="Give the right to read it"):
        decisions(federation.store)
    with pytest.raises(DecisionsUnusable, match="Make room or give the right"):
        decide(federation.store, pair, DISMISSED, "zoe")


def test_a_status_is_written_into_the_catalogue_beside_what_it_says_already(
    federation: Federation,
):
    federation.write("catalogue.toml", '["positions/a.md"]\ntitle = "A"\n')
    state_status(federation.corpus, federation.store, "positions/a.md", "superseded")
    written = (federation.corpus / "catalogue.toml").read_text()
    assert written == '["positions/a.md"]\ntitle = "A"\nstatus = "superseded"\n'


def test_the_command_lists_what_is_open(
    federation: Federation, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    (pair,) = wrote(
        federation,
        o_2021=FUND.format("200 millions d'euros"),
        n_2024=FUND.format("350 millions d'euros"),
    )
    command = ["stale", "--store", str(federation.store)]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith(
        "200 millions d'euros → 350 millions d'euros\n  Texte o, 2 janvier 2021"
    )
    assert main([*command, "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["pairs"]
    assert (shown["kind"], shown["older"]["status"], shown["decided"]) == (
        "contradiction",
        "adopted",
        None,
    )
    decide(federation.store, pair, SUPERSEDED, "zoe")
    assert main(command) == 0
    assert "Aucune contradiction" in capsys.readouterr().out
    assert main([*command, "--all"]) == 0
    assert "marqué comme remplacé par zoe" in capsys.readouterr().out


@pytest.mark.evaluation
@pytest.mark.parametrize(("half", "found", "wrong"), [("tune", 13, 0), ("report", 9, 0)])
def test_conflicts_are_found_and_look_alikes_are_not(
    half: str, found: int, wrong: int, e5: SentenceEmbedder, tmp_path: Path
):
    pairs = [json.loads(line) for line in PAIRS.read_text().splitlines()]
    made, true = Federation(tmp_path), set[str]()
    for number, pair in enumerate((one for one in pairs if one["half"] == half), 1):
        for which, year in (("older", 2021), ("newer", 2024)):
            path = f"positions/{year}-{number % 12 + 1:02d}-10-{number:02d}.md"
            made.write(path, f"# Texte {number:02d}\n\n{pair[which]}\n")
        true |= {f"{number:02d}"} if pair["differs"] else set()
    build(made.corpus, made.store, e5.name, lambda: e5)
    ends = [
        (pair.older.passage.path[-5:-3], pair.newer.passage.path[-5:-3])
        for pair in found_in(made.store)
    ]
    right = [one for one, other in ends if one == other and one in true]
    print(f"{half}: {len(right)} of {len(true)} conflicts; {len(ends) - len(right)} wrong pairs")
    assert len(right) >= found and len(ends) - len(right) <= wrong
