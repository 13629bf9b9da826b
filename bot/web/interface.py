"""gradio, imported once for all rooms of the page: kept from the network and from writing.

Promise: what keeps the libraries from the network is set before gradio reads it.
"""

import inspect
import os
from typing import Any

from index.settings import BUNDLED, PREFIX, quiet_libraries

__all__ = ["gr"]

quiet_libraries(os.environ.get(f"{PREFIX}EMBEDDER") or BUNDLED)

_file_of = inspect.getfile


def _file_unless_gradio(object: Any) -> str:
    if isinstance(object, type) and object.__module__.startswith("gradio."):
        raise OSError("no stub is wanted")
    return _file_of(object)


# For each component gradio parses its source, to write a stub for editors beside it: a third of its
# import (1.0 of 2.9 s), and a write into an installation that is read-only where it is run for
# real. It goes without where it finds no source.
inspect.getfile = _file_unless_gradio
try:
    import gradio as gr
finally:
    inspect.getfile = _file_of
