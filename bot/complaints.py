"""What staff must repair, on standard error: a line each, as text or as JSON (PLAIDOYER_LOG=json).

Promise: never a question's text, never an answer's.
"""

import json
import os
import sys
from datetime import UTC, datetime


def complain(error: BaseException | str) -> None:
    """Write the error's name and explanation, or a warning's text, as one line."""
    name = "" if isinstance(error, str) else type(error).__name__
    if os.environ.get("PLAIDOYER_LOG", "").lower() != "json":
        print(f"{name}: {error}" if name else error, file=sys.stderr)
        return
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "level": "error" if name else "warning",
        "error": name,
        "message": str(error),
    }
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)
