"""Checks claims against the passages they cite. Pure, but for the embedding model it is given.

What is not accepted is returned whole with its reason, never repaired. A quote counts only if its
own span proves it (verbatim). A claim in words of its own is accepted only if its quotes have its
figures and its names, do not contradict it, and leave nothing of it unsaid.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.guard import arithmetic, concern, figures, names, negation, overreach, support, verbatim
from bot.guard.agreement import CachedEncoder, Encode, is_contrary, nearest
from bot.guard.verbatim import normal
from bot.records import Citation, Claim, Rejected, WrittenClaim
from index.language import lists
from index.language.detect import language_of

SHORTEST = 3  # words of a quote that proves a claim
WHOLE = 5  # words of a quote that can hold what another one leaves out of their sentence
QUOTED = re.compile(r"«.*?»|“.*?”", re.S)
# "NIS 2" in a claim is the NIS2 of the passage's heading: a name and no figure.
CODE = re.compile(r"\b([A-Z]{2,})[ -]?(\d{1,2})\b")
PRONOUN = re.compile(rf"\b{lists.forms('guard.pronouns')}\b", re.I)
NOT_VERBATIM = "quote {} is not in the passage it cites"


def cite(written: Iterable[WrittenClaim]) -> tuple[list[Claim], list[Rejected]]:
    """The claims with a citation for each of their quotes, numbered from 1, still to be checked.

    A claim with a quote that its passage does not have is rejected, with the citations it has.
    """
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    number = 0
    for claim in written:
        cited = [
            verbatim.cited(number + place, passage, quote)
            for place, (passage, quote) in enumerate(claim.quotes, 1)
        ]
        made = Claim(claim.text, tuple(citation for citation in cited if citation))
        if None in cited:
            reason = NOT_VERBATIM.format(number + cited.index(None) + 1)
            rejected.append(Rejected(made, reason))
        else:
            claims.append(made)
            number += len(cited)
    return claims, rejected


def check(
    claims: Iterable[Claim], encode: Encode | None = None
) -> tuple[tuple[Claim, ...], tuple[Rejected, ...]]:
    """The accepted claims and the rejected ones, each in order.

    A claim of quotes alone is accepted if each of them is proved; one in other words must also be
    supported by them. `encode` is the bundled embedding model's, if that is in use: it helps to
    tell whether a claim contradicts its quotes.
    """
    accepted, rejected = [], []
    cached = CachedEncoder(encode) if encode else None
    for claim in claims:
        if reason := _flaw(claim, cached):
            rejected.append(Rejected(claim, reason))
        else:
            accepted.append(claim)
    return tuple(accepted), tuple(rejected)


def _flaw(claim: Claim, encode: Encode | None) -> str:
    """Why the claim is rejected, or ""."""
    if not claim.citations:
        return "it cites nothing"
    for citation in claim.citations:
        if not verbatim.is_proved(citation):
            return NOT_VERBATIM.format(citation.number)
    if not re.search(r"\w", _own_words(claim)):
        return ""
    proofs = tuple(
        citation
        for citation in claim.citations
        if len(re.findall(r"\w+", citation.quote)) >= SHORTEST
    )
    for citation in claim.citations:
        if citation not in proofs and (not proofs or negation.read(citation.quote).denials):
            return f"quote {citation.number} is too short to say anything"
    return next(_unsupported(replace(claim, citations=proofs), encode), "")


def _own_words(claim: Claim) -> str:
    """What the claim says besides the quotes it shows."""
    quotes = {normal(citation.quote).strip() for citation in claim.citations}
    text = claim.text
    for citation in sorted(claim.citations, key=lambda citation: -len(citation.quote)):
        text = text.replace(f"« {citation.quote} »", " ")  # also a quote with « » inside
    text = QUOTED.sub(
        lambda match: " " if normal(match[0][1:-1]).strip() in quotes else match[0], text
    )
    return "" if normal(text).strip() in quotes else text


def _unsupported(claim: Claim, encode: Encode | None) -> Iterator[str]:
    """Each reason, cheapest check first, why its quotes do not support the claim."""
    for citation in claim.citations:
        if _is_cut_off(citation, claim.citations):
            yield f"quote {citation.number} leaves out a negation or a condition of its sentence"
    quotes = " \n".join(citation.quote for citation in claim.citations)
    dates = [citation.passage.date for citation in claim.citations if citation.passage.date]
    date = dates[0] if dates else ""
    about = [
        part
        for citation in claim.citations
        for part in (citation.passage.title, *citation.passage.headings, _meant(citation))
    ]
    codes = {code.groups() for part in about for code in CODE.finditer(part)}
    text = CODE.sub(lambda code: "" if code.groups() in codes else code[0], claim.text)
    yield from _unstated_figures(claim, figures.figures(text, date), quotes)
    if strange := names.missing(text, [quotes, *about]):
        yield f"its quotes do not name {strange[0]}"
    if overreach.unconditional(text, quotes) and (
        not encode or overreach.unconditional(text, concern.sentences(claim.text, quotes, encode))
    ):
        yield "it leaves out a condition of its quotes"
    if reason := overreach.beyond(text, quotes, date):
        yield reason
    if overreach.states_a_wish(text, quotes) and (
        not encode or overreach.states_a_wish(text, nearest(claim.text, quotes, encode))
    ):
        yield "its quotes ask for it and do not say that it is so"
    if encode and (strange_word := _strange_word(claim, about, encode)):
        yield f"its quotes say nothing of {strange_word!r}"
    if not _is_a_sentence(claim) and is_contrary(claim.text, quotes, encode):
        yield "it says the contrary of its quotes"
    if overreach.recommends(claim.text) and not any(
        citation.passage.is_in_force for citation in claim.citations
    ):
        yield "only texts that are not in force or not ours support it"


def _unstated_figures(claim: Claim, asserted: set[figures.Figure], quotes: str) -> Iterator[str]:
    """Why the `quotes` of the claim do not state its figures, the `asserted`, as it counts them."""
    stated: set[figures.Figure] = set()
    for citation in claim.citations:
        date = citation.passage.date
        stated |= figures.figures(citation.quote, date, loose=True)
        stated |= figures.of_a_text(claim.text, date) if date else set()
    if strange := arithmetic.unsaid(asserted, stated):
        yield f"its quotes do not say {strange[0]}"
    if currencies := figures.currencies(claim.text) - figures.currencies(quotes):
        yield f"its quotes do not count in {min(currencies)}"
    counted, quoted = figures.kinds(claim.text), figures.kinds(quotes)
    if counted - quoted and quoted - counted:
        yield f"its quotes do not speak of {min(counted - quoted)}s"
    if figures.rates(claim.text) - figures.rates(quotes, loose=True):
        yield "its quotes do not count by the same unit"


def _strange_word(claim: Claim, about: Sequence[str], encode: Encode) -> str:
    """A word of the claim of which its quotes say nothing, or "".

    `about`: the titles and headings of their passages.
    """
    same = {citation.passage.language for citation in claim.citations} == {language_of(claim.text)}
    texts = [*(citation.quote for citation in claim.citations), " ".join(about)]
    return support.unsupported(names.less_spelled_out(claim.text, texts), texts, same, encode)


def _is_a_sentence(claim: Claim) -> bool:
    """Is it, word for word, a sentence of a quote that the next sentence does not withdraw?"""
    said = normal(claim.text).strip()
    for citation in claim.citations:
        text, spans = citation.passage.text, citation.passage.sentences()
        following = [*(text[slice(*span)] for span in spans[1:]), ""]
        for (start, end), after in zip(spans, following, strict=True):
            inside = citation.start <= start and end <= citation.end
            if inside and normal(text[start:end]).strip() == said:
                return not (negation.read(after).denials and concern.takes_back(after))
    return False


def _meant(citation: Citation) -> str:
    """The one name of the sentence before the quote's, if a pronoun of the quote can mean it.

    "" where there is no pronoun, or more than one name.
    """
    text, spans = citation.passage.text, citation.passage.sentences()
    before = [text[start:end] for start, end in spans if end <= citation.start][-1:]
    named = names.runs(before[0]) if before and PRONOUN.search(citation.quote) else []
    return named[0] if len(named) == 1 else ""


def _is_cut_off(citation: Citation, citations: Sequence[Citation]) -> bool:
    """Does the quote leave out a negation of its own sentences, or a condition behind it?

    Not if another of the `citations` quotes that.
    """
    passage, start, end = citation.passage, citation.start, citation.end
    text = passage.text
    for other in citations:
        if other.passage.id == passage.id and len(other.quote.split()) >= WHOLE:
            text = text[: other.start] + " " * (other.end - other.start) + text[other.end :]
    touched = [span for span in passage.sentences() if span[0] < end and start < span[1]]
    first = min([start, *(begins for begins, _ in touched)])
    last = max([end, *(ends for _, ends in touched)])
    before, after = normal(text[first:start]), normal(text[end:last])
    return negation.cut_off(before, after) or overreach.leaves_a_condition(after)
