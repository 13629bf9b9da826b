"""Which generations are being read, in whatever process.

A reader holds a shared lock on the manifest; removal needs an exclusive one. Promise: what a reader
holds is not removed; a reader that ends, however it ends, holds nothing; what is being removed
cannot be opened any more.
"""

import os
import sys
from pathlib import Path

from index.errors import damaged

if sys.platform == "win32":  # where an open file cannot be removed
    fcntl = None
else:
    import fcntl

MANIFEST = "manifest.json"  # of a generation, written last


def retire(folder: Path, idle: bool) -> bool:
    """Make a generation impossible to open, for good; False where it is being read.

    `idle`: it is too old to be read any more, which counts where the file system has no locks.
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
    """A reader's lock on a generation, held until the descriptor is closed or its process ends."""
    try:
        descriptor = os.open(folder / MANIFEST, os.O_RDONLY)
        try:
            _locked(descriptor, exclusive=False)
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise damaged(f"no readable manifest in {folder}") from error
    return descriptor


def _locked(descriptor: int, exclusive: bool) -> bool:
    """Lock an open file; False where there are no locks (Windows, some network drives).

    Raises BlockingIOError where others hold it.
    """
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True
