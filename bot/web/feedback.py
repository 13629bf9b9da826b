"""Members' verdicts, and questions asked in vain: feedback.jsonl in the store, one object a line.

Promise: it never fails an answer (what cannot be written is reported on standard error), never
says who asked, and follows no symbolic link. A line that a crash left unfinished spoils no other.
"""

from pathlib import Path

from bot.complaints import complain
from bot.lines import append
from bot.records import Answer
from bot.vain import FEEDBACK

REASONS = ("quote", "outdated", "missing", "other")  # why an answer is wrong
LONGEST_COMMENT = 1_000  # characters


class Journal:
    """Appends to the file. `unanswered`: also note the questions that nothing answers, or
    only an uncertain answer."""

    def __init__(self, store: Path, unanswered: bool = True):
        self._file, self._unanswered = store / FEEDBACK, unanswered

    def record_verdict(
        self, answer: Answer, verdict: str, reason: str = "", comment: str = ""
    ) -> bool:
        """Note that a member found the answer `useful` or `wrong`. Returns whether it was stored.

        `reason`: one of REASONS; `comment`: in the member's own words, cut at LONGEST_COMMENT.
        """
        return self._append(
            {
                "verdict": verdict,
                "reason": reason if reason in REASONS else "",
                "comment": comment[:LONGEST_COMMENT],
                "question": answer.question,
                "answer": answer.text,
                "abstained": answer.abstained,
                "citations": [citation.as_json() for citation in answer.citations],
            }
        )

    def record_unanswered(self, answer: Answer) -> None:
        """Note the question if nothing answered it, or only an uncertain answer did."""
        if (answer.abstained or answer.unsure) and self._unanswered:
            self._append(
                {
                    "verdict": "unanswered" if answer.abstained else "uncertain",
                    "question": answer.question,
                    "nearest": list(dict.fromkeys(one.path for one in answer.passages)),
                }
            )

    def _append(self, entry: dict) -> bool:
        try:
            append(self._file, entry)
        except (OSError, UnicodeError) as error:  # filelock's Timeout is an OSError
            complain(f"{self._file} was not written ({error}).")
            return False
        return True
