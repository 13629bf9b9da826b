"""The questions that are suggested: those of bot/views/examples.py that are answered plainly.

Found once for a generation, a language and an audience, one question after the other, by whoever
has the time; nobody waits for them.
"""

from collections.abc import Callable, Iterator, Sequence

from bot.records import Answer
from bot.views.examples import candidates
from index.passage import Passage

MOST_TRIED, MOST_KEPT = 8, 4


class Examples:
    """What was found so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}

    def known(
        self, generation: str, language: str, audiences: Sequence[str]
    ) -> tuple[str, ...] | None:
        """What was found; None as long as nobody looked for it to the end."""
        return self._found.get((generation, language, tuple(audiences)))

    def find(
        self,
        ask: Callable[[str], Answer],
        generation: str,
        passages: Sequence[Passage],
        language: str,
        audiences: Sequence[str],
    ) -> Iterator[str]:
        """Try questions on what the audiences may see, `passages`; yields each that was tried.

        `ask` answers them from these passages, without a chat model.
        """
        kept: list[str] = []
        for question in candidates(passages, language)[:MOST_TRIED]:
            if len(kept) == MOST_KEPT:
                break
            answer = ask(question)
            if answer.language == language and _is_plain(answer):
                kept.append(question)
            yield question
        others = {key: found for key, found in self._found.items() if key[0] == generation}
        self._found = others | {(generation, language, tuple(audiences)): tuple(kept)}


def _is_plain(answer: Answer) -> bool:
    return bool(answer.claims) and not (answer.unsure or answer.abstained)
