"""Grades claims by the passages they cite. Pure.

Promise: a claim is `quote` if it is its quotes, `proved` if it is its quotes made shorter, else
`worded`; in every grade each quote's own span is proved (verbatim), and each figure and name of the
claim stands in its quotes, their titles or headings. What fails is returned whole with its reason.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from bot.guard import figures, names, verbatim
from bot.guard.shortening import differs_in_a_denial, is_shortened
from bot.guard.verbatim import normal
from bot.records import Citation, Claim, Rejected, WrittenClaim
from index.language import lists
from index.language.detect import language_of
from index.language.fold import fold
from index.language.lists import LANGUAGES
from index.passage import Passage

SHORTEST = 3  # words of a quote that proves a claim
TAKEN_BACK = 14  # words of a sentence, at most, that only takes back the one before
QUOTED = re.compile(r"«.*?»|“.*?”", re.S)
WORD = re.compile(r"[^\W_]+(?:'(?=t\b)\w)?")
PRONOUN = re.compile(rf"\b{lists.forms('pronouns.third')}\b")
DENIALS = lists.words("guard.denials")
TURNS = DENIALS | lists.words("guard.refusals")
ANAPHORS = lists.words("guard.anaphors")
CLAUSES = re.compile(rf"[;,]|\b{lists.forms('guard.joins')}\b")
CONDITION = re.compile(rf"\W*(?:{lists.forms('guard.joins')} )?{lists.forms('guard.conditions')}")
OURS = {
    language: re.compile(
        rf"\b(?:{lists.forms('guard.ours', language)}|{lists.forms('guard.we', language)}"
        rf"|{lists.forms('guard.possessors', language)}[ ']"
        rf"{lists.forms('guard.federation', language)})\b"
    )
    for language in LANGUAGES
}
# A denial may end a word ("don't").
REFUSES = rf"(?:\b{lists.forms('stance.against')}|(?:\b|(?=n't)){lists.forms('guard.denials')}\b)"
WE_REFUSE = {
    language: re.compile(rf"{ours.pattern} (?:[\w']+[ ']){{0,2}}?\w*{REFUSES}")
    for language, ours in OURS.items()
}
SET_AGAINST = re.compile(rf"{REFUSES}|\b{lists.forms('guard.restrictions')}\b")
OUR_VERB = re.compile(rf" (?:\w+ )?{lists.forms('guard.asks')}")
WE_DO = re.compile(rf"\b{lists.forms('guard.we_do')}")
ARTICLE = rf"(?:{lists.forms('guard.possessors')}[\s']+)?$"
HOLDS = re.compile(rf"\b{lists.forms('guard.names_us')}\s+{ARTICLE}")
SUBJECT = re.compile(rf"(?:^|[.;,:]\s*|\bthat |\bqu[e'] ?){ARTICLE}|{HOLDS.pattern}")
ASKS = re.compile(
    rf"(?<!que )(?<!that )\b(?:{lists.forms('guard.we')}|{lists.forms('guard.possessors')}[ ']?"
    rf"{lists.forms('guard.federation')}) (?:\w+ )?{lists.forms('guard.asks')}(?:e|ons|t|s)?\b"
)
NOT_VERBATIM = "quote {} is not in the passage it cites"
CONFLICT = (
    "its quotes do not say {}",
    "its quotes do not name {}",
    "it denies what its quotes do not deny, or the other way round",
    "only texts that are not in force or not ours support it",
)


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
        made = Claim(claim.text, tuple(citation for citation in cited if citation), "worded")
        if None in cited:
            reason = NOT_VERBATIM.format(number + cited.index(None) + 1)
            rejected.append(Rejected(made, reason))
        else:
            claims.append(made)
            number += len(cited)
    return claims, rejected


def check(
    claims: Iterable[Claim], federation: Collection[str] = ()
) -> tuple[tuple[Claim, ...], tuple[Rejected, ...]]:
    """The accepted claims with their grades and the rejected ones, each in order.

    `federation`: its names, beside "nous" and "la fédération".
    """
    accepted, rejected = [], []
    for claim in claims:
        grade, reason = _judged(claim, federation)
        if reason:
            rejected.append(Rejected(claim, reason))
        else:
            accepted.append(replace(claim, grade=grade))
    return tuple(accepted), tuple(rejected)


def verdict(
    claim: str, evidence: Sequence[str], federation: Collection[str] = ()
) -> tuple[str, str]:
    """("proved", "worded" or "conflict", why) of a claim on the texts that it rests on."""
    passages = [_passage(number, text) for number, text in enumerate(evidence)]
    cited = tuple(
        Citation(number, passage, passage.text, 0, passage.end)
        for number, passage in enumerate(passages, 1)
    )
    grade, reason = _judged(Claim(claim, cited), federation)
    return ("conflict", reason) if reason else ("proved" if grade != "worded" else "worded", "")


def _judged(claim: Claim, federation: Collection[str]) -> tuple[str, str]:
    """The claim's grade, and why it is rejected, or ""."""
    if reason := _unproved(claim):
        return "worded", reason
    if not re.search(r"\w", _own_words(claim)):
        return "quote", ""
    if all(len(re.findall(r"\w+", one.quote)) < SHORTEST for one in claim.citations):
        return "worded", f"quote {claim.citations[0].number} is too short to say anything"
    strange = _strange_names(claim)
    called = frozenset(federation) | _names_of_ours(claim, strange, federation)
    if reason := next(_flaws(claim, [name for name in strange if name not in called], called), ""):
        return "worded", reason
    return _grade(claim, called)


