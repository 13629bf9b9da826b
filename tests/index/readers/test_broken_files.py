"""Broken, hostile or misnamed files: each is named with its reason, in bounded time and memory."""

import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Federation
from making import W, column, compound, docx, msg, odt, p, pdf, zipped

from bot.answer import Bot
from index.build import build, plan
from index.embed import SentenceEmbedder
from index.errors import TookTooLong, Unreadable
from index.readers import read as reading
from index.readers.read import LARGEST, LARGEST_WITH_IMAGES, PARSERS, parsed, read
from index.readers.worker import Limits, Worker
from index.shelf.store import Shelf

ROOT = Path(__file__).resolve().parents[3]
TEXT = [column(50, 700, "Nous demandons un fonds public.")]
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c '
    '"&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
BODY = f"<w:document {W}><w:body>{p('&c;')}</w:body></w:document>"


def pptx(**parts: str) -> bytes:
    from pptx import Presentation

    slides, stream = Presentation(), io.BytesIO()
    slides.slides.add_slide(slides.slide_layouts[0]).shapes.title.text = "Un fonds"
    slides.save(stream)
    if parts:
        with zipfile.ZipFile(stream) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        return zipped(
            entries
            | {
                name.replace("__", "/").replace("_xml", ".xml"): content
                for name, content in parts.items()
            }
        )
    return stream.getvalue()


def mail() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = "Fonds"
    message.set_content("Un fonds.\n" * 50)
    message.add_alternative("<p>Un fonds.</p>" * 50, subtype="html")
    return message.as_bytes()


def reason(corpus: Path, path: str, data: bytes) -> str:
    (corpus / path).write_bytes(data)
    with pytest.raises(Unreadable) as error:
        read(corpus, path, {})
    return str(error.value)


def bomb(member: str, size: int) -> bytes:
    """A zip whose `member` holds `size` zeros, beside what makes it a Word file."""
    stream = io.BytesIO(docx(p("Un fonds.")))
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(member, "w", force_zip64=True) as entry,
    ):
        for _ in range(size // 10_000_000):
            entry.write(bytes(10_000_000))
    return stream.getvalue()


def test_a_zip_that_declares_more_than_the_bound_is_not_expanded(tmp_path: Path):
    data = bomb("word/media/image1.png", 310_000_000)
    assert len(data) < 1_000_000
    assert reason(tmp_path, "a.docx", data) == "it expands to more than 300 MB"


def test_a_zip_whose_xml_expands_past_its_bound_is_not_parsed(tmp_path: Path):
    assert (
        reason(tmp_path, "a.docx", bomb("word/comments.xml", 90_000_000))
        == "its text expands to more than 80 MB"
    )


def test_a_zip_that_declares_less_than_it_expands_to_is_read_no_further(tmp_path: Path):
    data = bytearray(bomb("word/comments.xml", 90_000_000))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/comments.xml"))
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert reason(tmp_path, "a.docx", bytes(data)).startswith(
        "it is damaged, or no real .docx file ("
    )


def test_a_zip_of_too_many_entries_is_not_read(tmp_path: Path):
    assert (
        reason(
            tmp_path, "a.odt", zipped({"content.xml": "<a/>"} | {f"{n}": "" for n in range(10_001)})
        )
        == "it expands to more than 300 MB"
    )


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.docx", docx("", word__document_xml=ENTITIES + BODY)),
        ("a.docx", docx(p("Un fonds."), word__styles_xml=ENTITIES + f"<w:styles {W}/>")),
        (
            "a.docx",
            docx(
                "",
                word__document_xml=(
                    '<?xml version="1.0" encoding="utf-16"?>' + ENTITIES + BODY
                ).encode("utf-16"),
            ),
        ),
        ("a.odt", odt("", meta_xml=ENTITIES + "<a>&c;</a>")),
        ("a.pptx", pptx(ppt__slides__slide1_xml=ENTITIES + "<a>&c;</a>")),
        ("a.html", (ENTITIES + "<html><body><p>&c;</p></body></html>").encode()),
    ],
)
def test_entities_are_never_expanded(tmp_path: Path, path: str, data: bytes):
    assert reason(tmp_path, path, data) == "it defines XML entities, which are never expanded"


