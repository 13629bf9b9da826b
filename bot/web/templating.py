"""HTML from templates/*.html. Owns jinja2.

Promise: whatever a template is given is shown as text; only `Markup`, the HTML of another
template, is inserted as it is.
"""

from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot import wording
from bot.web import addresses
from bot.web.labels import LABELS

# Namespaces, not dictionaries: in a template `labels.clear` of a dictionary is its method.
_LABELS = {language: SimpleNamespace(**labels) for language, labels in LABELS.items()}


def render(template: str, language: str, **values: object) -> Markup:
    """The template's HTML. It sees the values, the `language`, its `labels`, bot.wording and
    bot.web.addresses.

    Raises jinja2.UndefinedError for a name that it uses and is not given.
    """
    return Markup(
        _environment.get_template(template).render(
            language=language, labels=_LABELS[language], **values
        )
    )


def line_breaks(text: str) -> Markup:
    """The text, its line breaks kept in HTML."""
    return escape(text).replace("\n", Markup("<br>"))


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
_environment.filters["line_breaks"] = line_breaks
_environment.globals |= {"wording": wording, "addresses": addresses}
