"""corpus/ -> a serving generation: read, split, encode, write, verify, flip.

Promise: the serving generation is untouched until the new one is whole and verified; a removed
document is gone from the flip on; a file that cannot be read is named, and its last readable
version kept, for nobody who may not see the new one; what is taken over from the serving generation
was checked first, and where it is damaged everything is built anew; with nothing changed nothing
is written.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index import audience
from index.corpus import CATALOGUE, beginning_of, catalogue_of, files_of, shown
from index.describe import describe
from index.embed import Embedder, Encoded, heading_of
from index.errors import (
    CorpusMissing,
    HoldsNoText,
    IndexBusy,
    StoreDamaged,
    StoreMissing,
    TookTooLong,
    Unreadable,
)
from index.passage import AUDIENCES, Passage, Section
from index.progress import bar
from index.readers.content import ONLY_IMAGES
from index.readers.read import (
    FORMATS,
    PARSERS,
    PICTURES,
    TEXTS,
    Reading,
    open_inside,
    read_all,
)
from index.readers.worker import Worker
from index.report import Report
from index.shelf import store as generations
from index.shelf.lexical import TERMS_VERSION
from index.split import SPLIT_VERSION, split, table_headers

# Raise it when the same file is read differently: every document is then read anew.
READ_VERSION = 8
# Raise it when something else is embedded of a passage: all are then encoded anew.
EMBEDDED_VERSION = 1
Pair = tuple[str, str]
"""What is embedded of a passage: its heading and its text."""
# A page's <meta name="audience" content="staff">, in a file that no parser can read.
META_AUDIENCE = re.compile(rb"""name=["']?audience["']?\s+content=[ \t"']*(\w*)""", re.IGNORECASE)


def build(  # noqa: PLR0913 (what to build of what, where, and how)
    corpus: Path,
    store: Path,
    embedder: str,
    load: Callable[[], Embedder],
    *,
    rebuild: bool = False,
    parsers: Worker = PARSERS,
    keep: int = 1,
    chroma: str = "",
) -> Report:
    """Bring the index in `store` up to date with `corpus`.

    `embedder` is the recorded name of the model that `load` loads; it is loaded only if something
    must be encoded. `rebuild` makes everything anew, and lets an empty folder empty the index: it
    takes the old index only for the report and for the last versions of files that are unreadable
    now, and only if that can be read. `parsers`: the process that reads the files. A file
    that was refused for the time it took is tried once more, alone, after all others. `keep`: how
    many generations stay in the store, beside those with a tag. `chroma`: the address of the server
    that gets the vectors, "" for none.
    Raises `CorpusMissing`, `CatalogueInvalid`, `IndexBusy`, `StoreUnwritable`, `EmbedderUnusable`,
    `VectorsUnreachable`.
    """
    started = time.perf_counter()
    _require_folder(corpus)
    with exclusive(store):
        generations.sweep(store, keep)
        run = _Run(corpus, store, embedder, rebuild, parsers)
        run.keep_bytes, run.chroma = partial(_keep_bytes, store), chroma
        run.plan()
        run.write(load)
        report = run.report
        del run  # it holds the generation that served until now, which can then be swept
        generations.sweep(store, keep)
    report.seconds = time.perf_counter() - started
    return report


def plan(
    corpus: Path, store: Path, embedder: str, *, rebuild: bool = False, parsers: Worker = PARSERS
) -> Report:
    """What `build` would do. Writes nothing. Raises `CorpusMissing`, `CatalogueInvalid`."""
    started = time.perf_counter()
    _require_folder(corpus)
    run = _Run(corpus, store, embedder, rebuild, parsers)
    run.plan()
    run.report.seconds = time.perf_counter() - started
    return run.report


def _keep_bytes(store: Path, data: bytes) -> None:
    with generations.writing(store):
        generations.keep(store, data)


def _require_folder(corpus: Path) -> None:
    if not corpus.is_dir():
        raise CorpusMissing(
            f"There is no folder {corpus}. "
            "Name the folder of documents: python -m index --corpus FOLDER"
        )


@contextmanager
def exclusive(store: Path) -> Iterator[None]:
    """Hold the store's lock. The system frees the lock of a run that was killed."""
    lock = FileLock(store / "lock", timeout=0)
    with generations.writing(store):
        store.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexBusy(
                f"Another run is writing {store}; this one did nothing. "
                "Run it again once that one has ended"
            ) from error
    try:
        yield
    finally:
        lock.release()