@pytest.mark.parametrize(
    ("path", "largest"), [("a.txt", LARGEST), ("a.html", LARGEST), ("a.pdf", LARGEST_WITH_IMAGES)]
)
def test_two_gigabytes_are_refused_before_they_are_read(tmp_path: Path, path: str, largest: int):
    with (tmp_path / path).open("wb") as stream:
        stream.truncate(2_000_000_000)
    with pytest.raises(Unreadable, match=f"^it is larger than {largest // 1_000_000} MB$"):
        read(tmp_path, path, {})


def test_a_link_out_of_the_corpus_is_not_followed(tmp_path: Path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.docx").write_bytes(docx(p("secret")))
    (corpus / "a.docx").symlink_to(tmp_path / "secret.docx")
    with pytest.raises(Unreadable, match=r"^it is a link to a place outside the corpus$"):
        read(corpus, "a.docx", {})


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.pdf", pdf(*TEXT, password="secret")),
        ("a.docx", compound({"EncryptionInfo": bytes(100), "EncryptedPackage": bytes(5000)})),
        ("a.pptx", compound({"EncryptionInfo": bytes(100), "EncryptedPackage": bytes(5000)})),
        ("a.odt", odt("", **{"META-INF__manifest_xml": "<manifest><encryption-data/></manifest>"})),
    ],
)
def test_a_password_is_named_as_the_reason(tmp_path: Path, path: str, data: bytes):
    assert reason(tmp_path, path, data) == "it is protected by a password"


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        (
            "a.docx",
            zipped({"photo.jpg": b"x"}),
            "it is a zip archive, but no Word document (.docx)",
        ),
        (
            "a.docx",
            odt("<text:p>Un fonds.</text:p>"),
            "it is a zip archive, but no Word document (.docx)",
        ),
        (
            "a.pptx",
            docx(p("Un fonds.")),
            "it is a zip archive, but no PowerPoint presentation (.pptx)",
        ),
        ("a.odt", docx(p("Un fonds.")), "it is a zip archive, but no OpenDocument text (.odt)"),
        (
            "a.docx",
            compound({"WordDocument": bytes(5000)}),
            "it is an Office file of before 2007; save it as Word document (.docx)",
        ),
        ("a.docx", b"Un fonds.", "it is damaged, or no real .docx file (File is not a zip file)"),
        ("a.pdf", b"Un fonds.", "it is no PDF"),
        ("a.eml", b"Un fonds, rien de plus.", "it is no e-mail message"),
        ("a.txt", bytes(range(256)) * 64, "it is not text in any known encoding"),
        ("a.docx", docx(""), "it holds no text"),
        ("a.pdf", pdf([]), "it holds no text"),
        ("a.html", b"<p></p>", "it holds no text"),
        ("a.eml", b"Subject: Fonds\n\n-- \nPaul\n", "it holds no text"),
        (
            "a.msg",
            msg("Fonds", rtf=b"LZFu"),
            "its text is in Outlook's RTF form only, which is not read; save the message as .eml",
        ),
        ("a.xls", b"x", None),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named_with_its_reason(
    tmp_path: Path, path: str, data: bytes, said: str | None
):
    assert (
        reason(tmp_path, path, data) == said
        if said
        else reason(tmp_path, path, data).startswith("this format is not read")
    )


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("a.docx", lambda: docx(p("Un fonds."))),
        ("a.pptx", pptx),
        ("a.odt", lambda: odt("<text:p>Un fonds.</text:p>")),
        ("a.pdf", lambda: pdf(*TEXT)),
        ("a.msg", lambda: msg("Fonds", "Un fonds. " * 2000)),
    ],
)
def test_a_file_that_is_cut_short_is_reported(tmp_path: Path, path: str, make, share: float):
    data = make()
    assert reason(tmp_path, path, data[: int(len(data) * share)]).startswith("it is ")


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
def test_a_mail_that_is_cut_short_is_read_as_far_as_it_goes_and_that_is_said(
    tmp_path: Path, share: float
):
    data = mail()
    (tmp_path / "a.eml").write_bytes(data[: int(len(data) * share)])
    document, warnings = read(tmp_path, "a.eml", {})
    assert document.text.startswith("Un fonds.\nUn fonds.\n")
    assert warnings[0] == (
        "a.eml: it is cut short or its parts are not marked; what is there is read"
    )


