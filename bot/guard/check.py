"""Checks claims against the passages they cite. Pure, but for the embedding model it is given. What does not stand is removed whole and
returned with its reason, never repaired.

A quote counts only if verbatim: white space and typographic variants (quotation marks, apostrophes, dashes, no-break blanks)
make no difference, nothing else is forgiven. A claim in words of its own stands only with its figures, its names and its side in its quotes,
and says nothing beyond them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.guard import arithmetic, concern, figures, names, negation, overreach, support
from bot.guard.agreement import Encode, Remembered, is_contrary, nearest
from bot.records import Citation, Claim, Rejected
from index.language.detect import language_of
from index.passage import Passage

VARIANTS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"}
)
SHORTEST, WHOLE = (
    3,
    5,
)  # words of a quote that proves a claim; of one that may hold what another leaves out of their sentence
QUOTED = re.compile(r"«.*?»|“.*?”", re.S)
# Also what a document heads so itself: a claim that speaks for us is held to more than a label is.
FORWARDED = re.compile(
    r"message transféré|message réexpédié|forwarded message|transféré par|original message|message d'origine",
    re.I,
)
CODE = re.compile(
    r"\b([A-Z]{2,})[ -]?(\d{1,2})\b"
)  # "NIS 2" in a claim is the NIS2 of the passage's heading: named, and no figure
PRONOUN = re.compile(
    r"\b(?:ils?|elles?|son|sa|ses|leurs?|he|she|it|its|his|her|they|their)\b", re.I
)
INNER = (
    re.compile(r"\d[ .,/-]?$"),
    re.compile(
        r"(?:[.,]\d|[ -]?(?:\d{3}\b|[%€$£]|mill|milli|bill|thousand|bn\b|k\b|m\b|M|md))", re.I
    ),
)


def normal(text: str) -> str:
    """The text with typographic variants made one and white space folded, for comparing only."""
    quoted = re.sub(r"«\s*|\s*»", '"', text.replace("…", "..."))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", quoted).translate(VARIANTS)).strip()


def check(
    claims: Iterable[Claim], encode: Encode | None = None
) -> tuple[tuple[Claim, ...], tuple[Rejected, ...]]:
    """Part claims into those that stand and those that fall, each in order.

    A claim of quotes alone stands if each of them is in the passage it cites; one in other words must also be borne out by them.
    `encode` is the bundled embedding model's, if that is in use: it helps to tell whether a claim and its quotes take the same side.
    """
    standing, rejected = [], []
    remembered = Remembered(encode) if encode else None
    for claim in claims:
        reason = _flaw(claim, remembered)
        if reason:
            rejected.append(Rejected(claim, reason))
        else:
            standing.append(claim)
    return tuple(standing), tuple(rejected)


def _flaw(claim: Claim, encode: Encode | None) -> str:
    """Why the claim falls, or ""."""
    if not claim.citations:
        return "it cites nothing"
    for citation in claim.citations:
        if not any(_bounded(citation, at) for at in _places(citation)):
            return f"quote {citation.number} is not in the passage it cites"
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
    return _unproven(replace(claim, citations=proofs), encode)


def _own_words(claim: Claim) -> str:
    """What the claim says besides the quotes it shows."""
    quotes = {normal(citation.quote) for citation in claim.citations}
    text = claim.text
    for citation in sorted(claim.citations, key=lambda citation: -len(citation.quote)):
        text = text.replace(f"« {citation.quote} »", " ")  # one that holds a quotation itself, too
    text = QUOTED.sub(lambda match: " " if normal(match[0][1:-1]) in quotes else match[0], text)
    return "" if normal(text) in quotes else text


def _unproven(claim: Claim, encode: Encode | None) -> str:
    """What the claim says and its quotes do not, or ""."""
    for citation in claim.citations:
        if _cut_off(
            citation,
            [
                other
                for other in claim.citations
                if other is not citation and other.passage.id == citation.passage.id
            ],
        ):
            return f"quote {citation.number} leaves out a negation or a condition of its sentence"
    quotes = " \n".join(citation.quote for citation in claim.citations)
    dates = [citation.passage.date for citation in claim.citations if citation.passage.date]
    stated = {
        figure
        for citation in claim.citations
        for figure in figures.figures(citation.quote, citation.passage.date, loose=True)
    }
    stated |= {figure for date in dates for figure in figures.of_a_text(claim.text, date)}
    about = [
        part
        for citation in claim.citations
        for part in (citation.passage.title, *citation.passage.headings, _meant(citation))
    ]
    codes = {code.groups() for part in about for code in CODE.finditer(part)}
    text = CODE.sub(lambda code: "" if code.groups() in codes else code[0], claim.text)
    asserted = figures.figures(text, dates[0] if dates else "")
    if strange := arithmetic.unsaid(asserted, stated):
        return f"its quotes do not say {strange[0]}"
    if strange := figures.currencies(claim.text) - figures.currencies(quotes):
        return f"its quotes do not count in {min(strange)}"
    ours, theirs = figures.kinds(claim.text), figures.kinds(quotes)
    if ours - theirs and theirs - ours:
        return f"its quotes do not speak of {min(ours - theirs)}s"
    if figures.rates(claim.text) - figures.rates(quotes, loose=True):
        return "its quotes do not count by the same unit"
    if strange := names.missing(text, [quotes, *about]):
        return f"its quotes do not name {strange[0]}"
    if overreach.unconditional(text, quotes) and (
        not encode or overreach.unconditional(text, concern.sentences(claim.text, quotes, encode))
    ):
        return "it leaves out a condition of its quotes"
    if reason := overreach.beyond(text, quotes, dates[0] if dates else ""):
        return reason
    if overreach.states_a_wish(text, quotes) and (
        not encode or overreach.states_a_wish(text, nearest(claim.text, quotes, encode))
    ):
        return "its quotes ask for it and do not say that it is so"
    if encode and (strange := _strange_word(claim, about, encode)):
        return f"its quotes say nothing of {strange!r}"
    if not _is_a_sentence(claim) and is_contrary(claim.text, quotes, encode):
        return "it says the contrary of its quotes"
    if overreach.recommends(claim.text) and not any(
        _is_ours(citation.passage) for citation in claim.citations
    ):
        return "only texts that are not in force or not ours support it"
    return ""


def _strange_word(claim: Claim, about: Sequence[str], encode: Encode) -> str:
    """A word of the claim of which its quotes say nothing, or "". `about`: the titles and headings of their passages."""
    same = {citation.passage.language for citation in claim.citations} == {language_of(claim.text)}
    texts = [*(citation.quote for citation in claim.citations), " ".join(about)]
    return support.unsupported(names.less_spelled_out(claim.text, texts), texts, same, encode)


def _is_a_sentence(claim: Claim) -> bool:
    """Is it, word for word, a whole sentence of one of its quotes, which the next one in the passage does not take back?"""
    said = normal(claim.text)
    for citation in claim.citations:
        text, spans = citation.passage.text, citation.passage.sentences()
        for (start, end), after in zip(
            spans, [*(text[slice(*span)] for span in spans[1:]), ""], strict=True
        ):
            if citation.start <= start and end <= citation.end and normal(text[start:end]) == said:
                return not (negation.read(after).denials and concern.takes_back(after))
    return False


def _meant(citation: Citation) -> str:
    """The one name of the sentence before the quote's, where a pronoun of the quote can mean nothing else; "" otherwise."""
    sentences = citation.passage.sentences()
    before = [
        citation.passage.text[start:end] for start, end in sentences if end <= citation.start
    ][-1:]
    named = names.runs(before[0]) if before and PRONOUN.search(citation.quote) else []
    return named[0] if len(named) == 1 else ""


