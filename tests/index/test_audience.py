"""Whatever a file or the catalogue says of its audience: the narrowest counts, nothing opens."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.audience import meaning, narrowest, resembles, stated
from index.corpus import catalogue_of
from index.describe import describe, front_matter
from index.errors import CatalogueInvalid, Unreadable
from index.passage import Section
from index.readers.read import parsed, read

TEXT = "Nous demandons un fonds pour les startups.\n"


def audience_of(name: str, text: str, overrides: dict | None = None) -> tuple[str, list[str]]:
    """The audience of a file and the warnings that name it, without the parsers' process."""
    found = parsed(Path(name).suffix, text.encode())
    sections = [Section(tuple(headings), text, page) for headings, text, page in found["sections"]]
    facts, warnings = describe(name, found["stated"], overrides or {}, found["own"], sections)
    warnings += found["warnings"]
    return facts["audience"], [warning for warning in warnings if "audience" in warning]


# Front matter, and the audience that must result.
UNDERSTOOD = [
    ("---\naudience: staff\n---\n", "staff"),
    ("---\naudience: public\n---\n", "public"),
    ("---\naudience: members\n---\n", "members"),
    ("---\nAudience: Staff\n---\n", "staff"),
    ("---\nAUDIENCE : 'public'\n---\n", "public"),
    ("---\naudience: équipe\n---\n", "staff"),
    ("---\naudience: Permanents\n---\n", "staff"),
    ("---\naudience: adhérents\n---\n", "members"),
    ("---\naudience: publique\n---\n", "public"),
    ("---\ndiffusion: équipe\n---\n", "staff"),
    ("---\npublic: équipe\n---\n", "staff"),
    ("---\nvisibility: staff\n---\n", "staff"),
    ("---\naudiences: staff\n---\n", "staff"),
    ("---\naudiance: staff\n---\n", "staff"),
    ("---\n{audience: staff, kind: report}\n---\n", "staff"),
    ("---\naudience:\n  members\n---\n", "members"),
    ("---\nx: &who staff\naudience: *who\n---\n", "staff"),
    ("\n---\naudience: staff\n---\n", "staff"),
    (" \n\n---\naudience: public\n---\n", "public"),
    ("---\naudience: staff\n...\n", "staff"),
    ("---\r\naudience: staff\r\n---\r\n", "staff"),
    ("\ufeff---\naudience: staff\n---\n", "staff"),
    ("---\naudience: staff\naudience: public\n---\n", "staff"),
    ("---\naudience: public\naudience: staff\n---\n", "staff"),
    ("---\nAudience: staff\naudience: public\n---\n", "staff"),
    ("---\ntitle: Une audience\nnote: audience du 3 mai\n---\n", "members"),
    ("---\ndiffusion: publique\n---\n", "members"),  # only `audience` opens
    ("---\naudiance: public\n---\n", "members"),
    ("---\naudition: staff\nscience: x\n---\n", "members"),
]
# What looks like an audience and is not understood, and what the warning must name.
STAFF = [
    ("---\naudience: interne\n---\n", "interne"),
    ("---\naudience:\n---\n", "''"),
    ("---\naudience: ''\n---\n", "''"),
    ("---\naudience: null\n---\n", "''"),
    ("---\naudience: #staff\n---\n", "''"),
    ("---\naudience: []\n---\n", "a list"),
    ("---\naudience: [members]\n---\n", "a list"),
    ("---\naudience: {a: staff}\n---\n", "a dict"),
    ("---\naudience: yes\n---\n", "True"),
    ("---\naudience: 2024-01-01\n---\n", "2024-01-01"),
    ("---\naudience:staff\n---\n", "audience:staff"),
    ("---\ntitle: Un fonds\naudience:staff\n---\n", "audience:staff"),
    ("---\naudience staff\n---\n", "audience staff"),
    ("---\ntitle: Un fonds\naudience staff\nkind: report\n---\n", "audience staff"),
    ("---\n# audience: staff\ntitle: Un fonds\n---\n", "audience: staff"),
    ("---\nmeta:\n  audience: staff\n---\n", "audience: staff"),
    ("---\nmeta: {kind: report, audience: staff}\n---\n", "audience: staff"),
    ("---\n- audience: staff\n---\n", "audience: staff"),
    ("---\ntitle: a: b\naudience: staff\n---\n", "audience: staff"),
    ("---\naudience: staff\n\n", "audience: staff"),
    ("---\ntitle: Un fonds\n\naudience: staff\n\n", "audience: staff"),
    ("--\naudience: staff\n--\n", "audience: staff"),
    ("x---\n\naudience: staff\n---\n", "audience: staff"),
    ("audience: staff\ntitle: Un fonds\n\n", "audience: staff"),
    ("<!-- audience: staff -->\n\n", "audience: staff"),
    ("+++\naudience = 'staff'\n+++\n", "audience = 'staff'"),
    ("+++\ntitle = 'x'\naudience = ['members']\n+++\n", "audience = "),
    ('{\n  "title": "x",\n  "audience": "staff"\n}\n\n', "audience"),
    ('{"title": "x", "audience": "staff"}\n\n', "audience"),
    ("---\ntitle: x\n---\n---\naudience: staff\n---\n", "audience: staff"),
    (f"---\nnote: {'x' * 21_000}\naudience: staff\n---\n", "audience: staff"),
    ("---\naud\u00adience: st\u200baff x\n---\n", "staff x"),
    ("---\ntarget_audience: tous\n---\n", "tous"),
]


