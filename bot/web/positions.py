"""The view "Positions": every document with filters, and a theme's timeline as a picture with its quotes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape

from bot import wording
from bot.records import Citation
from bot.web.labels import LABELS
from bot.web.render import badges, card, document_link, facts
from index.passage import KINDS, STATUSES, Passage

WIDTH, LEFT, STEP, FOOT = (
    760,
    36,
    22,
    34,
)  # of the picture, in its own units; STEP between two points over one another
SHAPES = {  # status by shape as well as by colour; drawn around 0,0
    "adopted": '<circle r="7"/>',
    "draft": '<rect x="-6.5" y="-6.5" width="13" height="13"/>',
    "superseded": '<path d="M0 8 8-6H-8z"/>',
    "withdrawn": '<path d="M-6-6 6 6M6-6-6 6"/>',
}


def positions(documents: Mapping[str, Passage], language: str) -> str:
    """The list of the documents, newest first, with its filters. The filters are the page's (page.js)."""
    labels = LABELS[language]
    listed = sorted(
        documents.values(), key=lambda passage: (passage.date, passage.title), reverse=True
    )
    themes = _themes(listed)
    years = sorted({passage.date[:4] for passage in listed if passage.date}, reverse=True)
    kinds = [
        (kind, wording.KINDS[language][kind])
        for kind in KINDS
        if any(passage.kind == kind for passage in listed)
    ]
    statuses = [
        (status, status_name(status, language))
        for status in STATUSES
        if any(passage.status == status for passage in listed)
    ]
    controls = "".join(
        (
            select(
                "theme",
                labels["theme_filter"],
                [(theme.casefold(), theme) for theme in themes],
                language,
            ),
            select("year", labels["year"], [(year, year) for year in years], language),
            select("kind", labels["kind"], kinds, language),
            select("status", labels["status"], statuses, language),
        )
    )
    return (
        f"<h3>{escape(labels['all_texts'])}</h3>"
        f'<form class="filters" data-filter="documents">{controls}{counter(len(listed), language)}</form>'
        f'<ul class="documents" id="documents">{"".join(_item(passage, language) for passage in listed)}</ul>'
    )


def finder(documents: Mapping[str, Passage], language: str) -> str:
    """The form that asks for a theme's timeline; it suggests the documents' own topics."""
    labels = LABELS[language]
    choices = "".join(
        f'<option value="{escape(theme)}"></option>' for theme in _themes(documents.values())
    )
    return (
        f"<h2>{escape(labels['view_positions'])}</h2>"
        f'<form class="look" data-do="timeline"><label for="theme-box">{escape(labels["timeline_of"])}</label>'
        f'<span class="field"><input id="theme-box" name="theme" list="themes" maxlength="200" required autocomplete="off" '
        f'placeholder="{escape(labels["timeline_example"])}"><button class="solid">{escape(labels["draw"])}</button></span>'
        f'<datalist id="themes">{choices}</datalist></form>'
    )


def timeline(theme: str, found: Sequence[Citation], language: str) -> str:
    """What the texts said on the theme over the years: the picture, then the quotes that its points stand for, newest first."""
    labels = LABELS[language]
    title = f'<h3 tabindex="-1">{escape(labels["timeline_title"].format(theme=theme))}</h3>'
    if not found:
        return f'<section class="timeline">{title}<p class="state nothing">{escape(wording.NO_SUCH_THEME[language])}</p></section>'
    cards = "".join(
        f'<li>{card(replace(citation, number=number), f"line-{number}", language)}<q class="quote" lang="{citation.passage.language}">'
        f"{escape(citation.quote)}</q></li>"
        for number, citation in enumerate(found, 1)
    )
    return f'<section class="timeline">{title}{picture(theme, found, language)}<ol class="line">{cards}</ol></section>'


