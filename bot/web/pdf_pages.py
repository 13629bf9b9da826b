"""The pages of a PDF as pictures; the last ones that were drawn are kept in this process's memory.

Whoever asks for one has shown before that its visitor may see these bytes.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from index.readers.pictures import Picture, picture

WIDTHS = (900, 1_800)  # pixels: a page beside a conversation, and one that is enlarged
MOST_KEPT = 32_000_000  # bytes of pictures


class PdfPages:
    """Draws pages, by `draw`. Safe to use from several threads."""

    def __init__(
        self,
        draw: Callable[[bytes, int, int], Picture] = picture,
        most_kept: int = MOST_KEPT,
    ):
        self._draw, self._most, self._size = draw, most_kept, 0
        self._kept: OrderedDict[tuple[bytes, int, int], Picture] = OrderedDict()
        self._lock = threading.Lock()

    def picture(self, data: bytes, page: int, width: int) -> Picture:
        """The picture of a page of the PDF, counted from 1. Raises `Unreadable`."""
        key = hashlib.sha256(data).digest(), page, width
        with self._lock:
            if found := self._kept.get(key):
                self._kept.move_to_end(key)
                return found
        made = self._draw(data, page, width)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += len(made.data)
            while self._size > self._most and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1].data)
        return made