@pytest.mark.parametrize("name", ["2023.md", "2023.txt"])
@pytest.mark.parametrize(("block", "audience"), UNDERSTOOD)
def test_an_audience_that_is_understood_is_taken_and_needs_no_warning(
    name: str, block: str, audience: str
):
    assert audience_of(name, block + TEXT) == (audience, [])


@pytest.mark.parametrize("name", ["2023.md", "2023.txt"])
@pytest.mark.parametrize(("block", "named"), STAFF)
def test_what_looks_like_an_audience_and_is_not_understood_is_for_staff(
    name: str, block: str, named: str
):
    audience, warnings = audience_of(name, block + TEXT)
    assert audience == "staff"
    assert any("taken as staff" in warning and named in warning for warning in warnings)


@pytest.mark.parametrize("block", ["+++\naudience = 'public'\n+++\n", "audience: public\n\n"])
def test_a_block_that_is_not_read_opens_nothing(block: str):
    assert audience_of("2023.md", block + TEXT)[0] == "members"


def test_a_block_that_is_not_read_stays_part_of_the_text_and_is_reported():
    text = "+++\naudience = 'staff'\n+++\n" + TEXT
    found = front_matter(text)
    assert found.body == text
    assert found.warnings == [
        "its front matter stays part of its text: only YAML between --- is read"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Audience avec la ministre\n\nNous demandons un fonds.",
        "# Compte rendu\n\nAudience : la ministre, le 3 mai.\n\nUn fonds.",
        "Une audience : le public, les membres et l'équipe.\n\nUn fonds.",
        "Le public : un fonds.\n\nDiffusion : un fonds.",
        "---\nkind: report\n---\nAudience : la ministre, le 3 mai.\n\nUn fonds.",
    ],
)
def test_a_text_that_speaks_of_audiences_states_none(text: str):
    assert audience_of("2023.md", text) == ("members", [])


@pytest.mark.parametrize(
    ("head", "audience"),
    [
        ('<meta name="audience" content="staff">', "staff"),
        ('<meta name="Audience" content="public">', "public"),
        ('<meta name="audience" content="public"><meta name="audience" content="staff">', "staff"),
        ('<meta name="audience" content="staff"><meta name="audience" content="public">', "staff"),
        ('<meta name="audience">', "staff"),
        ('<meta name="audience" content="all">', "staff"),
        ('<meta property="audience" content="staff">', "staff"),
        ('<meta itemprop="audience" content="staff">', "staff"),
        ('<meta name="dcterms.audience" content="équipe">', "staff"),
        ('<meta name="audiance" content="public">', "members"),
        ('<meta name="description" content="audience: staff">', "members"),
    ],
)
def test_the_meta_tags_of_a_page_count_as_front_matter_does(head: str, audience: str):
    page = f"<html><head>{head}</head><body><p>{TEXT}</p></body></html>"
    assert audience_of("2023.html", page)[0] == audience


@pytest.mark.parametrize("fence", ["---\naudience: staff\n---\n", "+++\naudience: staff\n+++\n"])
def test_a_page_may_have_front_matter_too(fence: str):
    page = f'{fence}<html><head><meta name="audience" content="public"></head>{TEXT}</html>'
    assert audience_of("2023.html", page)[0] == "staff"


@pytest.mark.parametrize(
    ("entry", "audience", "not_understood"),
    [
        ("audience = 'public'", "public", ""),
        ("Audience = 'staff'", "staff", ""),
        ("AUDIENCE = 'staff'", "staff", ""),
        ("'audience ' = 'staff'", "staff", ""),
        ("audiences = 'staff'", "staff", ""),
        ("audiance = 'staff'", "staff", ""),
        ("diffusion = 'équipe'", "staff", ""),
        ("audience = 'interne'", "staff", "'interne'"),
        ("audience = ''", "staff", "''"),
        ("audience = []", "staff", "'a list'"),
        ("audience = ['public']", "staff", "'a list'"),
        ("audience = {a = 'staff'}", "staff", "'a dict'"),
        ("audience = true", "staff", "'True'"),
        ("audience = 'public'\nAudience = 'staff'", "staff", ""),
        ("access = {audience = 'staff'}", "staff", ""),
        ("access = {audience = 'public'}", "members", ""),
        ("audiance = 'public'", "members", ""),
        ("kind = 'report'", "members", ""),
    ],
)
def test_the_keys_of_the_catalogue_count_however_they_are_spelled(
    tmp_path: Path, entry: str, audience: str, not_understood: str
):
    (tmp_path / "catalogue.toml").write_text(f'["2023.md"]\n{entry}\n', encoding="utf-8")
    overrides = catalogue_of(tmp_path)[0]["2023.md"]
    found, warnings = audience_of("2023.md", TEXT, overrides)
    assert found == audience
    named = f"audience {not_understood} in catalogue.toml is none of"
    assert any(named in warning for warning in warnings) == bool(not_understood)


