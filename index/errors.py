"""The failures that are explained to a person. Every message ends with its remedy.

Only the command lines print them.
"""

from collections.abc import Mapping

REBUILD = "Run: python -m index --rebuild"


class PlaidoyerError(Exception):
    """Base of all explained failures; `str(error)` is the whole explanation."""


class CorpusMissing(PlaidoyerError):
    """The folder of documents does not exist, is no folder, or holds no document."""


class SettingsInvalid(PlaidoyerError):
    """A PLAIDOYER_* variable has a value that makes no sense."""


class StoreMissing(PlaidoyerError):
    """There is no index to answer from yet."""


class StoreDamaged(PlaidoyerError):
    """The index on disk is not what its manifest says it is."""


def damaged(what: str) -> StoreDamaged:
    """The error for an index of which `what` is wrong."""
    return StoreDamaged(f"The index is damaged ({what}). {REBUILD}")


class StoreUnwritable(PlaidoyerError):
    """The new index cannot be written: no room, no right, no such place."""


class VectorsUnreachable(PlaidoyerError):
    """The Chroma server that holds the vectors does not answer, or not as one does."""


class IndexBusy(PlaidoyerError):
    """Another run is writing the same store."""


class GenerationUnknown(PlaidoyerError):
    """No generation of the store has this name, or the name cannot be given to one."""


class BackupFailed(PlaidoyerError):
    """A backup cannot be written, or is not what it was when it was made."""


class FetchFailed(PlaidoyerError):
    """What should be fetched is not there, or not whole."""


class EmbedderMismatch(PlaidoyerError):
    """The store was made by another embedding model than the one asked for."""


class EmbedderUnusable(PlaidoyerError):
    """The embedding model cannot be found, or is not what it should be."""


class Unreadable(PlaidoyerError):
    """One file cannot be turned into a document; the message is the reason shown in the report."""


class HoldsNoText(Unreadable):
    """A file was read and has no text. `found`: what it says of itself all the same."""

    def __init__(self, found: Mapping):
        super().__init__("it holds no text")
        self.found = found


class TookTooLong(Unreadable):
    """Reading a file was ended for its time; the next try may do better."""


class CatalogueInvalid(PlaidoyerError):
    """corpus/catalogue.toml is no valid TOML."""


class CollectionRefused(PlaidoyerError):
    """What is asked of the documents' files, or of what catalogue.toml says of one, cannot be."""


class CollectionUnwritable(PlaidoyerError):
    """A file of the corpus, or what is kept of it in the store, cannot be written."""


class RunUnderWay(PlaidoyerError):
    """A run that was begun at the desk has not ended yet."""