def test_a_mail_that_is_cut_before_any_text_is_reported(tmp_path: Path):
    data = mail()
    assert reason(tmp_path, "a.eml", data[: data.index(b"Un fonds.")]).startswith("it is cut short")


@pytest.mark.parametrize(
    "path", ["a.docx", "a.pptx", "a.odt", "a.pdf", "a.msg", "a.eml", "a.txt", "a.md", "a.html"]
)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1000,
        os.urandom(5000),
        b"PK\x03\x04" + bytes(500),
        b"%PDF-1.7\n%%EOF",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900),
    ],
)
def test_rubbish_is_reported_in_words(tmp_path: Path, path: str, data: bytes):
    (tmp_path / path).write_bytes(data)
    try:
        read(tmp_path, path, {})
    except Unreadable as error:
        assert str(error).startswith(("it ", "its "))


def test_a_file_that_vanishes_or_grows_while_it_is_read_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(Unreadable, match="No such file"):
        read(tmp_path, "gone.pdf", {})
    (tmp_path / "a.txt").write_text("Un fonds.")
    real, asked = os.fstat, []

    def growing(descriptor: int) -> os.stat_result:
        asked.append(descriptor)
        if len(asked) == 2:
            with (tmp_path / "a.txt").open("a") as stream:
                stream.write(" Un guichet.")
        return real(descriptor)

    monkeypatch.setattr(reading.os, "fstat", growing)
    with pytest.raises(Unreadable, match=r"^it changed while it was being read; run again$"):
        read(tmp_path, "a.txt", {})


def test_front_matter_that_nests_to_gigabytes_is_ignored(tmp_path: Path):
    levels = "".join(
        f"  {chr(97 + n)}: &{chr(97 + n)} [{','.join(['*' + chr(96 + n)] * 9) if n else 'ha'}]\n"
        for n in range(12)
    )
    (tmp_path / "2023.md").write_text(
        f"---\nbomb:\n{levels}title: Un fonds\ntopics: [*l, cloud]\n---\nUn texte."
    )
    assert read(tmp_path, "2023.md", {})[0].topics == ("cloud",)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.html", b"<table><tr><td>" * 20_000 + b"fond"),
        ("a.html", b"<ol>" + b"<li>x" * 20_000),
        ("a.html", b"<b>" * 50_000 + b"fond"),
        ("a.html", b"<!--" * 50_000 + b"--><p>fond"),
        ("a.md", b">" * 50_000 + b"fond"),
        ("a.md", b"[" * 50_000 + b"fond"),
        ("a.txt", b"\n \n" * 100_000 + b"fond"),
        (
            "a.odt",
            odt("<text:section>" * 3000 + "<text:p>fond</text:p>" + "</text:section>" * 3000),
        ),
        ("a.eml", b"Subject: x\n\n" + b"> > > Le 1 mai a \n" * 20_000 + b"fond"),
    ],
)
def test_what_is_nested_or_repeated_without_measure_ends(tmp_path: Path, path: str, data: bytes):
    (tmp_path / path).write_bytes(data)
    try:
        assert "fond" in read(tmp_path, path, {})[0].text or path == "a.html"
    except Unreadable as error:
        assert str(error) in ("it is nested too deeply to be read", "it holds no text") or str(
            error
        ).startswith("it is damaged")


# The parsers' process


