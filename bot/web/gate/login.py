"""The log-in page, in French and English: no script, no file of its own, nothing from elsewhere. Logging in and out."""

import base64
import hashlib
from html import escape
from string import Template
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.web.gate.access import COOKIES, LONGEST, Door, TooManyAttempts, minutes
from bot.web.labels import LABELS, page_language

PATHS = ("/login", "/logout")
STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #f6f7f9; --card: #fff; --line: #767f8c; --accent: #1f4e8c; --alert: #a3200d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf0; --paper: #14181f; --card: #1d232d; --line: #8b95a3; --accent: #9cc2f5; --alert: #ff9d8f; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper); color: var(--ink);
       font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 2rem; background: var(--card); border-radius: 12px; box-shadow: 0 1px 6px rgb(0 0 0 / 15%); }
h1 { margin: 0 0 1.5rem; font-size: 1.4rem; }
label { display: block; margin: 1rem 0 .3rem; font-weight: 600; }
input { width: 100%; padding: .65rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; }
button { width: 100%; margin-top: 1.5rem; padding: .75rem; font: inherit; font-weight: 600; color: var(--card); background: var(--accent);
         border: 0; border-radius: 6px; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { margin: 0 0 1rem; color: var(--alert); font-weight: 600; }
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = Template("""<!doctype html>
<html lang="$language">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$log_in · $title</title><style>$style</style></head>
<body><main><h1>$title</h1>$alert
<form method="post" action="/login"><input type="hidden" name="next" value="$next">
<label for="name">$name_label</label>
<input id="name" name="name" value="$name" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100">
<label for="password">$password_label</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
<button>$log_in</button></form></main></body></html>
""")


def serve_log_in(app: FastAPI, door: Door, federation: str) -> None:
    """Add /login and /logout to the app; both lead to the page where no log-in is asked for."""

    def form(
        request: Request,
        status: int,
        alert: str = "",
        name: str = "",
        wanted: str = "/",
        headers: dict | None = None,
    ) -> Response:
        language = page_language(request.headers.get("accept-language"))
        labels = LABELS[language]
        page = PAGE.substitute(
            language=language,
            style=STYLE,
            log_in=escape(labels["log_in"]),
            title=escape(f"Plaidoyer{' · ' + federation if federation else ''}"),
            name_label=escape(labels["name"]),
            password_label=escape(labels["password"]),
            name=escape(name),
            next=escape(_own(wanted)),
            alert=f'<p role="alert">{escape(alert)}</p>' if alert else "",
        )
        return HTMLResponse(page, status, {"Content-Security-Policy": POLICY, **(headers or {})})

    @app.get("/login")
    def ask(request: Request, next: str = "/") -> Response:
        return form(request, 200, wanted=next) if door.users else RedirectResponse("/", 303)

    @app.post("/login")
    async def log_in(request: Request) -> Response:
        if door.users is None:
            return RedirectResponse("/", 303)
        async with request.form(max_files=0, max_fields=10) as sent:
            name, password, wanted = (
                str(sent.get(field, "")) for field in ("name", "password", "next")
            )
        labels = LABELS[page_language(request.headers.get("accept-language"))]
        try:
            user = await door.log_in(name, password, request.client.host if request.client else "")
        except TooManyAttempts as error:
            return form(
                request,
                429,
                labels["attempts"].format(minutes=minutes(error.wait)),
                name,
                wanted,
                {"Retry-After": str(error.wait)},
            )
        if user is None:
            return form(request, 401, labels["wrong"], name, wanted)
        door.sessions.close(_token(request))
        response = RedirectResponse(quote(_own(wanted), safe="/?&=%#"), 303)
        response.set_cookie(
            COOKIES[request.url.scheme],
            door.sessions.open(user),
            LONGEST,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @app.post("/logout")
    def log_out(request: Request) -> Response:
        door.sessions.close(_token(request))
        response = RedirectResponse("/login", 303)
        response.delete_cookie(
            COOKIES[request.url.scheme],
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @app.get("/logout")  # gradio has one of its own, and a link must log nobody out
    def stay() -> Response:
        return RedirectResponse("/", 303)


def _token(request: Request) -> str:
    return request.cookies.get(COOKIES[request.url.scheme], "")


def _own(path: str) -> str:
    """The path, if it is one of this site; else the page's."""
    return (
        path
        if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
        else "/"
    )