@pytest.mark.parametrize(
    "text",
    [
        "audience = 'staff'\n['2023.md']\nkind = 'report'",
        "'2023.md' = 'staff'",
        "[['2023.md']]\naudience = 'staff'",
        "['2023.md']\naudience = 'staff'\naudience = 'public'",
        "['2023.md']\naudience: staff",
    ],
)
def test_a_catalogue_that_says_something_of_no_document_or_twice_is_invalid(
    tmp_path: Path, text: str
):
    (tmp_path / "catalogue.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match="python -m index"):
        catalogue_of(tmp_path)


@pytest.mark.parametrize("catalogue", ["public", "members", "staff"])
@pytest.mark.parametrize("file", ["public", "members", "staff"])
def test_of_the_file_and_the_catalogue_the_narrower_counts_and_it_is_said(
    tmp_path: Path, file: str, catalogue: str
):
    (tmp_path / "2023.md").write_text(f"---\naudience: {file}\n---\n{TEXT}", encoding="utf-8")
    document, warnings = read(tmp_path, "2023.md", {"audience": catalogue, "kind": "report"})
    assert document.audience == max((file, catalogue), key=["public", "members", "staff"].index)
    expected = f"audience {file} in the file, {catalogue} in catalogue.toml: the narrower counts"
    assert warnings == ([] if file == catalogue else [f"2023.md: {expected}"])


@pytest.mark.parametrize("line", ["Audience : équipe", "AUDIENCE: staff", "Audience : permanents"])
def test_a_short_line_on_top_of_any_format_may_state_staff(line: str):
    facts, _ = describe("2023.pdf", {}, {"audience": "public"}, {}, [Section((), f"{line}\n\nA.")])
    assert facts["audience"] == "staff"


def test_the_audience_is_kept_of_front_matter_with_any_number_of_keys():
    keys = "".join(f"k{number}: x\n" for number in range(300))
    assert audience_of("2023.md", f"---\n{keys}audience: staff\n---\n{TEXT}")[0] == "staff"


def test_an_audience_that_nests_to_gigabytes_is_for_staff():
    levels = "".join(
        f"{chr(97 + n)}: &{chr(97 + n)} [{','.join(['*' + chr(96 + n)] * 9) if n else 'ha'}]\n"
        for n in range(12)
    )
    assert audience_of("2023.md", f"---\n{levels}audience: *l\n---\n{TEXT}")[0] == "staff"


BLOCKS = (
    "---\naudience: staff\n---\n",
    '---\ntitle: "Un fonds"\naudience: "staff"\ntopics: [a, b]\n---\n',
    "---\ntitle: Un fonds\ndate: 2024-02-01\naudience: staff\nkind: report\n---\n",
    "+++\naudience = 'staff'\n+++\n",
)


@st.composite
def garbled(draw: st.DrawFn) -> str:
    """A block for staff, with a character more, less or other."""
    block = draw(st.sampled_from(BLOCKS))
    place = draw(st.integers(0, len(block) - 1))
    kept = draw(st.integers(0, 1))
    other = draw(st.sampled_from(["", *" \n\t-:=#'\"[]{}&*!|>%@`,.?~xé\u200b\u00a0"]))
    return block[:place] + other + block[place + kept :]


@given(garbled(), st.sampled_from(["2023.md", "2023.txt"]))
def test_no_slip_in_a_block_for_staff_opens_its_document(block: str, name: str):
    try:
        audience, _ = audience_of(name, block + TEXT)
    except Unreadable:
        return  # reported by name, and not indexed
    assert audience == "staff"


@given(st.lists(st.sampled_from(["public", "members", "staff", "tous", ""])))
def test_the_narrowest_of_any_values_counts_and_one_not_understood_is_the_narrowest(values: list):
    order = ["public", "members", "staff", ""]
    found = narrowest(values)
    assert (found is None) == (not values)
    if found is not None:
        assert meaning(found) == max(map(meaning, values), key=order.index)


@given(st.text())
def test_no_other_value_is_understood(value: str):
    if meaning(value) == "public":
        assert value.strip(" .'\"").casefold().startswith("public")


@pytest.mark.parametrize(
    "word", ["audition", "auditeurs", "science", "évidence", "audit", "cadence"]
)
def test_other_words_do_not_resemble_an_audience(word: str):
    assert not resembles(word)
    assert stated([(word, "staff")]) == []
