"""The last answer once more: again, shorter, in the other language, its sources, its reason."""

import pytest

from bot.records import Answer, Citation, Claim
from bot.views.repeat import repeated
from index.passage import Passage

DEMAND = "Nous demandons un fonds de 200 millions d'euros."
REASON = "Les banques prêtent peu, car le risque est trop grand pour elles."
OTHER = "Le fonds a ouvert en mai, et nous en sommes satisfaits."


def passage(text: str, path: str = "a.md", start: int = 0, **facts: str) -> Passage:
    return Passage(
        path=path, title="Fonds", id=f"{path}{start}", headings=(), page=0, start=start,
        end=start + len(text), text=text, date="2023-05-04", **facts,
    )  # fmt: skip


def quoting(one: Passage, quote: str, number: int = 1) -> Claim:
    start = one.text.index(quote)
    citation = Citation(number, one, quote, start, start + len(quote))
    return Claim(f"« {quote} »", (citation,))


def answer(*claims: Claim, **facts) -> Answer:
    plain = {"question": "Quel fonds ?", "language": "fr", "text": "...", "abstained": not claims}
    return Answer(**{**plain, "claims": claims, **facts})


def alone(one: Passage) -> tuple[None, None]:
    return None, None


def quotes(composed) -> list[str]:
    return [citation.quote for claim in composed.claims for citation in claim.citations]


def test_the_reply_names_the_question_that_it_repeats():
    last = answer(quoting(passage(DEMAND), DEMAND), note="à savoir")
    again = repeated("again", last, "fr", alone)
    assert again.lead == "Je répète, sur « Quel fonds ? » :"
    assert (again.claims, again.note, again.reply) == (last.claims, "à savoir", "answer")


def test_shorter_is_the_brief_alone():
    first, second = (quoting(passage(f"{DEMAND} {OTHER}"), quote) for quote in (DEMAND, OTHER))
    last = answer(first, second, brief=f"« {OTHER} » (4 mai 2023)")
    shorter = repeated("shorter", last, "fr", alone)
    assert (shorter.claims, shorter.brief) == ((second,), last.brief)
    last = answer(first, second, brief="200 millions")
    assert repeated("shorter", last, "fr", alone).claims == (first,)


def test_a_shorter_list_is_all_that_its_brief_has():
    one, two, three = (quoting(passage(text), text) for text in (DEMAND, REASON, OTHER))
    last = answer(one, two, three, brief=f"« {DEMAND} » « {REASON} » …", reply="list")
    shorter = repeated("shorter", last, "fr", alone)
    assert shorter is not None
    assert shorter.claims == (one, two)


def test_the_sources_are_each_document_once():
    here, there = passage(f"{DEMAND} {OTHER}"), passage(DEMAND, "b.md")
    last = answer(quoting(here, DEMAND), quoting(here, OTHER), quoting(there, DEMAND))
    sources = repeated("source", last, "en", alone)
    assert [claim.citations[0].passage.path for claim in sources.claims] == ["a.md", "b.md"]
    assert sources.brief == "Fonds, 4 May 2023 ; Fonds, 4 May 2023"
    assert sources.lead == "Sources of the answer to “Quel fonds ?”:"


def test_why_is_answered_by_the_reason_beside_the_quote():
    one = passage(f"{DEMAND} {REASON} {OTHER}")
    why = repeated("why", answer(quoting(one, DEMAND)), "fr", alone)
    assert quotes(why) == [REASON]
    assert why.lead == "Ce que nos textes donnent comme raison, sur « Quel fonds ? » :"
    for claim in why.claims:
        for cited in claim.citations:
            assert cited.quote == cited.passage.text[cited.start : cited.end]


def test_why_is_answered_by_the_reason_in_the_passage_behind():
    one = passage(f"{DEMAND}\n")
    behind = passage(REASON, start=one.end)
    why = repeated("why", answer(quoting(one, DEMAND)), "fr", lambda _: (None, behind))
    assert quotes(why) == [REASON]


def test_where_the_texts_give_no_reason_the_reply_says_so():
    one = passage(f"{DEMAND} {OTHER}")
    far = passage(REASON, start=5_000)
    last = answer(quoting(one, DEMAND))
    why = repeated("why", last, "fr", lambda _: (None, far))
    assert why.claims == last.claims
    assert why.lead.startswith("Nos textes ne donnent pas de raison à côté de ce passage")


@pytest.mark.parametrize("detail", ["again", "shorter", "language", "source", "why"])
def test_what_was_no_answer_is_not_repeated(detail: str):
    assert repeated(detail, answer(), "fr", alone) is None


def test_small_talk_is_said_again():
    hello = answer(text="Bonjour !", reply="talk", abstained=False)
    assert repeated("again", hello, "fr", alone).lead == "Bonjour !"
    assert repeated("why", hello, "fr", alone) is None