class _Run:
    """One run: what the corpus holds now, what the serving generation holds, the difference."""

    def __init__(self, corpus: Path, store: Path, embedder: str, rebuild: bool, parsers: Worker):
        self.corpus, self.store, self.embedder, self.rebuild = corpus, store, embedder, rebuild
        self.keep_bytes: Callable[[bytes], object] = lambda _: None
        self.chroma = ""
        self.parsers = parsers
        self.late: dict[str, Callable[[], None]] = {}  # paths refused for time: read them again
        self.report = Report()
        self.catalogue, self.catalogue_digest = catalogue_of(corpus)
        self.serving = self._open_serving()
        self.passages: list[Passage] = []
        self.records: dict[str, dict] = {}
        self.before: dict[str, dict] = self.serving.manifest["documents"] if self.serving else {}
        self.attached_to = {  # of what was attached to a file: that file
            path: record["attached_to"]
            for path, record in self.before.items()
            if record.get("attached_to")
        }
        self.passages_before: dict[str, list[Passage]] = {}
        for passage in self.serving.passages if self.serving else ():
            self.passages_before.setdefault(passage.path, []).append(passage)

    def _with(self, path: str) -> list[str]:
        """A file that was indexed, and what was attached to it."""
        return [path, *(one for one, file in self.attached_to.items() if file == path)]

    def plan(self) -> None:
        """Read what is new or changed and fill the report; `keep_bytes` gets what was read."""
        serving, report, before = self.serving, self.report, self.before
        listed = files_of(self.corpus, [path for path in before if path not in self.attached_to])
        files = {path: (digest, reason) for path, digest, reason in listed}
        if not any(digest for digest, _ in files.values()) and not self.rebuild:
            raise CorpusMissing(self._no_document(bool(before)))
        reusable = serving and not self.rebuild and serving.manifest["recipe"] == self._recipe()
        for path, (digest, reason) in bar("Reading", "documents", files.items()):
            is_same = reusable and not reason and _is_unchanged(before.get(path), digest)
            if is_same and all(
                generations.is_kept(self.store, before[one]["sha256"]) for one in self._with(path)
            ):
                for one in self._with(path):
                    self._keep(one, before[one], self.passages_before.get(one, []))
                    report.unchanged.append(one)
            else:
                self._read(path, reason)
        for again in [*self.late.values()]:
            again()
        self.late.clear()  # each holds this run, and with it the generation that served
        report.removed = sorted(set(before) - set(files) - set(self.records))
        report.warnings += [
            f"{CATALOGUE} speaks of {path}, which is not in the corpus"
            for path in self.catalogue
            if path not in files and path not in self.records
        ]
        for path, record in self.records.items():
            report.warnings += record["warnings"]
            if record.get("left_out"):
                report.left_out[path] = record["left_out"]
        said = [*(why for _, why in report.unreadable), *report.warnings]
        if self.parsers is not PICTURES and any(ONLY_IMAGES in one for one in said):
            report.warnings.append(
                "pages of pictures were not read; with tesseract, PLAIDOYER_OCR=tesseract reads "
                "them (docs/formats.md)"
            )
        report.documents, report.passages = len(self.records), len(self.passages)
        report.audiences = {passage.path: passage.audience for passage in self.passages}
        report.digests = {path: record["sha256"] for path, record in self.records.items()}
        report.generation = serving.name if serving else ""

    def _no_document(self, serving: bool) -> str:
        message = (
            f"{self.corpus} holds no document ({', '.join(FORMATS)}). "
            "Put some there and run: python -m index."
        )
        if serving:
            message += (
                " The index in service was left as it is; to empty it: python -m index --rebuild"
            )
        return message

    def write(self, load: Callable[[], Embedder]) -> None:
        """Write, verify and flip to a new generation, unless it would equal the serving one."""
        serving, facts = self.serving, self._facts()
        if serving and not self.rebuild and facts == self._facts_of(serving):
            try:
                return serving.reach()
            except StoreDamaged as error:  # the server has its vectors no more
                self._warn_of_damage(error)
        try:
            self._write(load, facts, self._known_vectors())
        except StoreDamaged as error:  # met while its vectors were taken over
            self._warn_of_damage(error)
            self._write(load, facts, {})

    def _write(
        self, load: Callable[[], Embedder], facts: dict, known: dict[Pair, list[int]]
    ) -> None:
        serving, pairs = self.serving, _embedded(self.passages)
        rows = np.array([_taken(known, pair) for pair in pairs], int)
        fresh = [pair for pair, row in zip(pairs, rows, strict=True) if row < 0]
        encoding: Iterator[Encoded] = iter(())
        if serving and not fresh and serving.manifest["embedder"] == self.embedder:
            dimensions = serving.manifest["dimensions"]
        else:
            encoder = load()
            dimensions, encoding = encoder.dimensions, encoder.encode_passages(fresh)
        taken = generations.Taken(serving, rows) if serving and known else None
        with generations.writing(self.store):
            vectors = bar("Encoding", "passages", encoding, len(fresh))
            name = generations.write(
                self.store, self.passages, iter(vectors), dimensions, facts, taken=taken
            )
            generations.flip(self.store, name)
        self.report.generation = name

    def _read(self, path: str, reason: str) -> None:
        """Read a new or changed file; where that fails, report it and keep its last version."""
        patient = path not in self.late
        try:
            if reason:
                raise Unreadable(reason)
            data = open_inside(self.corpus, path)
            readings = read_all(path, data, self.catalogue, self.parsers, patient=patient)
        except Unreadable as error:
            if isinstance(error, TookTooLong) and patient:
                self.late[path] = partial(self._read, path, reason)
                return
            self.report.unreadable.append((shown(path), str(error)))
            if path in self.before:
                self._keep_last(path, error)
            return
        for reading in readings:
            self._keep_reading(reading, path)

    def _keep_reading(self, reading: Reading, file: str) -> None:
        """Keep a document that was read from `file`, or from what was attached to it."""
        self.keep_bytes(reading.data)
        path, digest = reading.document.path, hashlib.sha256(reading.data).hexdigest()
        record: dict = {"sha256": digest, "warnings": reading.warnings}
        if reading.left_out:
            record["left_out"] = dict(reading.left_out)
        if reading.unread:
            record["unread"] = reading.unread
        if path != file:
            record["attached_to"] = file
        self._keep(path, record, split(reading.document))
        last, report = self.before.get(path), self.report
        if last is None:
            report.added.append(path)
        else:
            unchanged = _is_unchanged(last, digest)
            (report.unchanged if unchanged else report.changed).append(path)

    def _keep_last(self, path: str, why: Unreadable) -> None:
        """Keep a file's last readable version, for the narrower of its old and new audience.

        With it what was attached to it, for no wider one.
        """
        of_mail = self._audience_now(path, why)
        for one in self._with(path):
            last, passages = self.before[one], self.passages_before[one]
            before = passages[0].audience
            stated = of_mail if one == path else self._audience_now(one, why)
            now = max(before, stated, of_mail, key=AUDIENCES.index)
            narrowed = now if now != before else last.get("narrowed", "")
            passages = [replace(passage, audience=now) for passage in passages]
            self.report.kept.append(one)
            self._keep(one, _marked_unreadable(one, last, str(why), narrowed), passages)

    def _audience_now(self, path: str, why: Unreadable) -> str:
        """The narrowest audience that catalogue.toml and a file that is unreadable now state.

        That of its last version where they state none.
        """
        last = self.passages_before[path]
        overrides = {"audience": last[0].audience} | self.catalogue.get(path, {})
        sections = [Section(passage.headings, passage.text) for passage in last]
        found = why.found if isinstance(why, HoldsNoText) else {}
        description, _ = describe(
            path,
            found.get("stated", {}),
            overrides,
            found.get("own", {}),
            sections,
            shown=found.get("shown"),
        )
        stated = [str(description["audience"])]
        if path.lower().endswith(TEXTS):
            beginning = beginning_of(self.corpus, path).replace(b"\0", b"")  # of UTF-16
            words = [word.decode().lower() for word in META_AUDIENCE.findall(beginning)]
            text = beginning.decode("utf-8", "replace")
            words += map(audience.meaning, audience.unread(audience.statements(text)))
            stated += [word if word in AUDIENCES else "staff" for word in words]
        return max(stated, key=AUDIENCES.index)

    def _keep(self, path: str, record: dict, passages: list[Passage]) -> None:
        self.passages += passages
        self.records[path] = record

    def _open_serving(self) -> generations.Generation | None:
        """The serving generation, checked but for its token vectors: each is when it is reused."""
        try:
            serving = generations.Shelf(self.store).current()
            if not self.rebuild:
                serving.check()
        except StoreMissing:
            return None
        except StoreDamaged as error:
            self._warn_of_damage(error)
            return None
        return serving

    def _warn_of_damage(self, error: StoreDamaged) -> None:
        self.report.warnings.append(f"Built anew: {str(error).split('. Run:')[0]}")

    def _recipe(self) -> dict:
        recipe: dict = {"ocr": True} if self.parsers is PICTURES else {}
        return recipe | {
            "read": READ_VERSION,
            "split": SPLIT_VERSION,
            "embedded": EMBEDDED_VERSION,
            "terms": TERMS_VERSION,
            "catalogue": self.catalogue_digest,
        }

    def _facts(self) -> dict:
        return {
            "embedder": self.embedder,
            "recipe": self._recipe(),
            "documents": self.records,
            "chroma": self.chroma,
        }

    def _facts_of(self, serving: generations.Generation) -> dict:
        return {"chroma": ""} | {
            key: serving.manifest[key] for key in self._facts() if key in serving.manifest
        }

    def _known_vectors(self) -> dict[Pair, list[int]]:
        """Rows of the serving generation by what was embedded, if in the same way."""
        serving = self.serving
        if serving is None or self.rebuild or serving.manifest["embedder"] != self.embedder:
            return {}
        if serving.manifest["recipe"].get("embedded") != EMBEDDED_VERSION:
            return {}
        known: dict[Pair, list[int]] = {}
        for row, pair in enumerate(_embedded(serving.passages)):
            known.setdefault(pair, []).append(row)
        return known


