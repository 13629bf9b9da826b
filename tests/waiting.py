"""Waiting for what another process or thread does. The one place that asks again and again.

It rests between two looks: without that, a test takes the core from the very process it waits for.
"""

import subprocess
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

PATIENCE, PACE = 120.0, 0.05  # seconds: the longest wait, and between two looks
DIRECTLY = build_opener(ProxyHandler({}))  # by no proxy that the environment names
Held = TypeVar("Held")


def until(holds: Callable[[], Held], process: subprocess.Popen | None = None) -> Held:
    """What `holds()` gives once it is true, while the process, if there is one, lives."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert process is None or process.poll() is None, f"it has ended: {process.poll()}"
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(PACE)
    return found


def responds(url: str, status: int = 200) -> bool:
    """Does a server answer at this address, with this status?"""
    try:
        with DIRECTLY.open(url, timeout=5) as answer:
            return answer.status == status
    except HTTPError as error:
        return error.code == status
    except OSError:
        return False