def picture(theme: str, found: Sequence[Citation], language: str) -> str:
    """The timeline drawn: a point for each dated quote, one above the other where they are close, and what the shapes mean."""
    labels = LABELS[language]
    dated = [
        (number, citation.passage, _when(citation.passage.date))
        for number, citation in enumerate(found, 1)
        if citation.passage.date
    ]
    if not dated:
        return ""
    first, last = int(min(when for *_, when in dated)), int(max(when for *_, when in dated)) + 1
    scale = (WIDTH - 2 * LEFT) / (last - first)
    rows: list[tuple[float, int]] = []
    for *_, when in dated:
        x = LEFT + (when - first) * scale
        rows.append(
            (
                x,
                next(
                    row
                    for row in range(len(dated))
                    if all(other != row or abs(x - at) >= STEP for at, other in rows)
                ),
            )
        )
    height = FOOT + STEP * (max(row for _, row in rows) + 1) + 14
    base = height - FOOT
    points = "".join(
        _point(number, passage, x, base - 14 - STEP * row, language)
        for (number, passage, _), (x, row) in zip(dated, rows, strict=True)
    )
    every = max(1, (last - first + 11) // 12)
    ticks = "".join(
        f'<path class="tick" d="M{LEFT + (year - first) * scale:.1f} {base}v6"/>'
        f'<text x="{LEFT + (year - first) * scale:.1f}" y="{base + 22}">{year}</text>'
        for year in range(first, last + 1, every)
    )
    shown = sorted({passage.status for _, passage, _ in dated}, key=STATUSES.index)
    key = "".join(
        f'<li><svg class="point {status}" viewBox="-10 -10 20 20" aria-hidden="true">{SHAPES[status]}</svg>'
        f"{escape(status_name(status, language))}</li>"
        for status in shown
    )
    told = labels["picture"].format(count=len(dated), first=first, last=last - 1, theme=theme)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(labels["timeline_title"].format(theme=theme))}">'
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(told)}">'
        f'<path class="axis" d="M{LEFT - 12} {base}H{WIDTH - LEFT + 12}"/>{ticks}{points}</svg></div><ul class="key">{key}</ul>'
    )


def _point(number: int, passage: Passage, x: float, y: int, language: str) -> str:
    said = f"{wording.spoken_date(passage.date, language)} · {passage.title} · {status_name(passage.status, language)}"
    return (
        f'<g class="point {passage.status}" data-goto="line-{number}" transform="translate({x:.1f} {y})">'
        f'<title>{escape(said)}</title><circle class="reach" r="12"/>{SHAPES[passage.status]}</g>'
    )


def select(name: str, label: str, options: Iterable[tuple[str, str]], language: str) -> str:
    """A labelled choice of a filter form; its first option lets all through."""
    listed = "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options
    )
    return f'<label>{escape(label)}<select name="{name}"><option value="">{escape(LABELS[language]["all"])}</option>{listed}</select></label>'


def counter(count: int, language: str) -> str:
    """How many the filters let through; page.js keeps it true."""
    said = escape(LABELS[language]["count"])
    return f'<output class="count" data-said="{said}">{said.replace("#", str(count))}</output>'


def status_name(status: str, language: str) -> str:
    """The status in words, the plain one too."""
    return wording.STATUSES[language].get(status, LABELS[language]["adopted"])


def _themes(listed: Iterable[Passage]) -> list[str]:
    """The topics as first written, alphabetically."""
    themes: dict[str, str] = {}
    for passage in listed:
        for topic in passage.topics:
            themes.setdefault(topic.casefold(), topic)
    return [themes[theme] for theme in sorted(themes)]


def _item(passage: Passage, language: str) -> str:
    themes = "|".join(topic.casefold() for topic in passage.topics)
    chips = "".join(
        f'<li><button type="button" class="chip" data-do="theme-line" data-theme="{escape(topic)}">{escape(topic)}</button></li>'
        for topic in passage.topics
    )
    return (
        f'<li class="item" data-theme="{escape(themes)}" data-year="{passage.date[:4]}" data-kind="{passage.kind}" '
        f'data-status="{passage.status}"><p class="title" lang="{passage.language}">{document_link(passage, passage.title)}</p>'
        f'<p class="facts">{escape(facts(replace(passage, page=0), language))}{badges(passage, language)}</p>'
        + (
            f'<ul class="chips" aria-label="{escape(LABELS[language]["themes"])}">{chips}</ul>'
            if chips
            else ""
        )
        + "</li>"
    )


def _when(date: str) -> float:
    """An ISO date as a year with its fraction; a missing month is the year's middle, a missing day the month's."""
    year, month, day = (*date.split("-"), "", "")[:3]
    if not month:
        return int(year) + 0.5
    return int(year) + (int(month) - 1 + (int(day) - 1 if day else 15) / 31) / 12
