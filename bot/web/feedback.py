"""What members say of answers, and the questions that found none: feedback.jsonl in the store, one JSON object a line.

Promise: it never fails an answer (what cannot be written is told on standard error), and never says who asked.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from bot.records import Answer

REASONS = ("quote", "outdated", "missing", "other")  # why an answer is wrong
COMMENT = 1_000  # characters
LARGEST = 50_000_000  # bytes: a member who judges without end fills no disk
WAIT = 5  # seconds for another process that writes


class Journal:
    """Appends to the file. `unanswered`: also note the questions that nothing answers."""

    def __init__(self, store: Path, unanswered: bool = True):
        self._file, self._unanswered = store / "feedback.jsonl", unanswered

    def judged(self, answer: Answer, verdict: str, reason: str = "", comment: str = "") -> bool:
        """A member found the answer `useful` or `wrong`, the latter for one of REASONS and in their own words. Was it stored?"""
        return self._append(
            {
                "verdict": verdict,
                "reason": reason if reason in REASONS else "",
                "comment": comment[:COMMENT],
                "question": answer.question,
                "answer": answer.text,
                "abstained": answer.abstained,
                "citations": [citation.as_json() for citation in answer.citations],
            }
        )

    def asked(self, answer: Answer) -> None:
        """A question was answered, or not; only the latter is noted."""
        if answer.abstained and self._unanswered:
            self._append(
                {
                    "verdict": "unanswered",
                    "question": answer.question,
                    "nearest": [passage.path for passage in answer.nearest],
                }
            )

    def _append(self, entry: dict) -> bool:
        line = (
            json.dumps(
                {"time": datetime.now(UTC).isoformat(timespec="seconds"), **entry},
                ensure_ascii=False,
            )
            + "\n"
        )
        try:
            with FileLock(f"{self._file}.lock", timeout=WAIT):
                stream = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    if os.fstat(stream).st_size + len(line) > LARGEST:
                        raise OSError(f"it has reached {LARGEST} bytes; move it away")
                    os.write(stream, line.encode())
                finally:
                    os.close(stream)
        except OSError as error:  # filelock's Timeout is one
            print(f"{self._file} was not written ({error}).", file=sys.stderr)
            return False
        return True
