"""What a page of the desk is called, where it is, and for whom. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class Section:
    """`path`: its address; `words`: what it says, by language, its `title` among them; `staff`: is
    it for staff only? Whatever is below /desk is, by the gate."""

    path: str
    words: Mapping[str, Mapping[str, Any]]
    staff: bool = True

    def said(self, language: str) -> SimpleNamespace:
        """Its words, for a template: `words.title`."""
        return SimpleNamespace(**self.words[language])