@pytest.fixture
def readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Worker]]:
    """Makes a parsers' process for a function of READERS, within limits."""
    (tmp_path / "readers_of_the_test.py").write_text(READERS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    workers: list[Worker] = []

    def make(function: str, **limits: float) -> Worker:
        workers.append(Worker("readers_of_the_test", function, Limits(**limits)))
        return workers[-1]

    yield make
    for one in workers:
        one.close()


READERS = """
import pathlib, time

def burns(name, data):
    while True:
        pass

def waits(name, data):
    time.sleep(float(data))
    return {"waited": float(data)}

def works(name, data):
    until = time.process_time() + float(data)
    while time.process_time() < until:
        pass
    return {"worked": float(data)}

def burns_once(name, data):
    tried = pathlib.Path(__file__).with_name("tried")
    if b"long" in data and not tried.exists():
        tried.touch()
        burns(name, data)
    return {"sections": [[[], data.decode(), 0]], "stated": {}, "own": {}, "warnings": []}
"""


def test_a_reader_that_takes_too_much_of_the_processor_is_ended_and_the_next_file_is_read(
    tmp_path: Path, readers: Callable[..., Worker]
):
    (tmp_path / "a.txt").write_text("Un fonds long.")
    parsers = readers("burns_once", seconds=0.1)
    with pytest.raises(
        TookTooLong, match=r"^reading it takes more than 0.1 seconds of processor time$"
    ):
        read(tmp_path, "a.txt", {}, parsers)
    assert read(tmp_path, "a.txt", {}, parsers)[0].text == "Un fonds long."


def test_only_the_readers_own_processor_time_counts_however_busy_the_machine_is(
    readers: Callable[..., Worker],
):
    busy = threading.Thread(target=lambda: refused(readers("burns", seconds=0.5)))
    busy.start()
    parsers = readers("waits", seconds=0.1)
    assert parsers.ask(".txt", b"0.3") == {"waited": 0.3}
    assert parsers.ask(".txt", b"0") == {"waited": 0.0}
    busy.join()


def test_each_file_has_the_whole_limit_of_processor_time(readers: Callable[..., Worker]):
    parsers = readers("works", seconds=0.4)
    for _ in range(3):
        assert parsers.ask(".txt", b"0.2") == {"worked": 0.2}


def refused(parsers: Worker) -> str:
    with pytest.raises(TookTooLong) as error:
        parsers.ask(".txt", b"60")
    return str(error.value)


def test_a_reader_that_waits_for_ever_is_ended_by_the_clock(readers: Callable[..., Worker]):
    assert refused(readers("waits", wall=0.1)) == "reading it takes more than 0.1 seconds"


def test_a_file_refused_for_its_time_is_tried_once_more_when_the_others_are_read(
    tmp_path: Path, readers: Callable[..., Worker]
):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "2023-a.txt").write_text("Un texte long.")
    (corpus / "2023-b.txt").write_text("Un fonds.")
    report = plan(corpus, tmp_path / "store", "e5", parsers=readers("burns_once", seconds=0.1))
    assert (report.added, report.unreadable) == (["2023-b.txt", "2023-a.txt"], [])
    report = plan(corpus, tmp_path / "store", "e5", parsers=readers("burns", seconds=0.1))
    said = "reading it takes more than 0.1 seconds of processor time"
    assert report.unreadable == [("2023-a.txt", said), ("2023-b.txt", said)]


def test_a_reader_that_needs_too_much_memory_is_reported_and_the_next_file_is_read(
    tmp_path: Path,
):
    (tmp_path / "a.txt").write_text("Un fonds.")
    (tmp_path / "big.txt").write_bytes(b"Un fonds public. \n\n" * 1_000_000)
    parsers = Worker("index.readers.read", "parsed", Limits(memory=200_000_000))
    with pytest.raises(Unreadable, match=r"memory"):
        read(tmp_path, "big.txt", {}, parsers)
    assert read(tmp_path, "a.txt", {}, parsers)[0].text == "Un fonds.\n\n"
    parsers.close()


def test_a_reader_that_dies_is_started_anew(tmp_path: Path):
    (tmp_path / "a.txt").write_text("Un fonds.")
    read(tmp_path, "a.txt", {})
    PARSERS._process.kill()
    PARSERS._process.wait()
    assert read(tmp_path, "a.txt", {})[0].text == "Un fonds.\n\n"


def test_threads_share_the_reader(tmp_path: Path):
    found: dict[int, str] = {}

    def one(number: int) -> None:
        (tmp_path / f"{number}.txt").write_text(f"Texte {number}.")
        found[number] = read(tmp_path, f"{number}.txt", {})[0].text

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: f"Texte {number}.\n\n" for number in range(8)}


def test_one_place_turns_the_parsers_errors_into_reasons():
    with pytest.raises(
        Unreadable, match=r"^it is damaged, or no real .docx file \(File is not a zip file\)$"
    ):
        parsed(".docx", b"x")


