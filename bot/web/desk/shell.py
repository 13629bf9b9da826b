"""What surrounds every page of the desk: the house's head, the sections, light or dark, language.

Promise: a page runs the scripts of this folder and no other, each named by its digest, and asks
for nothing from elsewhere; it works without a script but for what says that it needs one.
"""

from collections.abc import Sequence
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from bot.web.brand import Brand
from bot.web.desk.section import Section
from bot.web.gate.headers import named_by_digest
from bot.web.gate.visitor import visitor
from bot.web.labels import LABELS, page_language
from bot.web.templating import render

HERE = Path(__file__).resolve().parent
STYLE = (HERE / "desk.css").read_text()
SCRIPT = "desk.js"  # of every page
LANGUAGE = "language"  # of a cookie, and of an address that sets it
A_YEAR = 365 * 86_400  # seconds


class Shell:
    """`sections`: in the order in which they are listed."""

    def __init__(self, brand: Brand, sections: Sequence[Section]):
        self._brand, self._sections = brand, sections

    def page(
        self,
        request: Request,
        section: Section,
        body: Markup,
        *,
        status: int = 200,
        scripts: Sequence[str] = (),
    ) -> Response:
        """The section's page around the body. `scripts`: files of this folder that it runs too."""
        language, asking = language_of(request), visitor(request)
        run = [Markup((HERE / name).read_text()) for name in (SCRIPT, *scripts)]
        page = render(
            "desk/page.html",
            language,
            brand=self._brand,
            sections=[one for one in self._sections if asking.is_staff or not one.staff],
            section=section,
            user=asking.name,
            style=Markup(self._brand.css + STYLE),
            body=body,
            scripts=run,
        )
        response = HTMLResponse(page, status, {"Content-Security-Policy": _policy(run)})
        if request.query_params.get(LANGUAGE) == language:
            response.set_cookie(LANGUAGE, language, max_age=A_YEAR, samesite="strict")
        return response


def language_of(request: Request) -> str:
    """The language that the address asks for, else the one chosen last, else the browser's."""
    for chosen in (request.query_params.get(LANGUAGE), request.cookies.get(LANGUAGE)):
        if chosen in LABELS:
            return chosen
    return page_language(request.headers.get("accept-language"))


def notice_of(request: Request, section: Section) -> str:
    """What the address says was done, as `?said=saved`, in the section's words; "" for nothing."""
    said = f"said_{request.query_params.get('said', '')}"
    return section.words[language_of(request)].get(said, "")


def _policy(scripts: Sequence[str]) -> str:
    allowed = " ".join(map(named_by_digest, scripts))
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
        f"script-src {allowed}; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
