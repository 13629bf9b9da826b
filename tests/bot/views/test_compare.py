"""Two years, texts or bodies side by side: a table, a quote of each, or which side is missing."""

from collections.abc import Sequence

from bot.question.understand import understand
from bot.records import Composed, Hit, Question, Sentence
from bot.views.compare import compare
from bot.views.figures import change_of
from index.passage import Passage

OLD = "Nous demandons un plafond de 600 000 € pour le crédit d'impôt innovation."
NEW = "Nous demandons de relever le plafond du crédit d'impôt innovation à 800 000 €."
TABLE = (
    "Sujet | Notre demande de 2021 | Notre demande de 2023\n"
    "CII, taux | 30 % | 30 %\n"
    "CII, plafond | 600 000 € | 800 000 €"
)


def passage(text: str, date: str) -> Passage:
    return Passage(
        path=f"{date}.md",
        title="Fiscalité",
        date=date,
        id=text,
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
    )


def compared(question: str, *texts: Passage, before: Sequence[str] = ()) -> Composed | None:
    def find(asked: Question) -> Sequence[Hit]:
        return [
            Hit(one, 0.9, tuple(Sentence(start, end, 0.9) for start, end in one.sentences()))
            for one in texts
        ]

    composed = compare(understand(question, before), find, lambda passage: None)
    for claim in composed.claims if composed else ():
        for cited in claim.citations:
            assert cited.quote == cited.passage.text[cited.start : cited.end]
    return composed


def test_two_years_stand_side_by_side_with_the_change_of_their_figure() -> None:
    composed = compared(
        "compare 2021 et 2023 sur le plafond du crédit d'impôt innovation",
        passage(NEW, "2023-09-14"),
        passage(OLD, "2021-06-17"),
    )
    assert composed and composed.reply == "comparison"
    assert [(claim.label, claim.citations[0].quote) for claim in composed.claims] == [
        ("En 2021 :", OLD),
        ("En 2023 (800 000 € au lieu de 600 000 €) :", NEW),
    ]


def test_three_years_stand_side_by_side_and_one_without_a_text_is_named() -> None:
    between = OLD.replace("600 000", "700 000")
    texts = [passage(NEW, "2023-09-14"), passage(between, "2022-05-02"), passage(OLD, "2021-06-17")]
    asked = "le plafond du crédit d'impôt innovation en 2021, en 2022 et en 2023, côte à côte"
    composed = compared(asked, *texts)
    assert composed
    assert [(claim.label, claim.citations[0].quote) for claim in composed.claims] == [
        ("En 2021 :", OLD),
        ("En 2022 :", between),
        ("En 2023 :", NEW),
    ]
    composed = compared(asked, texts[0], texts[2])
    assert composed
    assert [claim.label[:7] for claim in composed.claims] == ["En 2021", "En 2023"]
    assert composed.note.endswith("pour 2022.")


def test_a_table_that_compares_both_years_is_the_answer_with_the_row_asked_for() -> None:
    composed = compared(
        "plafond du CII : position 2021 vs position 2023",
        passage(TABLE, "2023-09-14"),
        passage(OLD, "2021-06-17"),
    )
    assert composed
    assert [cited.quote for claim in composed.claims for cited in claim.citations] == [
        "Sujet | Notre demande de 2021 | Notre demande de 2023",
        "CII, plafond | 600 000 € | 800 000 €",
    ]


def test_where_rows_name_little_of_what_is_asked_for_the_whole_table_is_the_answer() -> None:
    for question in (
        "compare 2021 et 2023",
        "qu'est-ce qui a bougé entre 2021 et 2023 (plafond, délai, montant par jour, agrément) ?",
    ):
        composed = compared(question, passage(TABLE, "2023-09-14"))
        assert composed
        assert [cited.quote for cited in composed.claims[0].citations] == TABLE.splitlines()


def test_a_follow_up_compares_with_the_time_of_the_question_before() -> None:
    before = "résume la position de 2023 sur le plafond du crédit d'impôt innovation"
    composed = compared(
        "quelles différences avec celle de 2021 ?",
        passage(NEW, "2023-09-14"),
        passage(OLD, "2021-06-17"),
        before=[before],
    )
    assert composed
    assert [claim.citations[0].quote for claim in composed.claims] == [OLD, NEW]


def test_the_side_that_no_text_has_is_named() -> None:
    composed = compared("compare 2019 et 2021 sur le plafond du CII", passage(OLD, "2021-06-17"))
    assert composed
    assert [claim.label for claim in composed.claims] == ["En 2021 :"]
    assert composed.note == "Je n'ai rien trouvé dans nos textes sur ce point pour 2019."


def test_a_body_s_side_is_a_sentence_that_names_it() -> None:
    other = "La Commission propose un délai de 24 mois."
    ours = "Nous demandons un délai de 36 mois."
    composed = compared(
        "compare notre position et celle de la Commission sur le délai",
        passage(other, "2023-03-15"),
        passage(ours, "2023-03-16"),
    )
    assert composed
    assert [(claim.label, claim.citations[0].quote) for claim in composed.claims] == [
        ("Nous :", ours),
        ("Commission :", other),
    ]


def test_one_sentence_that_says_what_changed_is_enough() -> None:
    said = "La cible de reconversions passe de 50 000 à 60 000 par an."
    composed = compared("évolution de la cible de reconversions", passage(said, "2024-10-17"))
    assert composed and [cited.quote for cited in composed.claims[0].citations] == [said]


def test_where_no_text_has_either_side_there_is_no_comparison() -> None:
    assert compared("compare 2015 et 2016 sur le CII", passage(OLD, "2021-06-17")) is None


def test_figures_of_different_things_make_no_change() -> None:
    assert change_of("L'acier a renchéri de 31 %.", "La franchise exclut 84 % des PME.", "fr") == ""
    assert change_of("Un délai de 30 jours.", "Un délai de 20 jours, ou 40 jours.", "fr") == ""
    assert change_of("payment within 30 days", "payment within 20 days", "en") == (
        " (20 days instead of 30 days)"
    )
