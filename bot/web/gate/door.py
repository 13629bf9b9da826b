"""What those see who are not let in yet: pages that stand alone, and the session that lets them in.

Promise: such a page has no file of its own, runs no script but the one that it is given, named by
its digest, and asks nothing of anywhere else.
"""

from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from bot.users import User
from bot.web.brand import Brand
from bot.web.gate.access import Authenticator
from bot.web.gate.headers import named_by_digest
from bot.web.gate.sessions import set_cookie, token_of
from bot.web.labels import page_language
from bot.web.templating import render

STYLE = Path(__file__).parent.with_name("login.css")


class Door:
    """The pages, in the house's colour and with its logo, in the browser's language."""

    def __init__(self, brand: Brand):
        self._brand, self._style = brand, brand.standing_alone + STYLE.read_text()

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        *,
        script: str = "",
        **values: object,
    ) -> Response:
        """The template's page. `script`: of it, without the element around it."""
        page = render(
            template,
            language_of(request),
            brand=self._brand,
            style=Markup(self._style),
            script=Markup(script),
            **values,
        )
        allowed = f"script-src {named_by_digest(script)}; " if script else ""
        policy = (
            f"default-src 'none'; style-src {named_by_digest(self._style)}; {allowed}"
            "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(page, status, {"Content-Security-Policy": policy})


def language_of(request: Request) -> str:
    """The browser's language, of those there are."""
    return page_language(request.headers.get("accept-language"))


def let_in(
    authenticator: Authenticator, request: Request, response: Response, user: User
) -> Response:
    """The response, with the cookie of a new session of the user in place of the request's."""
    authenticator.sessions.close(token_of(request))
    set_cookie(response, request.url.scheme, authenticator.sessions.open(user))
    return response
