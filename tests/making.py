"""Makes the files that the tests read: office documents from raw XML, compound files (msg, encrypted docx), PDFs.

Raw where a library would not write what Word or Outlook writes (tracked changes, footnotes, bombs, MAPI streams).
"""

import io
import struct
import zipfile
from collections.abc import Mapping

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{RELATIONS}"'

STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Chapitre"><w:name w:val="Chapitre maison"/><w:basedOn w:val="Titre2"/></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>
<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>
<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"""
PACKAGE = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"""
PARTS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="{RELATIONS}/numbering" Target="numbering.xml"/>
<Relationship Id="rId3" Type="{RELATIONS}/footnotes" Target="footnotes.xml"/><Relationship Id="rId4" Type="{RELATIONS}/header" Target="header1.xml"/></Relationships>"""


END = 0xFFFFFFFE  # of a chain of sectors


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
    """A Word file around `body` (XML), with French style ids, two lists, a page header and optional notes."""
    core = f"""<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>
      {f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>' if created else ""}</cp:coreProperties>"""
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


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file (MS-CFB, version 3) of streams; "storage/stream" makes storages."""
    names = sorted(
        {
            "/".join(path.split("/")[:depth])
            for path in streams
            for depth in range(1, path.count("/") + 2)
        }
    )
    sectors: list[bytes] = []
    chain: list[int] = []
    mini, mini_chain, starts = b"", [], {}

    def put(data: bytes) -> int:
        count = -(-len(data) // 512)
        first = len(sectors)
        sectors.extend(data[at * 512 : (at + 1) * 512].ljust(512, b"\0") for at in range(count))
        chain.extend([*range(first + 1, first + count), END] if count else [])
        return first if count else END

    for path, data in streams.items():
        if len(data) >= 4096:
            starts[path] = put(data)
        else:  # small streams lie in 64-byte sectors inside the root's own stream
            count = -(-len(data) // 64)
            starts[path] = len(mini) // 64 if count else END
            mini_chain += (
                [*range(len(mini) // 64 + 1, len(mini) // 64 + count), END] if count else []
            )
            mini += data.ljust(count * 64, b"\0")
    starts[""] = put(mini)
    sizes = {"": len(mini), **{path: len(data) for path, data in streams.items()}}
    mini_table = put(
        struct.pack(f"<{len(mini_chain)}I", *mini_chain).ljust(
            -(-len(mini_chain) * 4 // 512) * 512, b"\xff"
        )
    )
    root = put(b"".join(_entry(name, names, starts, sizes) for name in ["", *names]))
    tables = 1
    while tables * 128 < len(sectors) + tables:
        tables += 1
    first = len(sectors)
    chain += [0xFFFFFFFD] * tables
    fat = struct.pack(f"<{tables * 128}I", *chain, *[0xFFFFFFFF] * (tables * 128 - len(chain)))
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        0,
        0,
        tables,
        root,
        0,
        4096,
        mini_table,
        -(-len(mini_chain) // 128),
        END,
        0,
    )
    return (
        header
        + struct.pack("<109I", *range(first, first + tables), *[0xFFFFFFFF] * (109 - tables))
        + b"".join(sectors)
        + fat
    )


def _entry(
    name: str, names: list[str], starts: Mapping[str, int], sizes: Mapping[str, int]
) -> bytes:
    """A directory entry; the siblings of a storage hang on one another's right side, in the order that the format asks for."""

    def siblings(storage: str) -> list[str]:
        inside = [other for other in names if other.rpartition("/")[0] == storage]
        return sorted(
            inside, key=lambda path: (len(path.rpartition("/")[2]), path.rpartition("/")[2].upper())
        )

    def number(paths: list[str]) -> int:
        return names.index(paths[0]) + 1 if paths else 0xFFFFFFFF

    same = siblings(name.rpartition("/")[0]) if name else []
    title = (name.rpartition("/")[2] if name else "Root Entry").encode("utf-16-le")
    is_stream = name in starts and name
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        title,
        len(title) + 2,
        5 if not name else 2 if is_stream else 1,
        1,
        0xFFFFFFFF,
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
    names += ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    entries = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {names}><office:meta>{meta}</office:meta></office:document-meta>",
    }
    return zipped(
        entries
        | {
            name.replace("__", "/").replace("_xml", ".xml"): content
            for name, content in parts.items()
        }
    )


def msg(
    subject: str,
    body: str = "",
    html: bytes = b"",
    headers: str = "",
    attachment: str = "",
    rtf: bytes = b"",
) -> bytes:
    """An Outlook message: Unicode string properties, HTML in bytes, at most one attachment."""
    streams, properties = {}, b""
    for number, kind, value in (
        (0x001A, 0x1F, "IPM.Note"),
        (0x0037, 0x1F, subject),
        (0x1000, 0x1F, body),
        (0x007D, 0x1F, headers),
        (0x1013, 0x102, html),
        (0x1009, 0x102, rtf),
    ):
        if value:
            data = value.encode("utf-16-le") if isinstance(value, str) else value
            streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
            properties += struct.pack(
                "<HHIII", kind, number, 6, len(data) + (2 if kind == 0x1F else 0), 0
            )
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
    """A PDF of A4 pages; each page lists (x, y, text) or (x, y, text, size, is bold), y counted upwards."""
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
