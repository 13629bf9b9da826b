"""What our texts have on the sentences of a draft: search, the guard's exact checks, a verdict.

Promise: a verdict says that figures, dates or names differ only where the nearest quotes are about
the same thing, by the words they share; what is near is shown without a judgement.
"""

import contextlib
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot import wording
from bot.chat.model import ChatModelFailed, Doubt, Writer
from bot.guard import figures, names, verbatim
from bot.records import Citation, Hit
from bot.statements import ENDS, INSTEAD
from bot.views.draft import Finding
from index.language import lists
from index.language.detect import language_of
from index.language.figures import Figure
from index.language.figures import figures as read_figures
from index.language.fold import fold, fold_with_offsets
from index.language.words import Term, terms
from index.shelf.lexical import Lexical

NEAR, SAME = 0.4, 0.6  # share of the sentence's words that a quote has: near it; on the same thing
WAS = 20  # characters behind "instead of" in which the figure stands that was
BECOMES = re.compile(rf"\s{lists.forms('statements.becomes')}\s")
OWN = 2  # of these words that a quote has itself; its title and headings may have the others
ABROAD = 0.86  # late interaction from which a quote of the other language is near
MOST = 3  # quotes that are shown
DIFFERS = {
    "fr": "{here} ici ; {there} dans le texte : {source}",
    "en": "{here} here; {there} in the text: {source}",
}
OLDER = {
    "fr": "{there} dans un texte plus récent : {source}",
    "en": "{there} in a newer text: {source}",
}


@dataclass(frozen=True)
class _Near:
    """A sentence of a passage, and the share of the draft's words that it has."""

    citation: Citation
    share: float


def findings(
    sentences: Iterable[tuple[object, str]],
    search: Callable[[str], Sequence[Hit]],
    lexical: Lexical,
    writer: Writer | None = None,
) -> list[Finding]:
    """What is found on each (id, sentence), in order. Raises as `search`.

    `lexical` knows what acronyms stand for. With a chat model, its opinion is added to what is
    near, and marked as its own.
    """
    found = [
        _finding(identity, sentence, search(sentence), lexical) for identity, sentence in sentences
    ]
    doubtful = [one for one in found if one.verdict == "near"]
    if writer and writer.verifies and doubtful:
        doubts = [
            Doubt(one.sentence, "", tuple(cited.quote for cited in one.citations))
            for one in doubtful
        ]
        with contextlib.suppress(ChatModelFailed):  # its opinion is missing, and nothing else
            said = iter(writer.look_over(doubts, writer.seconds))
            found = [
                replace(one, opinion=next(said)) if one.verdict == "near" else one for one in found
            ]
    return found


def _finding(identity: object, sentence: str, hits: Sequence[Hit], lexical: Lexical) -> Finding:
    said = [
        cited
        for hit in hits
        if (cited := verbatim.cited(1, hit.passage, sentence.strip(' «»"“”.;')))
    ]
    near = _nearest(sentence, hits, lexical)
    shown = _numbered(said or [one.citation for one in near])
    same = [one.citation for one in near if one.share >= SAME]
    if not shown:
        return Finding(identity, sentence, "nothing")
    if newer := _newer(sentence, said, near):
        older = [one.citation for one in near if one.citation is not newer]
        citations = _numbered([newer, *(said or older)])
        return Finding(identity, sentence, "outdated", _told(OLDER, sentence, newer), citations)
    if said:
        return Finding(identity, sentence, "verbatim", "", shown)
    if same and (here := _strange(sentence, same)):
        reason = _told(DIFFERS, sentence, same[0], here)
        return Finding(identity, sentence, "conflict", reason, _numbered(same))
    return Finding(identity, sentence, "near", "", shown)


def _nearest(sentence: str, hits: Sequence[Hit], lexical: Lexical) -> list[_Near]:
    """The nearest sentences, one of a passage: those in force first, then by date, newest first."""
    language = language_of(sentence)
    asked = set(terms(sentence, language))
    near = []
    for hit in hits:
        passage = hit.passage
        over = _said(" ".join((passage.title, *passage.headings)), language, lexical)
        found = [(0.0, 0, 0)]
        for start, end in passage.sentences():
            own = asked & _said(passage.text[start:end], language, lexical)
            if len(own) >= min(OWN, len(asked)):
                found.append((len(own | (asked & over)) / max(1, len(asked)), start, end))
        share, start, end = max(found)
        if share < NEAR and passage.language != language and hit.score >= ABROAD and hit.sentences:
            one = max(hit.sentences, key=lambda sentence: sentence.score)
            share, start, end = NEAR, one.start, one.end
        if share >= NEAR:
            near.append(
                _Near(Citation(1, passage, passage.text[start:end], start, end), round(share, 1))
            )
    near.sort(key=lambda one: (one.citation.passage.is_in_force, one.citation.passage.date))
    return near[::-1]


