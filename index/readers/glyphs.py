"""The glyphs of a page, as a PDF draws them -> its words, upright. Pure geometry; knows no PDF.

A PDF draws glyphs, not words: text may be askew, be drawn twice (a shadow, bold by double strike,
a layer of recognised text over the same printed text), have blanks that are none, or gaps that are
blanks. Promise: every glyph of the page's direction is in one word, once.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from index.readers.fragments import Fragment, rows_of, stretches

ASIDE = 3.0  # degrees from the page's direction: text further off is a watermark or a stamp
BLANK = 0.15  # times the size of the type: a wider gap is a blank
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Look(NamedTuple):
    """Size in points, weight, direction of the baseline in degrees, counter-clockwise, and font.

    `hidden`: it leaves no ink, as text that was recognised over a scan.
    """

    size: float
    bold: bool
    degrees: float
    font: str
    hidden: bool


class Glyph(NamedTuple):
    """A character, the start of its baseline, its advance; then as it looks.

    `drawn`: the number of the text object that draws it. `blank`: does the file write a blank
    before it?
    """

    text: str
    x: float
    y: float
    width: float
    size: float
    bold: bool
    degrees: float = 0.0
    font: str = ""
    hidden: bool = False
    drawn: int = 0
    blank: bool = False


def direction(glyphs: Iterable[Glyph]) -> float:
    """The direction in which most of the page's text runs, in degrees."""
    turns = Counter(round(glyph.degrees, 1) % 360 for glyph in glyphs)
    if not turns:
        return 0.0
    # A scan's lines are not askew by the same angle to a tenth.
    most = max(turns, key=lambda turn: (_near(turns, turn), turns[turn]))
    if abs(most - 90 * round(most / 90)) < 0.05:
        return most
    weighted = [
        (_apart(turn, most), count) for turn, count in turns.items() if abs(_apart(turn, most)) <= 1
    ]
    return most + sum(off * count for off, count in weighted) / sum(count for _, count in weighted)


def _near(turns: Counter[float], turn: float) -> int:
    return sum(count for other, count in turns.items() if abs(_apart(other, turn)) <= 1)


def _apart(degrees: float, other: float) -> float:
    """The angle between two directions, -180 to 180."""
    return (degrees - other + 180) % 360 - 180


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """A point after the page was turned so that text of that direction runs to the right."""
    if degrees == 0:
        return x, y
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return x * cos + y * sin, y * cos - x * sin


def _turned(glyph: Glyph, degrees: float) -> Glyph:
    x, y = turned(glyph.x, glyph.y, degrees)
    return glyph._replace(x=x, y=y)


def is_along(degrees: float, page: float) -> bool:
    """Does text of that direction run along a page of the other?"""
    return abs(_apart(degrees, page)) < ASIDE


def by_direction(glyphs: Iterable[Glyph]) -> Iterator[tuple[list[Glyph], list[Fragment]]]:
    """The glyphs of each direction and the words that they make."""
    groups: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        groups[round(glyph.degrees)].append(glyph)
    for degrees, group in groups.items():
        yield group, words_of(group, float(degrees))


def words_of(glyphs: Sequence[Glyph], degrees: float) -> list[Fragment]:
    """The words of the page, turned upright, each once: hidden ones only where no others stand.

    Glyphs that run more than `ASIDE` off the page's direction are left out.
    """
    layers: dict[str | None, list[Glyph]] = {None: []}  # None: what leaves ink
    for glyph in glyphs:
        layers.setdefault(glyph.font if glyph.hidden else None, []).append(glyph)
    words: list[Fragment] = []
    for layer in layers.values():
        found = _words(layer, degrees)
        words += _beside(words, found) if words else found
    return words


