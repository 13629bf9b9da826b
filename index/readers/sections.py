"""HTML, Markdown and plain text -> sections, in reading order. Owns what is text on a page.

Promise: visible text is kept whole; markup, hidden text, comments and page furniture (menus,
footers) are left out; nothing recurses, so that a page of a thousand nested tables is read like any
other. The readers of the other formats bring their text here as HTML or as `Block`s.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from index.language import lists
from index.language.sentences import LIST_MARKER
from index.passage import Section
from index.readers.characters import visible
from index.readers.content import TICKED, UNTICKED, Block

BLANKS = re.compile(r"[ \t\n]+")
PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
ADDRESS = re.compile(r"<?(?:https?://|www\.|mailto:)", re.I)  # which heads nothing
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# fmt: off
BLOCKS = {
    *HEADINGS,
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "form", "header", "hr", "li", "main", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}
DROPPED = {
    "script", "style", "template", "noscript", "head", "nav", "footer", "iframe", "object",
    "svg", "canvas", "button", "input", "select", "textarea", "img", "audio", "video",
}
# fmt: on
# The types of fields that hold what was written into them.
FILLED_IN = ("", "text", "number", "date", "month", "week", "time", "email", "tel", "url", "range")
NOTHING = r"0(?![.\d]*[1-9])"
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    rf"|(?:font-size|max-height|opacity)\s*:\s*{NOTHING}",
    re.I,
)
FURNITURE = re.compile(rf"\b{lists.forms('furniture.class_names')}\b", re.I)


def markdown_sections(text: str) -> list[Section]:
    """Sections of a Markdown text (CommonMark with tables). HTML inside it is text, not markup."""
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return list(sections_of(html_blocks(soup_of(html))))


def text_sections(text: str) -> list[Section]:
    """Sections of a plain text: paragraphs between blank lines.

    A short line that ends in no full stop heads what follows.
    """
    return list(sections_of(text_blocks(text)))


def soup_of(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def text_blocks(text: str) -> list[Block]:
    """The paragraphs of a plain text, those that head others as headings."""
    blocks = []
    paragraphs = list(map(_unwrapped, filter(str.strip, PARAGRAPH_END.split(visible(text)))))
    for number, paragraph in enumerate(paragraphs):
        heading = (
            "\n" not in paragraph
            and number + 1 < len(paragraphs)
            and len(paragraph.split()) <= 14
            and not re.search(r"[.!;,][ \u00a0»\"]*$", paragraph)
            and not re.match(LIST_MARKER, paragraph)
            and not ADDRESS.match(paragraph)
        )
        blocks.append(Block(2 if heading else 0, paragraph))
    return blocks


def html_blocks(soup: BeautifulSoup, grids: bool = False) -> Iterator[Block]:
    """The blocks that a reader of the page sees, in order.

    List items carry a marker, rows of data join their cells. With `grids` every table of several
    columns is data (office documents name no header cells).
    """
    _strip(soup)
    rows, markers = _data_rows(soup, grids), _markers(soup)
    pending: list[str] = []
    prefix = ""

    def flush() -> Iterator[Block]:
        nonlocal prefix
        lines = [BLANKS.sub(" ", visible(line)).strip(" ") for line in "".join(pending).split("\v")]
        pending.clear()
        if text := "\n".join(line for line in lines if line):
            yield Block(0, prefix + text)
            prefix = ""

    for event, node in _walk(soup, rows):
        if event == "text":
            pending.append(BLANKS.sub(" ", str(node)))
        elif node.name == "br":
            pending.append("\v")
        elif node.name in HEADINGS:
            yield from flush()
            if event == "start" and (text := _line(node)):
                yield Block(int(node.name[1]), prefix + text)
                prefix = ""
        elif isinstance(node, Tag) and id(node) in rows and event == "start":
            yield from flush()
            if any(cells := [_line(cell) for cell in node.find_all(["td", "th"])]):
                yield Block(-1, " | ".join(cells))
        else:
            yield from flush()
            if node.name == "li":
                prefix = markers.get(id(node), "- ") if event == "start" else ""
    yield from flush()


def sections_of(blocks: Iterable[Block]) -> Iterator[Section]:
    """Gather blocks under their heading path.

    Blocks are parted by an empty line, items and rows of one run by a line end. A heading with
    nothing of its own under it stands at the top of the next section, so that no section is a bare
    heading. A section ends where a page does, so that each has the page that it begins on.
    """
    path: list[tuple[int, str]] = []
    texts: list[str] = []
    last, bare, begun = "", True, 0

    def gathered() -> Section:
        return Section(tuple(heading for _, heading in path), "".join(texts) + "\n\n", begun)

    for level, text, page in blocks:
        if texts and not bare and (level > 0 or page != begun):
            yield gathered()
            texts, last, bare = [], "", True
        begun = begun if texts else page
        if level > 0:
            path = [*((above, heading) for above, heading in path if above < level), (level, text)]
        else:
            bare = False
        run = "row" if level < 0 else "item" if level == 0 and re.match(LIST_MARKER, text) else ""
        texts.append(("" if not texts else "\n" if run and run == last else "\n\n") + text)
        last = run
    if texts:
        yield gathered()


def _strip(soup: BeautifulSoup) -> None:
    """Take out of a page what its reader does not see or does not read."""
    _fill_in(soup)
    for tag in soup.find_all(lambda tag: tag.name in DROPPED or _is_furniture(tag)):
        tag.extract()
    for comment in soup.find_all(string=lambda string: isinstance(string, Comment)):
        comment.extract()


def _fill_in(soup: BeautifulSoup) -> None:
    """Put what was filled in, chosen or ticked in the place of the fields of a form."""
    for field in soup.find_all(["input", "textarea", "select"]):
        if _is_furniture(field) or not (value := _value(field)):
            continue
        field.replace_with(NavigableString(f" {value} "))


def _value(field: Tag) -> str:
    """What a field says; nothing for hidden ones, passwords and buttons."""
    if field.name == "textarea":
        return field.get_text()
    if field.name == "select":
        chosen = field.find_all("option", selected=True)
        return ", ".join(option.get_text(" ", strip=True) for option in chosen)
    kind = str(field.get("type", "text")).lower()
    if kind in ("checkbox", "radio"):
        return TICKED if field.has_attr("checked") else UNTICKED
    return str(field.get("value", "")) if kind in FILLED_IN else ""


def _is_furniture(tag: Tag) -> bool:
    if (
        tag.has_attr("hidden")
        or str(tag.get("aria-hidden", "")).lower() == "true"
        or HIDDEN.search(str(tag.get("style", "")))
    ):
        return True
    names = " ".join(
        [str(tag.get("id", "")), *tag.get_attribute_list("class"), str(tag.get("role", ""))]
    )
    return (
        tag.name not in ("html", "body") and FURNITURE.search(names.replace("_", "-")) is not None
    )


def _walk(root: Tag, rows: set[int]) -> Iterator[tuple[str, Tag | NavigableString]]:
    """Start and end of each block, breaks and texts, in order.

    Without recursion, for pages nest hundreds of tables deep.
    """
    stack: list = [iter(root.children)]
    opened: list[Tag] = []
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
            if opened:
                tag = opened.pop()
                if tag.name in BLOCKS:
                    yield "end", tag
        elif isinstance(node, Tag):
            if node.name in BLOCKS or node.name == "br":
                yield "start", node
            if node.name in HEADINGS or id(node) in rows:
                continue
            stack.append(iter(node.children))
            opened.append(node)
        elif type(node) is NavigableString:
            yield "text", node


def _line(tag: Tag) -> str:
    """The text of a heading or a cell on one line."""
    parts = [
        str(node)
        if type(node) is NavigableString
        else " "
        if isinstance(node, Tag) and node.name in (*BLOCKS, "br")
        else ""
        for node in tag.descendants
    ]
    return BLANKS.sub(" ", visible("".join(parts))).strip(" ")


def _data_rows(soup: BeautifulSoup, grids: bool) -> set[int]:
    """Rows of tables of data, not of a layout.

    Such a table has header cells (or, with `grids`, columns) and no table inside.
    """
    tables = soup.find_all("table")
    nesting = {id(outer) for table in tables if (outer := table.find_parent("table"))}
    headed = {id(cell.find_parent("table")) for cell in soup.find_all("th")}
    rows: set[int] = set()
    for table in tables:
        if id(table) not in nesting:
            found = table.find_all("tr")
            if id(table) in headed or (
                grids and any(len(row.find_all(["td", "th"], limit=2)) > 1 for row in found)
            ):
                rows |= {id(row) for row in found}
    return rows


def _markers(soup: BeautifulSoup) -> dict[int, str]:
    """What stands before the items of ordered lists: their numbers."""
    markers = {}
    for ordered in soup.find_all("ol"):
        start = str(ordered.get("start", "1"))
        number = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
        for place, item in enumerate(ordered.find_all("li", recursive=False)):
            markers[id(item)] = f"{number + place}. "
    return markers


def _unwrapped(paragraph: str) -> str:
    """A paragraph whose lines were broken at a fixed width, on one line; list items keep theirs."""
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in paragraph.strip().split("\n")]
    joined = lines[0]
    for above, line in pairwise(lines):
        wrapped = len(above) >= 50 and not re.match(LIST_MARKER, line)
        joined += (" " if wrapped else "\n") + line
    return joined
