"""Which glyphs are bullets: known marks, and any other that opens several lines at one indent.

Symbol fonts draw ticks, squares and arrows as whatever letter lies under them; a letter in the font
of the text is a letter ("à" opens many a line). Pure.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from index.readers.fragments import Fragment, rows_of

# Arrows, geometric shapes, dingbats, private use (Wingdings, Symbol); not boxes to tick.
BOXES = "☐☑☒"
SHAPES = "\u2190-\u21ff\u25a0-\u25ff\u2600-\u260f\u2613-\u27bf\u2b00-\u2bff\ue000-\uf8ff"
MARK = re.compile(rf"[•‣·{SHAPES}\ufffd]")
BULLET = re.compile(rf"^{MARK.pattern}\s*(?=\S)")
BARE_MARKER = re.compile(
    rf"""
    [-*–{BOXES}{MARK.pattern[1:-1]}]
    | \(?(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}|[a-zA-Z]|[ivxIVX]{{1,4}})[.)]   # 1. 2.3) (a) iv.
    | \d{{1,2}}(?:\.\d{{1,2}}){{1,3}}                                        # 2.3
    """,
    re.VERBOSE,
)
KEPT = f"-–*{BOXES}"  # known as they are
NO_BULLETS = ("Ps", "Pe", "Pi")  # brackets, opening quotation marks
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
