"""An Answer -> the HTML of its message and of its sources. Owns escaping.

Promise: every character that comes from a document or a member is text on the page, never markup, Markdown or a link.
"""

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from bot import wording
from bot.records import Answer, Citation, Claim
from bot.web.labels import LABELS
from index.passage import Passage

MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|~$:/@=^]")


def literal(text: str) -> str:
    """Text that stays what it is in HTML and in Markdown: entities for all that either of them would read as markup."""
    coded = MARKDOWN.sub(lambda match: f"\0{ord(match[0])};", text)
    return escape(coded).replace("\0", "&#").replace("\n", "<br>")


def message(answer: Answer, turn: int) -> str:
    """The chat message of the conversation's answer number `turn`; its [n] point at `sources(answer, turn)`."""
    if answer.abstained:
        return _nothing(answer)
    items = "".join(f"<li>{_claim(claim, answer.language, turn)}</li>" for claim in answer.claims)
    return f'<p>{literal(wording.LEAD[answer.language])}</p><ul class="claims">{items}</ul>'


def sources(answer: Answer, turn: int, language: str) -> str:
    """The sources of one answer: for each citation its description and its passage with the quote highlighted."""
    cards = "".join(_card(citation, turn, language) for citation in answer.citations)
    return f'<section class="turn"><h3>{escape(answer.question)}</h3>{cards}</section>' if cards else ""


def panel(rendered: Sequence[str], language: str) -> str:
    """The sources of the whole conversation, newest answer first."""
    title = f'<h2 id="sources-title">{escape(LABELS[language]["sources"])}</h2>'
    return title + ("".join(reversed(rendered)) or f'<p class="hint">{escape(LABELS[language]["no_sources"])}</p>')


def _nothing(answer: Answer) -> str:
    lead = f'<p class="nothing">{literal(wording.NOTHING[answer.language])}</p>'
    if not answer.nearest:
        return lead
    items = "".join(f"<li>{_document_link(passage, _source(passage, answer.language))}</li>" for passage in answer.nearest)
    return f'{lead}<p class="see">{literal(LABELS[answer.language]["see"])}</p><ul class="nearest">{items}</ul>'


def _claim(claim: Claim, language: str, turn: int) -> str:
    passage = claim.citations[0].passage
    quotes = " ".join(f'<q class="quote" lang="{passage.language}">{literal(citation.quote)}</q> {_mark(citation, turn)}'
                      for citation in claim.citations)
    original = wording.ORIGINAL.get((language, passage.language))
    note = f" · {original}" if original else ""
    return f'{quotes}<br><span class="origin">{literal(_source(passage, language) + note)}</span>'


def _mark(citation: Citation, turn: int) -> str:
    return f'<a class="cite" href="#src-{turn}-{citation.number}">[{citation.number}]</a>'


def _source(passage: Passage, language: str) -> str:
    return wording.source_line(passage.title, passage.date, passage.status, language)


def _card(citation: Citation, turn: int, language: str) -> str:
    passage = citation.passage
    facts = [wording.spoken_date(passage.date, language), wording.KINDS[language][passage.kind]]
    if passage.page:
        facts.append(f"{LABELS[language]['page']} {passage.page}")
    status = wording.STATUSES[language].get(passage.status)
    badge = f' <span class="status {passage.status}">{escape(status)}</span>' if status else ""
    headings = " › ".join(heading for heading in passage.headings if heading != passage.title)
    path = f'<p class="headings">{escape(headings)}</p>' if headings else ""
    before, after = passage.text[:citation.start].lstrip(), passage.text[citation.end:].rstrip()
    text = f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"
    return (
        f'<details class="source" id="src-{turn}-{citation.number}"><summary><span class="number">[{citation.number}]</span> '
        f'<span class="title">{escape(passage.title)}</span> <span class="facts">{escape(" · ".join(facts))}</span>{badge}</summary>'
        f'{path}<blockquote lang="{passage.language}">{text}</blockquote>'
        f'<p>{_document_link(passage, LABELS[language]["open"])}</p></details>'
    )


def _document_link(passage: Passage, text: str) -> str:
    return f'<a class="document" href="/document/{escape(quote(passage.path))}" target="_blank" rel="noopener">{literal(text)}</a>'