def test_importing_the_reader_loads_no_parser():
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import index.readers.read, sys; print([m for m in ('bs4', 'lxml', 'mammoth', "
            "'pptx', 'pypdfium2', 'oxmsg') if m in sys.modules])",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert loaded == "[]\n"


# A whole folder of them

ANIMALS = (
    "girafe",
    "baleine",
    "cigogne",
    "tortue",
    "panthère",
    "autruche",
    "marmotte",
    "hermine",
    "loutre",
    "gazelle",
)
FORMATS = ("md", "txt", "html", "htm", "eml", "msg", "docx", "pptx", "odt", "pdf")


def good(suffix: str, sentence: str) -> bytes:
    """A document of the format that says the sentence."""
    if suffix == "pptx":
        from pptx import Presentation

        slides, stream = Presentation(), io.BytesIO()
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text_frame.text = "Nos demandes", sentence
        slides.save(stream)
        return stream.getvalue()
    if suffix == "msg":
        return msg("Plaidoyer", sentence)
    if suffix == "eml":
        return (
            "Subject: Plaidoyer\nDate: Thu, 21 Mar 2024 10:00:00 +0100\nContent-Type: "
            f"text/plain; charset=utf-8\n\n{sentence}\n"
        ).encode()
    made = {
        "docx": lambda: docx(p(sentence)),
        "odt": lambda: odt(f"<text:p>{sentence}</text:p>"),
        "pdf": lambda: pdf(column(50, 700, sentence)),
        "html": f"<p>{sentence}</p>".encode,
        "htm": f"<p>{sentence}</p>".encode,
    }
    return made.get(suffix, sentence.encode)()


def test_of_a_folder_of_good_and_broken_files_each_good_one_is_found_and_each_broken_one_named(
    federation: Federation, tmp_path: Path, e5: SentenceEmbedder
):
    for suffix, animal in zip(FORMATS, ANIMALS, strict=True):
        federation.write(
            f"positions/2024-{animal}.{suffix}",
            good(suffix, f"Nous demandons une réserve pour la {animal} de Bretagne."),
        )
    (tmp_path / "secret.docx").write_bytes(docx(p("secret")))
    broken = {
        "bomb.docx": (bomb("word/media/image1.png", 310_000_000), "it expands to more than 300 MB"),
        "entities.docx": (
            docx("", word__document_xml=ENTITIES + BODY),
            "it defines XML entities, which are never expanded",
        ),
        "huge.txt": (b"", "it is larger than 20 MB"),
        "link.docx": (b"", "it is a link to a place outside the corpus"),
        "line\nend.docx": (b"x", "it is damaged, or no real .docx file (File is not a zip file)"),
        "secret.pdf": (pdf(*TEXT, password="secret"), "it is protected by a password"),
        "secret.docx": (
            compound({"EncryptionInfo": bytes(100), "EncryptedPackage": bytes(5000)}),
            "it is protected by a password",
        ),
        "zip.docx": (
            zipped({"photo.jpg": b"x"}),
            "it is a zip archive, but no Word document (.docx)",
        ),
        "cut.docx": (
            docx(p("Un fonds."))[:-200],
            "it is damaged, or no real .docx file (File is not a zip file)",
        ),
        "images.pdf": (pdf([], images=1), "it holds only images, no text (no OCR yet)"),
        "gone.pdf": (b"", "it is not a regular file"),
    }
    for name, (data, _) in broken.items():
        federation.write(f"broken/{name}", data)
    os.truncate(federation.corpus / "broken/huge.txt", 2_000_000_000)
    for name, target in (
        ("link.docx", tmp_path / "secret.docx"),
        ("gone.pdf", federation.corpus / "nowhere.pdf"),
    ):
        (federation.corpus / "broken" / name).unlink()
        (federation.corpus / "broken" / name).symlink_to(target)
    report = build(federation.corpus, federation.store, e5.name, lambda: e5)
    assert dict(report.unreadable) == {
        f"broken/{name}".replace("\n", "\\n"): said for name, (_, said) in broken.items()
    }
    assert report.documents == len(FORMATS)
    bot = Bot(Shelf(federation.store), e5)
    for suffix, animal in zip(FORMATS, ANIMALS, strict=True):
        answer = bot.ask(f"Que demandons-nous pour la {animal} de Bretagne ?")
        assert [citation.passage.path for citation in answer.citations][:1] == [
            f"positions/2024-{animal}.{suffix}"
        ]
        assert "réserve" in answer.text
