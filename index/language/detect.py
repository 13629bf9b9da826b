"""Which of the two languages a text is in. Owns py3langid."""

from collections.abc import Callable
from functools import cache
from typing import cast

from index.language.lists import LANGUAGES


def language_of(text: str) -> str:
    """`fr` or `en`, whichever the text is likelier in."""
    return _classifier()(text.lower())[0]


@cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    import py3langid

    # Takes a millisecond and is not safe beside another thread's `classify`: done once.
    py3langid.set_languages(list(LANGUAGES))
    return cast(Callable[[str], tuple[str, float]], py3langid.classify)
