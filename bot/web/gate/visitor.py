"""Who asks, as the gate found out: read by everything behind it. Pure.

Promise: a request that did not come through the gate has no visitor, and asking for one fails.
"""

from dataclasses import dataclass
from typing import Any

KEY = "plaidoyer.visitor"  # of the ASGI scope


@dataclass(frozen=True)
class Visitor:
    """`name`: "" without a log-in; `audiences`: whose documents they may see; `address`: the
    request's."""

    name: str
    audiences: tuple[str, ...]
    address: str

    @property
    def is_staff(self) -> bool:
        """May they see what is for staff?"""
        return "staff" in self.audiences

    @property
    def key(self) -> str:
        """Whose turn it is and whose questions are counted: the user, else the address."""
        return f"user {self.name}" if self.name else f"address {self.address}"


def visitor(request: Any) -> Visitor:
    """The visitor of starlette's or gradio's request. Raises KeyError for one without a visitor."""
    return getattr(request, "request", request).scope[KEY]


def audiences(request: Any) -> tuple[str, ...]:
    """Whose documents the visitor may see: public, members, staff. Raises as `visitor`."""
    return visitor(request).audiences


def address_of(request: Any) -> str:
    """The address that starlette's request comes from."""
    return request.client.host if request.client else ""
