"""What a question asks for and the texts found do not hold; what they do hold is no such lack."""

import pytest

from bot.find.missing import WHAT, Missing, in_words, missing
from bot.question.understand import understand
from bot.records import Hit, Sentence
from index.passage import Passage

VOTE = (
    "Position adoptée par le conseil le 12 octobre 2022, par 31 voix pour et 4 contre. "
    "Porter à 25 % la part du cloud confiée à des offreurs européens."
)
MEETING = (
    "Le 30 mars, la députée Anne Petit nous a reçus au ministère. "
    "Elle a répondu que le plafond serait relevé, car la mesure a fait ses preuves."
)
FAR = "Les travaux du groupe reprendront. Mme Claire Dubois en fixera la date, le 3 mai à 14 h."


def hit(text: str, score: float = 0.9, date: str = "2022-10-12", language: str = "fr") -> Hit:
    passage = Passage(
        path="a.md",
        title="Cloud",
        date=date,
        language=language,
        id=text,
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
    )
    spans = passage.sentences()
    return Hit(passage, score, tuple(Sentence(start, end, score) for start, end in spans))


def lack(question: str, *hits: Hit) -> str:
    found = missing(understand(question), hits)
    return found.kind if found else ""


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Qui a voté contre la position cloud ?", "person"),
        ("Comment s'appelle la rapporteure du cloud ?", "name"),
        ("À quelle heure le conseil a-t-il voté ?", "hour"),
        ("Pourquoi 4 voix contre ?", "reason"),
        ("Que dit la CNIL de la part du cloud ?", "said"),
        ("What did ENISA tell us about the cloud share?", "said"),
    ],
)
def test_what_no_sentence_near_the_best_holds_is_missing(question: str, kind: str) -> None:
    assert lack(question, hit(VOTE), hit(FAR, score=0.8)) == kind


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Qui nous a reçus au ministère ?", MEETING),
        ("Comment s'appelle la députée ?", MEETING),
        ("Quel jour avons-nous été reçus ?", MEETING),
        ("Quand avons-nous été reçus ?", MEETING),
        ("Pourquoi le plafond serait-il relevé ?", MEETING),
        ("Qu'a répondu la députée ?", MEETING),
        ("Combien de voix contre ?", VOTE),
        ("Quelle part du cloud ?", VOTE),
        ("En 2022, quelle part du cloud demandions-nous ?", VOTE),
        ("Que demandons-nous sur le cloud ?", VOTE),
        ("À quelle heure le groupe reprend-il ?", FAR),
    ],
)
def test_what_one_sentence_holds_is_not_missing(question: str, text: str) -> None:
    assert lack(question, hit(text)) == ""


def test_our_own_words_are_no_body_s() -> None:
    assert lack("What do we think of the SecNumCloud label?", hit(VOTE)) == ""


def test_a_body_may_have_another_name_in_a_text_of_the_other_language() -> None:
    assert lack("What did the finance ministry answer us?", hit(MEETING, language="fr")) == ""


def test_the_subject_is_the_question_s_own_words_that_the_texts_have() -> None:
    found = missing(understand("Qui a voté contre la position adoptée en octobre ?"), [hit(VOTE)])
    assert found == Missing("person", "contre la position adoptée en octobre")


def test_without_hits_nothing_is_said_to_be_missing() -> None:
    assert missing(understand("Qui a voté contre ?"), []) is None


def test_what_is_missing_is_said_in_the_reader_s_language() -> None:
    assert in_words(Missing("person", "la position cloud"), "fr") == (
        "Nos textes parlent de « la position cloud », mais ne disent pas qui."
    )
    assert in_words(Missing("reason"), "en") == "Our texts do not say why."
    assert all(len(words) == 2 for words in WHAT.values())
