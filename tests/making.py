"""Makes the files that the tests read: office documents, compound files (msg, encrypted), PDFs.

From raw XML and bytes where a library would not write what Word or Outlook writes (tracked changes,
footnotes, bombs, MAPI streams).
"""

import io
import struct
import zipfile
from collections.abc import Mapping

SCHEMAS = "http://schemas.openxmlformats.org"
RELATIONS = f"{SCHEMAS}/officeDocument/2006/relationships"
PARTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE_TYPE = "application/vnd.openxmlformats-package"
W = f'xmlns:w="{SCHEMAS}/wordprocessingml/2006/main" xmlns:r="{RELATIONS}"'

STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/>\
<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/>\
<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Chapitre"><w:name w:val="Chapitre maison"/>\
<w:basedOn w:val="Titre2"/></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>\
<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>\
<w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>\
<w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>\
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""
TYPES = f"""<Types xmlns="{SCHEMAS}/package/2006/content-types">
<Default Extension="rels" ContentType="{PACKAGE_TYPE}.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{PARTS_TYPE}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{PARTS_TYPE}.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="{PARTS_TYPE}.numbering+xml"/>
<Override PartName="/word/footnotes.xml" ContentType="{PARTS_TYPE}.footnotes+xml"/>
<Override PartName="/word/header1.xml" ContentType="{PARTS_TYPE}.header+xml"/>
<Override PartName="/docProps/core.xml" ContentType="{PACKAGE_TYPE}.core-properties+xml"/>\
</Types>"""
PACKAGE = f"""<Relationships xmlns="{SCHEMAS}/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{SCHEMAS}/package/2006/relationships/metadata/core-properties" \
Target="docProps/core.xml"/></Relationships>"""
PARTS = f"""<Relationships xmlns="{SCHEMAS}/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/styles" Target="styles.xml"/>\
<Relationship Id="rId2" Type="{RELATIONS}/numbering" Target="numbering.xml"/>
<Relationship Id="rId3" Type="{RELATIONS}/footnotes" Target="footnotes.xml"/>\
<Relationship Id="rId4" Type="{RELATIONS}/header" Target="header1.xml"/></Relationships>"""


END = 0xFFFFFFFE  # of a chain of sectors
FREE = 0xFFFFFFFF  # no sector, no directory entry


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """A zip of the entries, compressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def p(text: str, style: str = "", numbering: tuple[int, int] | None = None) -> str:
    """A Word paragraph; `text` may be runs in XML; `numbering` is (number id, level)."""
    runs = text if text.startswith("<w:") else f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbering:
        properties += (
            f'<w:numPr><w:ilvl w:val="{numbering[1]}"/><w:numId w:val="{numbering[0]}"/></w:numPr>'
        )
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(body: str, title: str = "", created: str = "", footnotes: str = "", **parts: str) -> bytes:
    """A Word file around `body` (XML): French style ids, two lists, a page header, notes."""
    dated = f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
    core = f"""<cp:coreProperties \