def _taken(known: dict[Pair, list[int]], pair: Pair) -> int:
    """A row with the vectors of what is embedded, another at each call while there are any; -1."""
    rows = known.get(pair)
    if not rows:
        return -1
    return rows.pop(0) if len(rows) > 1 else rows[0]


def _is_unchanged(last: dict | None, digest: str) -> bool:
    """Was a file recorded with this digest, and could it be read?"""
    return last is not None and last["sha256"] == digest and not last.get("unreadable")


def _marked_unreadable(path: str, last: dict, reason: str, narrowed: str) -> dict:
    """The record of a file's last readable version, with the reason why it is the last.

    `narrowed`: the audience that this version is now for, if it was for more before.
    """
    kept = [warning for warning in last["warnings"] if "last readable version" not in warning]
    warning = f"{shown(path)}: unreadable now; its last readable version still answers"
    if narrowed:
        warning += f", now for the audience {narrowed}"
    since = last.get("unreadable") or reason
    return last | {"unreadable": since, "narrowed": narrowed, "warnings": [*kept, warning]}


def _embedded(passages: Sequence[Passage]) -> list[Pair]:
    """What is embedded of each passage, in order: its heading and its text."""
    headers = table_headers(passages)
    return [
        (heading_of(passage, header), passage.text)
        for passage, header in zip(passages, headers, strict=True)
    ]
