"""An Answer -> the HTML of its message and of its sources. Owns escaping.

Promise: every character that comes from a document or a member is text on the page, never markup or a link. A link leads to a
document of the index or to a place on the page, nowhere else.
"""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from bot import wording
from bot.records import Answer, Citation, Claim
from bot.web.labels import LABELS
from bot.web.memory import Neighbours, Turn
from index.passage import Passage

CLOSE = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15"/></svg>'


def literal(text: str) -> str:
    """Text that stays what it is in HTML, its line breaks kept."""
    return escape(text).replace("\n", "<br>")


def message(answer: Answer, turn: int) -> str:
    """The chat message of the conversation's answer number `turn`, all in the question's language; its [n] point at `sources(turn)`."""
    language = answer.language
    labels = LABELS[language]
    if answer.abstained:
        return (
            f'<div class="state nothing" lang="{language}"><p class="lead">{literal(wording.NOTHING[language])}</p>'
            f'<p class="hint">{literal(labels["nothing_hint"])}</p>{_nearest(answer.nearest, language, wording.NEAREST[language])}</div>'
        )
    items = "".join(f"<li>{_claim(claim, turn, language)}</li>" for claim in answer.claims)
    unsure = (
        f'<p class="state unsure"><b>{literal(labels["unsure"])}</b> {literal(labels["unsure_hint"])}</p>'
        if answer.unsure
        else ""
    )
    note = f'<p class="note">{literal(answer.note)}</p>' if answer.note else ""
    cited = {citation.passage.path for citation in answer.citations}
    others = [passage for passage in answer.nearest if passage.path not in cited]
    return (
        f'<div lang="{language}">{unsure}<p class="lead">{literal(wording.lead(answer.claims, language))}</p><ul class="claims">{items}</ul>{note}'
        f"{_nearest(others, language, labels['see'])}</div>"
    )


def sources(turn: Turn, language: str) -> str:
    """The sources of one answer: for each citation its description and its passage, in its surroundings, with the quote highlighted."""
    around = turn.around or ((None, None),) * len(turn.answer.citations)
    cards = "".join(
        card(citation, f"src-{turn.number}-{citation.number}", language, neighbours)
        for citation, neighbours in zip(turn.answer.citations, around, strict=False)
    )
    return (
        f'<section class="turn-sources"><h3>{escape(turn.answer.question)}</h3>{cards}</section>'
        if cards
        else ""
    )


def panel(turns: Sequence[Turn], language: str) -> str:
    """The sources of the whole conversation, newest answer first."""
    labels = LABELS[language]
    shown = "".join(sources(turn, language) for turn in reversed(turns))
    return (
        f'<div class="panel-head"><h2 id="sources-title">{escape(labels["sources"])}</h2>'
        f'<button type="button" class="icon close" data-do="close" aria-label="{escape(labels["close"])}">{CLOSE}</button></div>'
        + (shown or f'<p class="hint empty">{escape(labels["no_sources"])}</p>')
    )


def card(
    citation: Citation, identity: str, language: str, around: Neighbours = (None, None)
) -> str:
    """A source that opens: its description, then its passage with the quote highlighted, what stands around it dimmed."""
    passage = citation.passage
    headings = " › ".join(heading for heading in passage.headings if heading != passage.title)
    path = f'<p class="headings">{escape(headings)}</p>' if headings else ""
    before, after = passage.text[: citation.start], passage.text[citation.end :]
    text = (
        f"{_dimmed(around[0], 'before', language)}{escape(before.lstrip())}<mark>{escape(citation.quote)}</mark>{escape(after.rstrip())}"
        f"{_dimmed(around[1], 'after', language)}"
    )
    return (
        f'<details class="source" id="{identity}"><summary><span class="number">{citation.number}</span>'
        f'<span class="what"><span class="title">{escape(passage.title)}</span><span class="facts">{escape(facts(passage, language))}</span>'
        f"{badges(passage, language)}</span></summary>"
        f'{path}<blockquote lang="{passage.language}" tabindex="-1">{text}</blockquote>'
        f'<p class="original">{document_link(passage, LABELS[language]["open"])}</p></details>'
    )


def facts(passage: Passage, language: str) -> str:
    """Date, kind and page in one line."""
    known = [wording.spoken_date(passage.date, language), wording.KINDS[language][passage.kind]]
    if passage.page:
        known.append(f"{LABELS[language]['page']} {passage.page}")
    return " · ".join(known)


def badges(passage: Passage, language: str) -> str:
    """Labels for a text that is not simply the federation's adopted word, a blank before each."""
    status = wording.STATUSES[language].get(passage.status)
    shown = f' <span class="status {passage.status}">{escape(status)}</span>' if status else ""
    if passage.is_forwarded:
        shown += f' <span class="status forwarded">{escape(LABELS[language]["forwarded"])}</span>'
    if passage.audience == "staff":
        shown += f' <span class="status staff">{escape(LABELS[language]["staff_only"])}</span>'
    return shown


def document_link(passage: Passage, text: str) -> str:
    """A link that opens the document itself, a PDF at the passage's page, in a tab of its own."""
    page = f"#page={passage.page}" if passage.page and passage.path.lower().endswith(".pdf") else ""
    return f'<a class="document" href="/document/{escape(quote(passage.path))}{page}" target="_blank" rel="noopener">{literal(text)}</a>'


def _nearest(passages: Iterable[Passage], language: str, title: str) -> str:
    items = "".join(
        f'<li>{document_link(passage, passage.title)} <span class="facts">{escape(facts(passage, language))}</span>'
        f"{badges(passage, language)}</li>"
        for passage in passages
    )
    return f'<p class="see">{literal(title)}</p><ul class="nearest">{items}</ul>' if items else ""


def _claim(claim: Claim, turn: int, language: str) -> str:
    passage = claim.citations[0].passage
    own = "" if claim.text.startswith("« ") else f'<span class="said">{literal(claim.text)}</span> '
    quotes = own + " ".join(
        f'<q class="quote" lang="{passage.language}">{literal(citation.quote)}</q> {_mark(citation, turn, language)}'
        for citation in claim.citations
    )
    original = wording.ORIGINAL.get((language, passage.language))
    note = f" · {original}" if original else ""
    source = wording.source_line(passage, language)
    return f'{quotes}<span class="origin">{literal(source + note)}</span>'


def _mark(citation: Citation, turn: int, language: str) -> str:
    name = LABELS[language]["open_source"].format(
        number=citation.number, title=citation.passage.title
    )
    return f'<a class="cite" href="#src-{turn}-{citation.number}" aria-label="{escape(name)}">{citation.number}</a>'


def _dimmed(passage: Passage | None, place: str, language: str) -> str:
    if passage is None:
        return ""
    said = f'<span class="sr">{escape(LABELS[language][place])} </span>'
    return f'<span class="around {place}">{said}{escape(passage.text.strip())}</span>'
