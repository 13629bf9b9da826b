"""Which glyphs are bullets: known marks, and any other that opens several lines at one indent.

Symbol fonts draw ticks, squares and arrows as whatever letter lies under them; a letter in the font
of the text is a letter ("à" opens many a line). Pure.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from index.readers.fragments import Fragment, Shape, rows_of

# Arrows, geometric shapes, dingbats, private use (Wingdings, Symbol); not boxes to tick.
BOXES = "☐☑☒"
SHAPES = "\u2190-\u21ff\u25a0-\u25ff\u2600-\u260f\u2613-\u27bf\u2b00-\u2bff\ue000-\uf8ff"
MARKS = f"•‣·{SHAPES}\ufffd"
MARK = re.compile(f"[{MARKS}]")
BULLET = re.compile(rf"^[{MARKS}]\s*(?=\S)")
BARE_MARKER = re.compile(
    rf"""
    [-*–①-⑳{BOXES}{MARKS}]
    | \(?(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}|[a-zA-Z]|[ivxIVX]{{1,4}})[.)]   # 1. 2.3) (a) iv.
    | \d{{1,2}}(?:\.\d{{1,2}}){{1,3}}                                        # 2.3
    """,
    re.VERBOSE,
)
KEPT = f"-–*{BOXES}"  # known as they are
NO_BULLETS = ("Ps", "Pe", "Pi")  # brackets, opening quotation marks
MOST_DOTS = 300  # on a page: a chart has many more
SYMBOLS = re.compile("wingdings|webdings|dingbats|symbol", re.I)
FAMILY = re.compile(r"[A-Za-z0-9 ]*?(?=MT\b|PS\b|PSMT\b|[^A-Za-z0-9 ]|$)")


def is_marker(word: Fragment) -> bool:
    """Is the word a list's marker, which may stand apart from its text?"""
    return BARE_MARKER.fullmatch(word.text) is not None


def with_bullets(words: Sequence[Fragment]) -> list[Fragment]:
    """The words, in which the glyphs that are bullets are "•"."""
    openings: dict[tuple[str, int], list[tuple[Fragment, Fragment]]] = defaultdict(list)
    for row in rows_of(words):
        for before, word, after in zip([None, *row], row, row[1:], strict=False):
            opens = before is None or word.x0 - before.x1 > word.size
            if len(word.text) == 1 and opens and after.x0 - word.x1 < 4 * word.size:
                openings[word.text, round(word.x0 / 3)].append((word, after))
    bullets = {
        word
        for (glyph, _), found in openings.items()
        if glyph not in KEPT and (MARK.match(glyph) or _open_lines(glyph, found))
        for word, _ in found
    }
    return [word._replace(text="•") if word in bullets else word for word in words]


def drawn_bullets(shapes: Iterable[Shape], words: Sequence[Fragment]) -> list[Fragment]:
    """Bullets for the small discs and squares that are drawn before words, as Chrome's lists have.

    A dot in a row of dots is none, nor is one close behind a word.
    """
    dots = [one for one in shapes if one.filled and _is_dot(one)]
    if not dots or len(dots) > MOST_DOTS:
        return []
    found = []
    rows = rows_of(words)
    for dot in dots:
        beside = [one for one in dots if one is not dot and abs(one.y0 - dot.y0) < 1]
        row = next((row for row in rows if _is_at_height(dot, row)), [])
        after = next((word for word in row if word.x0 > dot.x1), None)
        before = [word.x1 for word in row if word.x0 <= dot.x1] + [one.x1 for one in beside]
        if (
            after is not None
            and after.x0 - dot.x1 < 3 * after.size
            and dot.x1 - dot.x0 < 0.6 * after.size
            and not any(-after.size < dot.x0 - x1 < after.size for x1 in before)
        ):
            found.append(Fragment("•", dot.x0, dot.x1, after.y, after.size))
    return found


def _is_dot(shape: Shape) -> bool:
    width, height = shape.x1 - shape.x0, shape.y1 - shape.y0
    return 1 < width < 8 and abs(width - height) < 0.1 * width


def _is_at_height(dot: Shape, row: Sequence[Fragment]) -> bool:
    return any(word.y < (dot.y0 + dot.y1) / 2 < word.y + 0.7 * word.size for word in row)


def _open_lines(glyph: str, found: Sequence[tuple[Fragment, Fragment]]) -> bool:
    """Does the glyph open several lines, as no letter, sign or figure of a text does?

    A figure is one only in a symbol font, a letter in a font of its own. A letter or a closing
    quotation mark must stand apart from what follows, which stands at one indent itself.
    """
    kind = unicodedata.category(glyph)
    if len(found) < 2 or kind in NO_BULLETS:
        return False
    if glyph.isalnum() and not all(_has_own_font(glyph, *pair) for pair in found):
        return False
    if not all(after.text[:1].isalpha() for _, after in found) and kind in ("Sm", "Sc", "Pd"):
        return False
    if not glyph.isalpha() and kind != "Pf":
        return True
    starts = [after.x0 for _, after in found]
    gaps = [after.x0 - word.x1 for word, after in found]
    return max(starts) - min(starts) < 1.5 and min(gaps) > 0.45 * found[0][0].size


def _has_own_font(glyph: str, word: Fragment, after: Fragment) -> bool:
    """Is it drawn in another font than the text, as "o" in a typewriter's, not only in bold?"""
    if SYMBOLS.search(word.font):
        return not SYMBOLS.search(after.font)
    families = {match[0] for one in (word, after) if (match := FAMILY.match(one.font))}
    return glyph.isalpha() and len(families) > 1