def _places(citation: Citation) -> list[int]:
    """Where the quote begins in its passage, both made normal."""
    quote = normal(citation.quote)
    return (
        [match.start() for match in re.finditer(re.escape(quote), normal(citation.passage.text))]
        if quote
        else []
    )


def _bounded(citation: Citation, at: int) -> bool:
    """Does the quote begin and end with whole words and whole figures?"""
    text, quote = normal(citation.passage.text), normal(citation.quote)
    before, after = text[:at], text[at + len(quote) :]
    if before[-1:].isalnum() and quote[0].isalnum() or after[:1].isalnum() and quote[-1].isalnum():
        return False
    return not (
        quote[0].isdigit()
        and INNER[0].search(before)
        or quote[-1].isdigit()
        and INNER[1].match(after)
    )


def _cut_off(citation: Citation, beside: Sequence[Citation]) -> bool:
    """Is there a negation in the quote's own sentences that the quote leaves out, or a condition behind it? Not if it is quoted `beside` it."""
    passage, quote, at = citation.passage, normal(citation.quote), _places(citation)[0]
    text = normal(passage.text)
    spans = [
        (len(normal(passage.text[:start])), len(normal(passage.text[:end])))
        for start, end in passage.sentences()
    ]
    touched = [(start, end) for start, end in spans if start < at + len(quote) and at < end]
    first, last = (
        min((start for start, _ in touched), default=at),
        max((end for _, end in touched), default=at + len(quote)),
    )
    before, after = text[first:at], text[at + len(quote) : max(last, at + len(quote))]
    for other in beside:
        if len(other.quote.split()) >= WHOLE:
            before, after = (
                before.replace(normal(other.quote), " "),
                after.replace(normal(other.quote), " "),
            )
    return negation.cut_off(before, after) or overreach.leaves_a_condition(after)


def _is_ours(passage: Passage) -> bool:
    return passage.is_in_force and not any(
        FORWARDED.search(heading) for heading in passage.headings
    )