def _unproved(claim: Claim) -> str:
    """Which of the claim's quotes its passage does not have, or ""."""
    if not claim.citations:
        return "it cites nothing"
    wrong = [one.number for one in claim.citations if not verbatim.is_proved(one)]
    return NOT_VERBATIM.format(wrong[0]) if wrong else ""


def _grade(claim: Claim, called: Collection[str]) -> tuple[str, str]:
    """As `_judged`, of a claim whose figures and names are all in its quotes."""
    quotes = [citation.quote for citation in claim.citations]
    proved = is_shortened(claim.text, quotes, called) and (
        _are_whole(claim.citations) or is_shortened(claim.text, _sentences(claim), called)
    )
    if proved and not any(_is_taken_back(citation) for citation in claim.citations):
        return "proved", ""
    denies = not proved and differs_in_a_denial(claim.text, quotes, called)
    return "worded", CONFLICT[2] if denies else ""


def _flaws(claim: Claim, strange: Sequence[str], called: Collection[str]) -> Iterator[str]:
    """Each reason why the claim is in conflict with its quotes."""
    for citation in claim.citations:
        if _is_cut_off(citation, claim.citations):
            yield f"quote {citation.number} leaves out a negation or a condition of its sentence"
    texts = [
        (text, citation.passage.date)
        for citation in claim.citations
        for text in (citation.quote, citation.passage.title, *citation.passage.headings)
    ]
    if unsaid := figures.unsaid(claim.text, texts):
        yield CONFLICT[0].format(unsaid)
    if strange:
        yield CONFLICT[1].format(strange[0])
    if other := names.exchanged(claim.text, [text for text, _ in texts]):
        yield CONFLICT[0].format(other)
    said = _by_us(claim.text, called)
    if WE_REFUSE[language_of(claim.text)].search(said) and not any(
        SET_AGAINST.search(fold(text)) for text, _ in texts
    ):
        yield CONFLICT[2]
    if ASKS.search(said) and not any(citation.passage.is_in_force for citation in claim.citations):
        yield CONFLICT[3]


def _strange_names(claim: Claim) -> list[str]:
    """The claim's names that neither its quotes have nor what describes their passages."""
    sources = [
        text
        for citation in claim.citations
        for text in (citation.quote, citation.passage.title, *citation.passage.headings)
    ]
    quoted = language_of(" ".join(citation.quote for citation in claim.citations))
    return names.unnamed(claim.text, sources, language_of(claim.text) != quoted)


