"""What page.js sends with an event, and what it gets back. None of it is trusted to have the right
type."""

import base64
import os

from bot.web.interface import gr
from bot.web.labels import LABELS, page_language


def text(sent: gr.EventData, field: str, longest: int) -> str:
    """What was sent under that name, if it is text; for half a surrogate pair, as a browser may
    send of an emoji that was cut, U+FFFD (as in WebIDL's USVString)."""
    value = sent._data.get(field) if isinstance(sent._data, dict) else None
    if not isinstance(value, str):
        return ""
    return value[:longest].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def key(sent: gr.EventData) -> str:
    """The key of the browser tab's conversation."""
    return text(sent, "key", 64)


def turn_number(sent: gr.EventData) -> int:
    """The turn that a button belongs to; 0 for none."""
    turn = text(sent, "turn", 6)
    return int(turn) if turn.isascii() and turn.isdigit() else 0


def language(sent: gr.EventData, request: gr.Request) -> str:
    """The language that the member has chosen, else the browser's."""
    chosen = text(sent, "language", 2)
    return chosen if chosen in LABELS else page_language(request.headers.get("accept-language"))


def reply(notice: str = "", **more: object) -> dict[str, object]:
    """The bridge's value: what page.js shows and does. `at` makes it differ from the last one."""
    return {"notice": notice, "at": base64.b64encode(os.urandom(6)).decode(), **more}
