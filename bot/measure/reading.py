"""`python -m bot.measure.reading`: how long a page of a PDF takes to read, by layout.

Makes its pages of its own, by hand (one, two and three columns, tables); touches no corpus.
"""

import argparse
import random
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.measure.indexing import WANT, WHAT, WHO, WHY
from index.readers.pdf import read_pdf

Line = tuple[float, float, str]  # where it begins, from the left and from below, and its text


def text(chance: random.Random, words: int) -> str:
    """A text of so many words or a few more."""
    said = ""
    while len(said.split()) < words:
        parts = (chance.choice(of) for of in (WHO, WANT, WHAT, WHY))
        said += "{} {} {}, {}. ".format(*parts)
    return said


def columns(count: int) -> Callable[[random.Random], Iterator[Line]]:
    """Pages of so many columns of running text."""

    def page(chance: random.Random) -> Iterator[Line]:
        for number in range(count):
            wrapped = textwrap.wrap(text(chance, 560 // count), 96 // count - 4)
            for line, written in enumerate(wrapped[:58]):
                yield 50 + number * 500 / count, 780 - 12 * line, written

    return page


def table(chance: random.Random) -> Iterator[Line]:
    """Pages of fifty rows of four cells."""
    for row in range(50):
        cells = (*chance.sample(WHO, 1), *(str(chance.randrange(9_999)) for _ in range(3)))
        for number, cell in enumerate(cells):
            yield 50 + number * (180 if number < 2 else 120), 780 - 14 * row, cell


LAYOUTS: Mapping[str, Callable[[random.Random], Iterator[Line]]] = {
    "one column": columns(1),
    "two columns": columns(2),
    "three columns": columns(3),
    "a table": table,
}


def pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    """A PDF of A4 pages of these lines, in Helvetica of 10 points."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]/MediaBox[0 0 595 842]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(pages):
        drawn = "".join(f"BT /F1 10 Tf {x:.1f} {y} Td ({said}) Tj ET\n" for x, y, said in lines)
        stream = drawn.encode("cp1252")
        content = f"{5 + 2 * number} 0 R/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R/Contents {content}>>".encode())
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n"
        % (
            size,
            entries,
            size,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(written)
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print a line for each layout. Returns 0."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.reading", description="How long a page of a PDF takes to read."
    )
    parser.add_argument(
        "--pages", type=int, default=200, help="how many, of all layouts (default: %(default)s)"
    )
    pages = max(1, parser.parse_args(argv).pages // len(LAYOUTS))
    total = 0.0
    for name, layout in LAYOUTS.items():
        data = pdf([list(layout(random.Random(number))) for number in range(pages)])
        started = time.process_time()
        content = read_pdf(data)
        taken = 1_000 * (time.process_time() - started) / pages
        total += taken / len(LAYOUTS)
        words = sum(len(section.text.split()) for section in content.sections) / pages
        print(f"{name:14} {taken:6.1f} ms a page of {words:.0f} words")
    print(f"{'all':14} {total:6.1f} ms a page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
