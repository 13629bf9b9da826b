"""The named failures a person can meet; every message ends with its remedy. The command lines print them, nobody else."""


class PlaidoyerError(Exception):
    """Base of all failures that are explained to the user; `str(error)` is the whole explanation."""


class CorpusMissing(PlaidoyerError):
    """The folder of documents does not exist, is no folder, or holds no document."""


class SettingsInvalid(PlaidoyerError):
    """A PLAIDOYER_* variable has a value that makes no sense."""


class StoreMissing(PlaidoyerError):
    """There is no index to answer from yet."""


class StoreDamaged(PlaidoyerError):
    """The index on disk is not what its manifest says it is."""


class StoreUnwritable(PlaidoyerError):
    """The new index cannot be written: no room, no right, no such place."""


class IndexBusy(PlaidoyerError):
    """Another run is writing the same store."""


class EmbedderMismatch(PlaidoyerError):
    """The store was made by another embedding model than the one asked for."""


class EmbedderUnusable(PlaidoyerError):
    """The embedding model cannot be found, or is not what it should be."""


class Unreadable(PlaidoyerError):
    """One file cannot be turned into a document; the message is the reason shown in the report."""


class CatalogueInvalid(PlaidoyerError):
    """corpus/catalogue.toml is no valid TOML."""
