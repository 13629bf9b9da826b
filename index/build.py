"""corpus/ -> a serving generation: reads what changed, splits, encodes what is new, writes, verifies, flips. -> Report.

Promise: the serving generation is untouched until the new one is whole and verified; a removed document is gone from the
flip on; a file that cannot be read is named, and its last readable version kept; with nothing changed nothing is written.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from index.corpus import CATALOGUE, catalogue_of, files_of, shown
from index.embed import Embedder, Encoded, heading_of
from index.errors import CorpusMissing, IndexBusy, StoreDamaged, StoreMissing, Unreadable
from index.passage import Passage
from index.progress import bar
from index.readers.read import FORMATS, read
from index.shelf import store as generations
from index.shelf.lexical import TERMS_VERSION
from index.split import SPLIT_VERSION, split

READ_VERSION = (
    4  # raise it when the same file is read differently: every document is then read anew
)


@dataclass
class Report:
    """What a run did. The lists hold paths relative to the corpus; `unreadable` (path, reason); `seconds` of work."""

    generation: str = ""
    documents: int = 0
    passages: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict:
        """The object that `python -m index --json` prints: counts, and the unreadable files and warnings in full."""
        return {
            "generation": self.generation,
            "documents": self.documents,
            "passages": self.passages,
            "added": len(self.added),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": len(self.unchanged),
            "unreadable": [{"path": path, "reason": reason} for path, reason in self.unreadable],
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
        }


def build(
    corpus: Path,
    store: Path,
    embedder: str,
    load: Callable[[], Embedder],
    *,
    rebuild: bool = False,
    check: bool = False,
) -> Report:
    """Bring the index in `store` up to date with `corpus`.

    `embedder` is the recorded name of the model that `load` loads; it is loaded only if something must be encoded.
    `rebuild` makes everything anew, and lets an empty folder empty the index; `check` only says what would change.
    Raises `CorpusMissing`, `CatalogueInvalid`, `IndexBusy`, `StoreUnwritable`, `EmbedderUnusable`.
    """
    started = time.perf_counter()
    if not corpus.is_dir():
        raise CorpusMissing(
            f"There is no folder {corpus}. Name the folder of documents: python -m index --corpus FOLDER"
        )
    if check:
        report = _Run(corpus, store, embedder, rebuild).plan()
    else:
        with _alone(store):
            generations.sweep(store)
            run = _Run(corpus, store, embedder, rebuild)
            report = run.plan()
            run.carry_out(load)
            del run  # which reads the generation that served until now
            generations.sweep(store)
    report.seconds = time.perf_counter() - started
    return report


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """The store, to this run alone. The system frees the lock of a run that was killed."""
    lock = FileLock(store / "lock", timeout=0)
    with generations.writing(store):
        store.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexBusy(
                f"Another run is writing {store}; this one did nothing. Run: python -m index once it has ended"
            ) from error
    try:
        yield
    finally:
        lock.release()


class _Run:
    """One run: what the corpus holds now, what the serving generation holds, and the difference."""

    def __init__(self, corpus: Path, store: Path, embedder: str, rebuild: bool):
        self.corpus, self.store, self.embedder, self.rebuild = corpus, store, embedder, rebuild
        self.report = Report()
        self.catalogue, self.catalogue_digest = catalogue_of(corpus)
        self.old = self._serving()
        self.passages: list[Passage] = []
        self.records: dict[str, dict] = {}

    def plan(self) -> Report:
        """Read what is new or changed and fill the report; nothing is written."""
        before = self.old.manifest["documents"] if self.old else {}
        files = {path: (digest, reason) for path, digest, reason in files_of(self.corpus, before)}
        if not any(digest for digest, _ in files.values()) and not self.rebuild:
            kept = (
                " The index in service was left as it is; to empty it: python -m index --rebuild"
                if before
                else ""
            )
            raise CorpusMissing(
                f"{self.corpus} holds no document ({', '.join(FORMATS)}). Put some there and run: python -m index.{kept}"
            )
        kept_passages: dict[str, list[Passage]] = {}
        for passage in self.old.passages if self.old else ():
            kept_passages.setdefault(passage.path, []).append(passage)
        same_recipe = (
            self.old is not None
            and not self.rebuild
            and self.old.manifest["recipe"] == self._recipe()
        )
        for path, (digest, reason) in bar("Reading", "documents", files.items()):
            last = before.get(path)
            if (
                same_recipe
                and last
                and last["sha256"] == digest
                and not reason
                and not last.get("unreadable")
            ):
                self._keep(path, last, kept_passages.get(path, []))
                self.report.unchanged.append(path)
            else:
                self._take(path, digest, reason, last, kept_passages.get(path, []))
        self.report.removed = sorted(set(before) - set(files))
        self.report.warnings += [
            f"{CATALOGUE} speaks of {path}, which is not in the corpus"
            for path in self.catalogue
            if path not in files
        ]
        self.report.warnings += [
            warning for record in self.records.values() for warning in record["warnings"]
        ]
        self.report.documents, self.report.passages = len(self.records), len(self.passages)
        self.report.generation = self.old.name if self.old else ""
        return self.report

    def carry_out(self, load: Callable[[], Embedder]) -> None:
        """Write, verify and flip to a new generation, unless the serving one is what it would be."""
        if (
            self.old
            and not self.rebuild
            and self.records == self.old.manifest["documents"]
            and self._facts() == {key: self.old.manifest[key] for key in self._facts()}
        ):
            return
        known = self._known_vectors()
        fresh = [passage for passage in self.passages if _vector_key(passage) not in known]
        encoder = (
            load()
            if fresh or not self.old or self.old.manifest["embedder"] != self.embedder
            else None
        )
        dimensions = encoder.dimensions if encoder else self.old.manifest["dimensions"]
        with generations.writing(self.store):
            name = generations.write(
                self.store,
                self.passages,
                self._vectors(known, fresh, encoder),
                dimensions,
                self._facts(),
            )
            generations.flip(self.store, name)
        self.report.generation = name

    def _take(
        self, path: str, digest: str, reason: str, last: dict | None, last_passages: list[Passage]
    ) -> None:
        """Read a new or changed file; where that fails, report it and keep its last readable version."""
        try:
            if reason:
                raise Unreadable(reason)
            document, warnings = read(self.corpus, path, self.catalogue.get(path, {}))
        except Unreadable as error:
            self.report.unreadable.append((shown(path), str(error)))
            if last:
                since = last.get("unreadable") or str(error)
                self._keep(
                    path,
                    last
                    | {
                        "unreadable": since,
                        "warnings": [
                            *(
                                warning
                                for warning in last["warnings"]
                                if "last readable version" not in warning
                            ),
                            f"{shown(path)}: unreadable now; its last readable version still answers",
                        ],
                    },
                    last_passages,
                )
            return
        self.passages += split(document)
        self.records[path] = {"sha256": digest, "warnings": warnings}
        unaltered = last is not None and last["sha256"] == digest and not last.get("unreadable")
        (
            self.report.unchanged
            if unaltered
            else self.report.changed
            if last
            else self.report.added
        ).append(path)

    def _keep(self, path: str, record: dict, passages: list[Passage]) -> None:
        self.passages += passages
        self.records[path] = record

    def _serving(self) -> generations.Generation | None:
        try:
            return generations.Shelf(self.store).current()
        except StoreMissing:
            return None
        except StoreDamaged as error:
            self.report.warnings.append(f"Built anew: {str(error).split('. Run:')[0]}")
            return None

    def _recipe(self) -> dict:
        return {
            "read": READ_VERSION,
            "split": SPLIT_VERSION,
            "terms": TERMS_VERSION,
            "catalogue": self.catalogue_digest,
        }

    def _facts(self) -> dict:
        return {"embedder": self.embedder, "recipe": self._recipe(), "documents": self.records}

    def _known_vectors(self) -> dict[str, int]:
        """Rows of the serving generation by what was embedded, where they were made by the same embedder."""
        if self.old is None or self.rebuild or self.old.manifest["embedder"] != self.embedder:
            return {}
        return {_vector_key(passage): row for row, passage in enumerate(self.old.passages)}

    def _vectors(
        self, known: dict[str, int], fresh: Sequence[Passage], encoder: Embedder | None
    ) -> Iterator[Encoded]:
        """The vectors of all passages in order: reused where known, else from one encoding pass."""
        encoding = (
            encoder.encode_passages([(heading_of(passage), passage.text) for passage in fresh])
            if encoder
            else iter(())
        )
        with bar("Encoding", "passages", total=len(fresh)) as progress:
            for passage in self.passages:
                row = known.get(_vector_key(passage))
                if row is not None:
                    yield self.old.encoded(row)
                else:
                    yield next(encoding)
                    progress.update()


def _vector_key(passage: Passage) -> str:
    return f"{heading_of(passage)}\n{passage.text}"


def report_text(report: Report, check: bool = False) -> str:
    """The report as staff read it, a line a fact."""
    lines = [
        f"{'Would be' if check else 'Index'}: {report.documents} documents, {report.passages} passages ({report.seconds:.1f} s)."
    ]
    for word, paths in (
        ("added", report.added),
        ("changed", report.changed),
        ("removed", report.removed),
    ):
        lines += [f"  {word}: {shown(path)}" for path in paths]
    lines.append(f"  unchanged: {len(report.unchanged)}")
    lines += [f"  UNREADABLE: {path}: {reason}" for path, reason in report.unreadable]
    lines += [f"  warning: {shown(warning)}" for warning in report.warnings]
    return "\n".join(lines)