def _said(text: str, language: str, lexical: Lexical) -> set[Term]:
    """The terms of the text, of what its acronyms stand for, and the acronyms of its long forms."""
    spelled = (form for forms in lexical.spelled_out(text).values() for form in forms)
    return set(terms(" ".join((text, *spelled)), language))


def _strange(sentence: str, cited: Sequence[Citation]) -> str:
    """The figure or name of the sentence that none of the quotes has, where they have another."""
    texts = [(one.quote, one.passage.date) for one in cited]
    unsaid = figures.unsaid(sentence, texts)
    if unsaid and _others(sentence, cited):
        said = (one for one in read_figures(sentence) if str(one) == unsaid)
        return next((wording.figure(one, language_of(sentence)) for one in said), unsaid)
    quotes = [one.quote for one in cited]
    described = [text for one in cited for text in (one.passage.title, *one.passage.headings)]
    is_translated = language_of(sentence) != cited[0].passage.language
    lacking = names.unnamed(sentence, [*quotes, *described], is_translated)
    return lacking[0] if lacking and names.unnamed(quotes[0], [sentence], is_translated) else ""


def _others(sentence: str, cited: Sequence[Citation]) -> list[str]:
    """The figures of the first quote, in the units of the sentence's, that it does not have."""
    here = read_figures(sentence)
    units = {one.measured[1] for one in here}
    there = read_figures(cited[0].quote, cited[0].passage.date)
    language = language_of(sentence)
    return sorted(
        wording.figure(one, language)
        for one in there
        if one.measured[1] in units and not any(one.is_same(other) for other in here)
    )


def _newer(sentence: str, said: Sequence[Citation], near: Sequence[_Near]) -> Citation | None:
    """A newer quote in force that has another figure, or says that the sentence's own is over.

    None where a text as new says the sentence's figures plainly, or where no older one does.
    """
    mine = read_figures(sentence)
    having = [one.citation for one in near if _has(mine, one.citation.quote)]
    plain = [*said, *(one for one in having if not _is_over(mine, one.quote))]
    newest = max((one.passage.date for one in plain if one.passage.is_in_force), default="")
    for one in near if mine and plain else ():
        cited = one.citation
        if not cited.passage.is_in_force or cited.passage.date <= newest:
            continue
        differs = one.share >= SAME and cited not in having and _others(sentence, [cited])
        if differs or (cited in having and _is_over(mine, cited.quote)):
            return cited
    return None


def _has(mine: Iterable[Figure], quote: str) -> bool:
    """Does the quote have all of these figures?"""
    its = read_figures(quote)
    return all(any(one.is_same(other) for other in its) for one in mine)


def _is_over(mine: Iterable[Figure], quote: str) -> bool:
    """Does the quote say that something has ended, or name one of the figures as what was?"""
    said, places = fold_with_offsets(quote)
    was = [
        figure
        for found in INSTEAD.finditer(said)
        for figure in read_figures(
            BECOMES.split(quote[places[found.start()] : places[found.end()] + WAS])[0]
        )
    ]
    return ENDS.search(said) is not None or any(one.is_same(other) for one in mine for other in was)


def _told(forms: dict[str, str], sentence: str, cited: Citation, here: str = "") -> str:
    language = language_of(sentence)
    others = ", ".join(_others(sentence, [cited])) or ", ".join(
        names.unnamed(cited.quote, [sentence], False)
    )
    source = wording.source_line(cited.passage, language)
    return forms[language].format(here=here, there=others, source=source)


def _numbered(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The first citations, each text once, numbered from 1."""
    unique = {fold(one.quote): one for one in reversed(list(citations))}
    first = itertools.islice(reversed(list(unique.values())), MOST)
    return tuple(replace(one, number=number) for number, one in enumerate(first, 1))
