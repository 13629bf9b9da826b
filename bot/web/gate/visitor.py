"""Who asks, as the gate found out: read by everything behind it. Pure.

Promise: a request that did not come through the gate has no visitor, and asking for one fails.
"""

from dataclasses import dataclass
from typing import Any

KEY = "plaidoyer.visitor"  # of the ASGI scope


@dataclass(frozen=True)
class Visitor:
    """`name`: "" for one who did not log in; `audiences`: whose documents they may see; `address`: where the request comes from."""

    name: str
    audiences: tuple[str, ...]
    address: str


def visitor(request: Any) -> Visitor:
    """The visitor of a request of starlette's or gradio's. Raises KeyError for one that the gate has not let in."""
    return getattr(request, "request", request).scope[KEY]


def audiences(request: Any) -> tuple[str, ...]:
    """Whose documents the sender of the request may see: public, members, staff. Raises as `visitor`."""
    return visitor(request).audiences