def _beside(shown: Sequence[Fragment], hidden: Sequence[Fragment]) -> list[Fragment]:
    """The hidden words that stand neither, by more than half, over others nor near the same one."""
    levels: dict[int, list[Fragment]] = defaultdict(list)
    for stretch in (one for row in rows_of(shown) for one in stretches(row, apart=0.5)):
        levels[int(stretch.y // 10)].append(stretch)
    return [
        word
        for word in hidden
        if not any(
            abs(other.y - word.y) < 0.5 * max(word.size, other.size)
            and (
                min(other.x1, word.x1) - max(other.x0, word.x0) > 0.5 * (word.x1 - word.x0)
                or any(
                    one.text == word.text and abs(one.x0 - word.x0) < 5 * word.size
                    for one in other.words
                )
            )
            for level in range(int((word.y - word.size) // 10), int((word.y + word.size) // 10) + 1)
            for other in levels.get(level, ())
        )
    ]


def _words(glyphs: Sequence[Glyph], degrees: float) -> list[Fragment]:
    """The words of these glyphs, turned upright, each once."""
    along = {one for one in {glyph.degrees for glyph in glyphs} if is_along(one, degrees)}
    upright = [glyph for glyph in glyphs if glyph.degrees in along]
    if degrees:
        upright = [_turned(glyph, degrees) for glyph in upright]
    upright = _level(upright)
    runs = list(_runs(upright))
    threshold = _blank(runs)
    pieces = [piece for run in runs for piece in _pieces(run, threshold)]
    words = (_word(piece) for piece in pieces)
    return _whole(_once(word for word in words if word.text.strip()), threshold)


def _level(glyphs: list[Glyph]) -> list[Glyph]:
    """Upright glyphs on baselines that climb or fall, as over a scan set askew, on level ones."""
    drawn = (list(group) for _, group in groupby(glyphs, key=lambda glyph: glyph.drawn))
    slopes = [
        (glyph.y - before.y) / (glyph.x - before.x)
        for (before, *_, last), (glyph, *_) in pairwise([*group, group[-1]] for group in drawn)
        if before.x < last.x + last.width < glyph.x < last.x + 3 * glyph.size
        and abs(glyph.y - before.y) < 0.5 * glyph.size
    ]
    if len(slopes) < 8:
        return glyphs
    slope = median(slopes)
    alike = sum(abs(one - slope) < max(0.003, 0.4 * abs(slope)) for one in slopes)
    if abs(slope) < 0.003 or alike < 0.6 * len(slopes):
        return glyphs
    degrees = math.degrees(math.atan(slope))
    return [
        glyph._replace(x=x, y=y) for glyph in glyphs for x, y in [turned(glyph.x, glyph.y, degrees)]
    ]


def _runs(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that follow one another on a baseline, as the file draws them."""
    run: list[Glyph] = []
    base = size = 0.0
    for glyph in glyphs:
        if run:
            before = run[-1]
            small = glyph.size < 0.8 * size and abs(glyph.y - base) < 0.7 * size
            level = small or abs(glyph.y - base) < 0.3 * size
            if (
                level
                and glyph.text == before.text
                and glyph.drawn != before.drawn
                and abs(glyph.x - before.x) < 0.15 * size
            ):
                continue  # struck twice
            # The letters of a ligature share their place.
            if not (level and before.x - 0.3 * size < glyph.x < before.x + before.width + 3 * size):
                yield run
                run = []
        if not run:
            base, size = glyph.y, glyph.size
        elif glyph.size > 1.25 * size and abs(glyph.y - base) < 0.3 * size:
            size = glyph.size
        raised = glyph.text.isdigit() and glyph.size < 0.8 * size and glyph.y - base > 0.1 * size
        run.append(glyph._replace(text=glyph.text.translate(RAISED)) if raised else glyph)
    if run:
        yield run


def _gap(before: Glyph, glyph: Glyph) -> float:
    """From the end of one glyph to the next, in sizes of the type."""
    return (glyph.x - before.x - before.width) / max(before.size, glyph.size)


def _blank(runs: Sequence[Sequence[Glyph]]) -> float:
    """The narrowest gap that is a blank on this page where the file writes none, in sizes.

    Where letters stand loose in their words, lines have two kinds of gaps, about as many of either;
    those between words are the wider. (The gaps of one justified line are alike.)
    """
    gaps = [
        [
            (gap, glyph.blank)
            for before, glyph in pairwise(run)
            if BLANK < (gap := _gap(before, glyph)) < 0.8
        ]
        for run in runs
    ]
    written = [gap for line in gaps for gap, blank in line if blank]
    ordered = sorted(gap for line in gaps for gap, _ in line)
    if len(written) > 0.3 * len(ordered):
        return min(0.5, max(BLANK, 0.75 * median(written)))
    if len(ordered) < 8:
        return BLANK
    middle = ordered[len(ordered) // 10 : -(len(ordered) // 10) or None]
    ratio, at = max((above / below, at) for at, (below, above) in enumerate(pairwise(middle), 1))
    narrow, wide = middle[:at], middle[at:]
    between = (narrow[-1] + wide[0]) / 2
    lines = [line for line in gaps if len(line) > 2]
    mixed = sum(min(line)[0] < between < max(line)[0] for line in lines)
    spread = max(narrow[-1] - narrow[0], wide[-1] - wide[0])
    apart = ratio > 1.4 or wide[0] - narrow[-1] > max(0.03, 3 * spread)
    as_many = 0.4 * len(wide) < len(narrow) < 2.5 * len(wide)
    loose = apart and as_many and narrow[-1] < 0.35 and mixed > 0.6 * len(lines)
    return between if loose else BLANK


def _pieces(run: list[Glyph], threshold: float) -> Iterator[list[Glyph]]:
    """A run cut at its blanks: gaps wider than those between its letters, or written blanks."""
    gaps = [_gap(before, glyph) for before, glyph in pairwise(run)]
    spread = _spread(run, gaps)
    piece = run[:1]
    for glyph, gap in zip(run[1:], gaps, strict=True):
        # A blank that is written stands for one where there is a gap.
        is_blank = gap > (spread or 0.02) if glyph.blank else gap > max(threshold, spread)
        if is_blank:
            yield piece
            piece = []
        piece.append(glyph)
    yield piece


def _spread(run: Sequence[Glyph], gaps: Sequence[float]) -> float:
    """The narrowest gap between the words of a letter-spaced run ("O B J E C T I F S"), else 0."""
    letters = [
        gap
        for before, glyph, gap in zip(run, run[1:], gaps, strict=False)
        if before.text.isalpha() and glyph.text.isalpha()
    ]
    if len(letters) < 4:
        return 0.0
    usual = median(letters)
    even = sum(abs(gap - usual) < 0.06 for gap in letters)
    return usual + 0.1 if usual > 0.08 and even >= 0.6 * len(letters) and usual < 1 else 0.0


def _word(piece: Sequence[Glyph]) -> Fragment:
    """Glyphs as a word, of their most frequent size."""
    sizes = [glyph.size for glyph in piece]
    last = piece[-1]
    return Fragment(
        "".join(glyph.text for glyph in piece),
        piece[0].x,
        max(last.x + last.width, piece[0].x + 0.1),
        piece[0].y,
        sizes[0] if len(set(sizes)) == 1 else Counter(sizes).most_common(1)[0][0],
        sum(glyph.bold for glyph in piece) > 0.8 * len(piece),
        blank=piece[0].blank,
        font=piece[0].font,
    )


def _once(words: Iterable[Fragment]) -> list[Fragment]:
    """The words without those that stand, a second time, where the same word stands already."""
    placed: dict[tuple[str, int], list[Fragment]] = defaultdict(list)
    kept = []
    for word in words:
        height = int(word.y // 10)
        twice = any(
            abs(other.y - word.y) < 0.4 * word.size
            and min(other.x1, word.x1) - max(other.x0, word.x0) > 0.5 * (word.x1 - word.x0)
            for level in (height - 1, height, height + 1)
            for other in placed.get((word.text, level), ())
        )
        if not twice:
            placed[word.text, height].append(word)
            kept.append(word)
    return kept


def _whole(words: Sequence[Fragment], threshold: float) -> list[Fragment]:
    """The words, whose parts the file may have drawn one by one and in any order."""
    whole: list[Fragment] = []
    for row in rows_of(words):
        for word in row:
            last = whole[-1] if whole else None
            if (
                last is not None
                and not word.blank
                and abs(last.y - word.y) < 0.3 * word.size
                and abs(last.size - word.size) < 0.5
                and -0.3 < (word.x0 - last.x1) / word.size < min(threshold, 0.1)
                and last.x0 < word.x0
            ):
                text = last.text + word.text
                whole[-1] = last._replace(text=text, x1=max(last.x1, word.x1))
            else:
                whole.append(word)
    return whole
