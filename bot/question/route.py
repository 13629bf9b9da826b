"""What is asked for: small talk, the bot itself, meetings, a list, a summary, ... or a question.

Pure. Promise: several routes are named where the words do not decide, the likeliest first; the last
is always "question", which answers whatever no other route can.
"""

from dataclasses import dataclass

from bot.records import Question, Turn

# In the order in which they are tried where a question's words allow several.
ROUTES = (
    "talk",
    "about",
    "repeat",
    "meetings",
    "compare",
    "summary",
    "list",
    "latest",
    "yesno",
    "question",
)


@dataclass(frozen=True)
class Route:
    """One of ROUTES. `detail`: which talk ("greeting"), which fact ("period"), ... or ""."""

    name: str
    detail: str = ""


def routes(asked: Question, history: tuple[Turn, ...] = ()) -> tuple[Route, ...]:
    """What the question may ask for, likeliest first. `history`: the earlier turns."""
    return (Route("question"),)
