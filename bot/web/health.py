"""GET /health: is the app alive, is an index open, how old is it. Nothing else, and no log-in.

Promise: it waits for nothing, not even for the model that is loading.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from bot.answer import Bot
from index.errors import PlaidoyerError

PATHS = ("/health",)


def serve_health(app: FastAPI, opened: Callable[[], Bot], ready: Callable[[], bool]) -> None:
    """Add the route: 200 where questions are answered, else 503.

    `opened()` gives the bot, at once where it is `ready()`.
    """

    @app.get("/health")
    def health() -> JSONResponse:
        made = made_of(opened()) if ready() else None
        hours = None if made is None else (datetime.now(UTC) - made).total_seconds() / 3600
        return JSONResponse(
            {
                "alive": True,
                "index": made is not None,
                "index_age_hours": None if hours is None else round(hours, 2),
            },
            200 if made else 503,
            {"Cache-Control": "no-store"},
        )


def made_of(bot: Bot) -> datetime | None:
    """When the index was made that answers now; None where none does."""
    try:
        return bot.made
    except PlaidoyerError:
        return None
