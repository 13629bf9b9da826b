"""Who reads a generation, in whatever process: readers hold a shared lock on its manifest, and who removes it needs it alone.

Promise: what a reader holds is not removed; a reader that ends, however it ends, holds nothing; what is being removed
cannot be opened any more.
"""

import os
from pathlib import Path

from index.errors import StoreDamaged

try:
    import fcntl
except ImportError:  # Windows, where nobody can remove an open file
    fcntl = None

MANIFEST = "manifest.json"  # of a generation, written last


def retire(folder: Path, idle: bool) -> bool:
    """Take a generation out of every reader's reach, for good; False where one is in it.

    `idle`: by the clock none can be in it any more, which counts where the file system knows no locks.
    """
    manifest = folder / MANIFEST
    try:
        with manifest.open("r+b") as stream:
            if not _locked(stream.fileno(), exclusive=True) and not idle:
                return False
            if fcntl:
                manifest.unlink()  # under the lock: who comes later finds nothing to open
        manifest.unlink(missing_ok=True)
    except FileNotFoundError:
        return True  # half built, or half removed
    except OSError:  # a reader holds it, or has it open on Windows
        return False
    return True


def hold(folder: Path) -> int:
    """A reader's lock on a generation: it lasts until the descriptor is closed or its process ends, however it ends."""
    try:
        descriptor = os.open(folder / MANIFEST, os.O_RDONLY)
        try:
            _locked(descriptor, exclusive=False)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise StoreDamaged(
            f"The index is damaged (no readable manifest in {folder}). Run: python -m index --rebuild"
        ) from error
    return descriptor


def _locked(descriptor: int, exclusive: bool) -> bool:
    """Lock an open file; False where there are no locks (Windows, some network drives). Raises BlockingIOError where others hold it."""
    try:
        if fcntl:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return fcntl is not None
