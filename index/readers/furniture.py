"""The frame around a newsletter: "view in your browser" on top, "unsubscribe" and an address below.

Known by its wording. Blocks in, blocks out. Pure. Promise: only lines that say nothing but such
things are left out, and only near the start or the end; where a heading or a long paragraph
follows, what follows is body text and stays.
"""

import re
from collections.abc import Sequence

from index.language import lists
from index.language.fold import fold
from index.readers.content import Block

EDGE = 14  # blocks at either end of a page among which a frame is looked for
LONG = 45  # words: a longer block is body text
SEPARATOR = r"[ |·•–—/,:.>»-]*"
MESSAGE = rf"(?:{lists.forms('furniture.these')} )?{lists.forms('furniture.messages')}"
ON_TOP = re.compile(
    rf"{SEPARATOR}{lists.forms('furniture.on_top', message=MESSAGE)}{SEPARATOR}(?:https?://\S+)?"
)
LINK = lists.forms("furniture.links")
FOOT = re.compile(
    # "Unsubscribe | Legal notice"
    rf"{SEPARATOR}{LINK}"
    rf"(?:{SEPARATOR}(?:{lists.forms('furniture.links_joined_by')} )?{LINK}){{0,5}}{SEPARATOR}"
    r"(?:<?https?://\S+>?)?"
    # "You are receiving this e-mail because"
    rf"|{lists.forms('furniture.below', message=MESSAGE)}"
)
POSTAL = re.compile(
    rf"©|\b{lists.forms('furniture.postal')}\b|\bb\.?p\.?\s*\d|\b(?:f-)?\d{{5}}\s+[a-z]"
    rf"|\b\d{{1,4}}(?:\s?{lists.forms('furniture.house_numbers')})?,?"
    rf"\s+{lists.forms('furniture.streets')}\b"
)


def without_furniture(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a page without its frame."""
    kept = [
        left
        for number, block in enumerate(blocks)
        if (left := _without(block, ON_TOP) if number < EDGE // 2 else block).text
    ]
    begins = next(
        (
            number
            for number in range(max(0, len(kept) - EDGE), len(kept))
            if _frame_lines(kept[number], FOOT)
        ),
        None,
    )
    if begins is None:
        return kept
    if any(block.level > 0 or len(block.text.split()) > LONG for block in kept[begins + 1 :]):
        return [
            *kept[:begins],
            *(left for block in kept[begins:] if (left := _without(block, FOOT)).text),
        ]
    lines = kept[begins].text.split("\n")
    above = "\n".join(lines[: min(_frame_lines(kept[begins], FOOT))])
    while begins and not above and _is_postal(kept[begins - 1]):
        begins -= 1
    return [*kept[:begins], *([kept[begins]._replace(text=above)] if above else [])]


def _frame_lines(block: Block, frame: re.Pattern) -> list[int]:
    """The numbers of the block's lines that are frame and nothing else."""
    if block.level > 0:
        return []
    return [
        number
        for number, line in enumerate(block.text.split("\n"))
        if frame.fullmatch(" ".join(fold(line).split()))
    ]


def _without(block: Block, frame: re.Pattern) -> Block:
    found = _frame_lines(block, frame)
    return (
        block._replace(
            text="\n".join(
                line for number, line in enumerate(block.text.split("\n")) if number not in found
            )
        )
        if found
        else block
    )


def _is_postal(block: Block) -> bool:
    """Is it a short block with an address or a copyright line, and no sentence?"""
    text = block.text
    return (
        block.level == 0
        and len(text.split()) <= 30
        and POSTAL.search(fold(text)) is not None
        and not re.search(r"[a-zà-ÿ]{3}[.!?]\s", text)
    )
