"""What stands around the conversation: the masthead with its controls, and the box that questions are written in."""

from html import escape

from bot.question.understand import LONGEST
from bot.web.brand import Brand
from bot.web.labels import LABELS

VIEWS = ("chat", "positions", "meetings")
SEND = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 16V4M4.5 9.5 10 4l5.5 5.5"/></svg>'
STOP = '<svg viewBox="0 0 20 20" aria-hidden="true"><rect x="5" y="5" width="10" height="10" rx="2"/></svg>'
HALF = '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7"/><path class="full" d="M10 3a7 7 0 0 1 0 14z"/></svg>'


def masthead(brand: Brand, language: str, user: str = "") -> str:
    """Name, views, language, light or dark; and who is logged in, with the way out."""
    labels = LABELS[language]
    views = "".join(
        f'<a href="#{view}" data-view="{view}">{escape(labels["view_" + view])}</a>'
        for view in VIEWS
    )
    tongues = "".join(
        f'<button type="button" data-do="language" data-language="{tongue}" lang="{tongue}" aria-pressed="{str(tongue == language).lower()}"'
        f' aria-label="{name}">{tongue.upper()}</button>'
        for tongue, name in (("fr", "FR, français"), ("en", "EN, English"))
    )
    account = (
        (
            f'<form method="post" action="/logout" class="account"><span>{escape(user)}</span>'
            f"<button>{escape(labels.get('log_out', ''))}</button></form>"
        )
        if user
        else ""
    )
    owner = f'<span class="owner">{escape(brand.name)}</span>' if brand.name else ""
    return (
        f'<style>{brand.css}</style><a class="skip" href="#question">{escape(labels["skip"])}</a>'
        f'<div class="bar">{brand.mark}<h1>Plaidoyer{owner}</h1>'
        f'<nav aria-label="{escape(labels["views"])}">{views}</nav>'
        f'<div class="controls"><div class="tongues" role="group" aria-label="{escape(labels["language"])}">{tongues}</div>'
        f'<button type="button" class="icon" data-do="theme" aria-label="{escape(labels["theme"])}">{HALF}</button>{account}</div></div>'
    )


def composer(language: str) -> str:
    """The box, its buttons, and what a reader is told below it."""
    labels = LABELS[language]
    return (
        f'<form id="ask" data-do="ask" data-searching="{escape(labels["searching"])}" data-you="{escape(labels["you"])}">'
        f'<label class="sr" for="box">{escape(labels["question"])}</label>'
        f'<textarea id="box" rows="1" maxlength="{LONGEST}" placeholder="{escape(labels["placeholder"])}" enterkeyhint="send"></textarea>'
        f'<button class="icon send" aria-label="{escape(labels["send"])}">{SEND}</button>'
        f'<button type="button" class="icon stop" data-do="stop" aria-label="{escape(labels["stop"])}">{STOP}</button></form>'
        f'<p class="below"><span>{escape(labels["below"])}</span> '
        f'<button type="button" class="quiet" data-do="clear">{escape(labels["clear"])}</button></p>'
    )
