"""A question that supposes the contrary of what the texts say gets their stance."""

from bot.question.understand import understand
from bot.records import Composed, Hit, Sentence
from bot.views.premise import LEAD, contradicted
from index.passage import Passage


def answered(question: str, text: str) -> Composed | None:
    passage = Passage(
        path="a.md",
        title="A",
        date="2024-01-01",
        id=text,
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
    )
    spans = passage.sentences()
    hit = Hit(passage, 0.9, tuple(Sentence(start, end, 0.9) for start, end in spans))
    return contradicted(understand(question), [hit], lambda passage: None)


AGAINST = "Nous sommes opposés à la création d'une agence européenne, trop lointaine."


def test_what_we_oppose_is_not_what_we_support() -> None:
    composed = answered("Pourquoi soutenons-nous la création d'une agence européenne ?", AGAINST)
    assert composed and composed.lead == LEAD["fr"]
    assert [claim.citations[0].quote for claim in composed.claims] == [AGAINST]


def test_the_question_that_supposes_what_the_texts_say_is_left_alone() -> None:
    assert answered("Pourquoi refusons-nous la création d'une agence européenne ?", AGAINST) is None
    assert answered("Pourquoi n'acceptons-nous pas une agence européenne ?", AGAINST) is None
    assert answered("Pourquoi l'agence européenne est-elle lointaine ?", AGAINST) is None


def test_a_text_on_something_else_contradicts_nothing() -> None:
    assert answered("Pourquoi soutenons-nous les quotas d'embauche ?", AGAINST) is None
