"""How long a request may take to arrive. Owns uvicorn's HTTP protocol.

Promise: a connection whose request (line, headers and body) is not there whole in time is closed,
so that half-sent requests hold no connection for long; an answer may take as long as it needs. Who
reads a request, having seen whose it is, may give it longer.
"""

import asyncio
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

WAIT = "plaidoyer.wait"  # of the ASGI scope: call it with seconds to give the request these
ARRIVAL = 30  # seconds: 2 MB, the largest request, at half a megabit a second


class Deadline(H11Protocol):
    """uvicorn's protocol over h11, which has a limit for the time between two requests only.

    h11, and not the faster httptools: it bounds the size of the headers as well (64 kB).
    """

    arrival: float = ARRIVAL
    _running: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As uvicorn's (whose type it has); the first request is awaited from now on."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """As uvicorn's; the rest of a request is awaited, or nothing if it is there whole."""
        super().data_received(data)
        if self.scope is not None:
            cast(dict, self.scope)[WAIT] = self._wait
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """As uvicorn's."""
        self._stop()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop()
        elif self._running is None:
            self._running = self.loop.call_later(self.arrival, self.transport.close)

    def _wait(self, seconds: float) -> None:
        """Give the request that is arriving so many seconds from now; nothing if it is there."""
        if self._running is not None:
            self._stop()
            self._running = self.loop.call_later(seconds, self.transport.close)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None
