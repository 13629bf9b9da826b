"""What staff can set for indexing, read from the environment by the entry points and passed down.

A setting's name in capitals after PLAIDOYER_ is its variable; its description is what the variable
may be set to, as error messages say it.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsInvalid

HERE = Path(__file__).resolve().parent
PREFIX = "PLAIDOYER_"
BUNDLED = "bundled"


class IndexSettings(BaseSettings):
    """`corpus`: the folder of documents; `store`: where generations are kept.

    `embedder`: `bundled`, a hub name or a folder; `ocr`: what recognises text on the pages of a PDF
    that are pictures, empty for nothing; `keep`: how many generations stay in the store; `device`:
    where the embedding model computes. `chroma_url`: the Chroma server that gets the vectors of the
    next index; empty: they are in the store.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, str_strip_whitespace=True
    )

    corpus: Path = HERE.parent / "corpus"
    store: Path = HERE / "store"
    embedder: str = BUNDLED
    ocr: Literal["", "tesseract"] = Field(default="", description="tesseract")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto", description="auto, cpu, cuda or mps"
    )
    chroma_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description="the address of a Chroma server, such as http://127.0.0.1:8000",
    )
    keep: int = Field(default=1, ge=1, description="a number of generations, 1 or more")

    @classmethod
    def from_environment(cls) -> Self:
        """Read the variables; an empty one counts as unset. Raises `SettingsInvalid`."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
        if not first["loc"]:  # of several settings together: a validator's own message
            raise SettingsInvalid(str(first["ctx"]["error"]))
        name = str(first["loc"][0])
        raise SettingsInvalid(
            f"{PREFIX}{name.upper()} is {first['input']!r}. "
            f"Set it to {cls.model_fields[name].description}, or unset it."
        )


def quiet_libraries(
    embedder: str = BUNDLED, environment: MutableMapping[str, str] = os.environ
) -> None:
    """Keep torch, transformers, chromadb and gradio from the network; call it before their import.

    The hub stays reachable only for an embedder that is neither bundled nor a folder.
    OMP_WAIT_POLICY=PASSIVE keeps idle OpenMP threads from spinning: with busy cores the median
    question was 20 times slower without it.
    """
    environment.setdefault("ANONYMIZED_TELEMETRY", "False")
    environment.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    environment.setdefault("LANGSMITH_TRACING", "false")
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment.setdefault("TOKENIZERS_PARALLELISM", "false")
    environment.setdefault("TRANSFORMERS_VERBOSITY", "error")
    environment.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if embedder == BUNDLED or Path(embedder).is_dir():
        environment["HF_HUB_OFFLINE"] = "1"