xmlns:cp="{SCHEMAS}/package/2006/metadata/core-properties"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>
      {dated if created else ""}</cp:coreProperties>"""
    entries = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": PACKAGE,
        "word/_rels/document.xml.rels": PARTS,
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "docProps/core.xml": core,
        "word/footnotes.xml": f"<w:footnotes {W}>{footnotes}</w:footnotes>",
        "word/header1.xml": f"<w:hdr {W}>{p('EN-TÊTE COURANT')}</w:hdr>",
    }
    return zipped(
        entries
        | {
            name.replace("__", "/").replace("_xml", ".xml"): content
            for name, content in parts.items()
        }
    )


class _Sectors:
    """The sectors of a compound file, and for each the number of the next one of its chain."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.chain: list[int] = []

    def put(self, data: bytes) -> int:
        """Append a chain of sectors that holds the data. Returns the number of its first."""
        count, first = -(-len(data) // 512), len(self.sectors)
        self.sectors += [data[at * 512 : (at + 1) * 512].ljust(512, b"\0") for at in range(count)]
        self.chain += [*range(first + 1, first + count), END] if count else []
        return first if count else END


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file (MS-CFB, version 3) of streams; "storage/stream" makes storages."""
    names = sorted(
        {
            "/".join(path.split("/")[:depth])
            for path in streams
            for depth in range(1, path.count("/") + 2)
        }
    )
    written = _Sectors()
    mini, mini_chain, starts = b"", [], {}
    for path, data in streams.items():
        if len(data) >= 4096:
            starts[path] = written.put(data)
        else:  # small streams lie in 64-byte sectors inside the root's own stream
            count, first = -(-len(data) // 64), len(mini) // 64
            starts[path] = first if count else END
            mini_chain += [*range(first + 1, first + count), END] if count else []
            mini += data.ljust(count * 64, b"\0")
    starts[""] = written.put(mini)
    sizes = {"": len(mini), **{path: len(data) for path, data in streams.items()}}
    mini_table_size = -(-len(mini_chain) * 4 // 512)
    mini_table = struct.pack(f"<{len(mini_chain)}I", *mini_chain)
    mini_table_at = written.put(mini_table.ljust(mini_table_size * 512, b"\xff"))
    root_at = written.put(b"".join(_entry(name, names, starts, sizes) for name in ["", *names]))
    return _file(written, root_at, mini_table_at, mini_table_size)


def _file(written: _Sectors, root_at: int, mini_table_at: int, mini_table_size: int) -> bytes:
    """The header, the sectors and the allocation tables."""
    tables, first = 1, len(written.sectors)
    while tables * 128 < first + tables:
        tables += 1
    chain = [*written.chain, *[0xFFFFFFFD] * tables]
    header = struct.pack(
        "<8s16s6H10I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0),
        *(tables, root_at, 0, 4096, mini_table_at, mini_table_size, END, 0),
    )
    return b"".join(
        (
            header,
            struct.pack("<109I", *range(first, first + tables), *[FREE] * (109 - tables)),
            *written.sectors,
            struct.pack(f"<{tables * 128}I", *chain, *[FREE] * (tables * 128 - len(chain))),
        )
    )


def _entry(
    name: str, names: list[str], starts: Mapping[str, int], sizes: Mapping[str, int]
) -> bytes:
    """A directory entry; each sibling in a storage is the right child of the one before.

    In the order that the format asks for.
    """

    def siblings(storage: str) -> list[str]:
        inside = [other for other in names if other.rpartition("/")[0] == storage]
        return sorted(
            inside, key=lambda path: (len(path.rpartition("/")[2]), path.rpartition("/")[2].upper())
        )

    def number(paths: list[str]) -> int:
        return names.index(paths[0]) + 1 if paths else FREE

    same = siblings(name.rpartition("/")[0]) if name else []
    title = (name.rpartition("/")[2] if name else "Root Entry").encode("utf-16-le")
    is_stream = name in starts and name
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        title,
        len(title) + 2,
        5 if not name else 2 if is_stream else 1,
        1,
        FREE,
        number(same[same.index(name) + 1 :] if name else []),
        number([] if is_stream else siblings(name)),
        b"",
        0,
        0,
        0,
        starts.get(name, END),
        sizes.get(name, 0),
    )


def odt(body: str, styles: str = "", meta: str = "", **parts: str) -> bytes:
    """An OpenDocument text around `body` and automatic `styles` (XML)."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style", "meta")
    )
    names += ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    names += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    entries = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {names}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {names}>"
        f"<office:meta>{meta}</office:meta></office:document-meta>",
    }
    return zipped(
        entries
        | {
            name.replace("__", "/").replace("_xml", ".xml"): content
            for name, content in parts.items()
        }
    )


PROPERTIES = {"headers": 0x007D, "rtf": 0x1009}  # of a message, by MAPI number


def msg(
    subject: str, body: str = "", html: bytes = b"", attachment: str = "", **more: str | bytes
) -> bytes:
    """An Outlook message: Unicode string properties, HTML in bytes, at most one attachment.

    `more`: its headers (text) and its rtf (bytes).
    """
    streams, properties = {}, b""
    for number, value in (
        (0x001A, "IPM.Note"),
        (0x0037, subject),
        (0x1000, body),
        (0x1013, html),
        *((PROPERTIES[name], value) for name, value in more.items()),
    ):
        if value:
            is_text = isinstance(value, str)
            kind, data = (0x1F, value.encode("utf-16-le")) if is_text else (0x102, value)
            streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
            properties += struct.pack("<HHIII", kind, number, 6, len(data) + 2 * is_text, 0)
    properties += struct.pack("<HHIII", 3, 0x3FDE, 6, 65001, 0)
    streams["__properties_version1.0"] = (
        bytes(8)
        + struct.pack("<IIII", 0, int(bool(attachment)), 0, int(bool(attachment)))
        + bytes(8)
        + properties
    )
    if attachment:
        data = attachment.encode("utf-16-le")
        streams["__attach_version1.0_#00000000/__substg1.0_3707001F"] = data
        streams["__attach_version1.0_#00000000/__properties_version1.0"] = bytes(8) + struct.pack(
            "<HHIII", 0x1F, 0x3707, 6, len(data) + 2, 0
        )
    streams["__nameid_version1.0/__substg1.0_00020102"] = b""
    return compound(streams)


def pdf(*pages: list[tuple], title: str = "", password: str = "", images: int = 0) -> bytes:
    """A PDF of A4 pages; each page lists (x, y, text) or (x, y, text, size, is bold), y upwards."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(
        stream,
        pagesize=A4,
        encrypt=StandardEncryption(password, canPrint=0) if password else None,
        invariant=1,
    )
    canvas.setTitle(title)
    for page in pages:
        for x, y, text, *look in page:
            size, bold = (*look, 10, False)[:2] if len(look) != 1 else (look[0], False)
            canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
            canvas.drawString(x, y, text)
        for _ in range(images):
            from PIL import Image

            canvas.drawImage(ImageReader(Image.new("RGB", (200, 100), "grey")), 50, 300, 400, 200)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def column(x: int, top: int, *lines: str, size: int = 10) -> list[tuple]:
    """Lines of text one below the other."""
    return [(x, top - 14 * number, line, size) for number, line in enumerate(lines)]