def _names_of_ours(
    claim: Claim, strange: Sequence[str], federation: Collection[str]
) -> frozenset[str]:
    """What the claim calls the federation, where nothing says how it is called.

    That is the one name its quotes do not have, where the claim says it in place of their "we", or
    as that of somebody who asks or thinks; not where it may stand for an acronym of theirs.
    """
    if federation or len(strange) != 1:
        return frozenset()
    [name], said = strange, str(fold(claim.text))
    at = said.find(str(fold(name)))
    quotes = " ".join(citation.quote for citation in claim.citations)
    # Behind its first word "the Union" is the European one.
    plain = fold(re.sub(r"(?<=\w)\W+[A-ZÀ-Þ]\w+", "", claim.text))
    quoted = fold(quotes)
    others = names.unnamed(quotes, [claim.text], language_of(claim.text) != language_of(quotes))
    if OURS[language_of(claim.text)].search(plain) or any(other.isupper() for other in others):
        return frozenset()
    speaks = OURS[language_of(quoted)].search(quoted) or PRONOUN.search(quoted)
    asks = OUR_VERB.match(said[at + len(name) :]) or HOLDS.search(said[:at])
    is_subject = SUBJECT.search(said[:at]) is not None
    if others:
        stands = name.isupper() and bool(asks or (is_subject and WE_DO.search(quoted)))
    else:
        stands = bool(speaks) and (name.isupper() or is_subject)
    return frozenset(strange) if stands or (asks and name.isupper()) else frozenset()


def _by_us(claim: str, called: Collection[str]) -> str:
    """The claim, folded, with its language's "we" for what the federation is called."""
    said, we = str(fold(claim)), "we" if language_of(claim) == "en" else "nous"
    for name in called:
        said = re.sub(rf"(?:\bl')?\b{re.escape(str(fold(name)))}\b", we, said)
    return said


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


def _touched(citation: Citation) -> list[tuple[int, int]]:
    """The sentences that the quote is of."""
    return [
        span
        for span in citation.passage.sentences()
        if span[0] < citation.end and citation.start < span[1]
    ]


def _are_whole(citations: Sequence[Citation]) -> bool:
    return all(
        citation.start <= start and end <= citation.end
        for citation in citations
        for start, end in _touched(citation)
    )


def _sentences(claim: Claim) -> list[str]:
    """The whole sentences that the claim's quotes are of, each once, in their order."""
    return list(
        dict.fromkeys(
            citation.passage.text[start:end]
            for citation in claim.citations
            for start, end in _touched(citation)
        )
    )


def _is_cut_off(citation: Citation, citations: Sequence[Citation]) -> bool:
    """Does the quote leave out a negation of its own clause, or a condition behind it?

    Not if another of the `citations` quotes that.
    """
    text, touched = citation.passage.text, _touched(citation)
    for other in citations:
        if other is not citation and other.passage.id == citation.passage.id:
            text = text[: other.start] + " " * (other.end - other.start) + text[other.end :]
    first = min([citation.start, *(start for start, _ in touched)])
    last = max([citation.end, *(end for _, end in touched)])
    before = CLAUSES.split(fold(normal(text[first : citation.start])))[-1]
    after = fold(normal(text[citation.end : last]))
    return (
        _turns(before)
        or _turns(CLAUSES.split(after.lstrip(" ,"))[0] if not after.startswith(";") else "")
        or CONDITION.match(after) is not None
    )


def _is_taken_back(citation: Citation) -> bool:
    """Does the sentence behind the quote only deny or refuse what it says?"""
    text = citation.passage.text
    behind = [span for span in citation.passage.sentences() if span[0] >= citation.end][:1]
    said = WORD.findall(fold(text[slice(*behind[0])])) if behind else []
    return 0 < len(said) <= TAKEN_BACK and bool(TURNS & set(said)) and bool(ANAPHORS & set(said))


def _turns(text: str) -> bool:
    return not TURNS.isdisjoint(WORD.findall(text))


def _passage(number: int, text: str) -> Passage:
    """A passage of nothing but the text."""
    return Passage(
        path="", title="", id=str(number), headings=(), page=0, start=0, end=len(text), text=text
    )
