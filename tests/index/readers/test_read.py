"""Files -> documents: what is text, what is not, and what is known of a document."""

from pathlib import Path

import pytest

from index.errors import Unreadable
from index.readers.read import LARGEST, read


def put(corpus: Path, path: str, text: str | bytes) -> str:
    (corpus / path).parent.mkdir(parents=True, exist_ok=True)
    (corpus / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def text_of(corpus: Path, path: str, text: str | bytes) -> str:
    document, _ = read(corpus, put(corpus, path, text), {})
    return document.text


def test_markdown_becomes_plain_text_under_its_headings(tmp_path: Path):
    document, _ = read(
        tmp_path,
        put(
            tmp_path,
            "a.md",
            "# Titre\n\nUn **mot** et [un lien](http://x).\n\n## Demandes\n\n1. Un fonds.\n2. "
            "*Payer*.\n",
        ),
        {},
    )
    assert [(section.headings, section.text) for section in document.sections] == [
        (("Titre",), "Titre\n\nUn mot et un lien.\n\n"),
        (("Titre", "Demandes"), "Demandes\n\n1. Un fonds.\n2. Payer.\n\n"),
    ]


def test_markup_inside_markdown_is_shown_as_text(tmp_path: Path):
    assert (
        text_of(tmp_path, "a.md", "Avant <script>alert(1)</script> après.")
        == "Avant <script>alert(1)</script> après.\n\n"
    )


def test_a_table_of_data_is_read_row_by_row(tmp_path: Path):
    assert (
        text_of(tmp_path, "a.md", "| Mesure | Montant |\n|---|---|\n| CII | 800 000 € |\n")
        == "Mesure | Montant\nCII | 800 000 €\n\n"
    )


def test_a_heading_without_text_stands_at_the_top_of_the_next_section(tmp_path: Path):
    document, _ = read(tmp_path, put(tmp_path, "a.md", "# Lettre\n\n## Fonds\n\nUn fonds.\n"), {})
    assert [(section.headings, section.text) for section in document.sections] == [
        (("Lettre", "Fonds"), "Lettre\n\nFonds\n\nUn fonds.\n\n")
    ]


def test_a_newsletter_export_loses_menu_footer_hidden_text_and_comments_and_keeps_its_order(
    tmp_path: Path,
):
    html = """<html lang="fr"><head><title>Lettre</title><style>p{}</style></head><body>
      <div style="display:none">aperçu secret</div><nav>Accueil Contact</nav><!-- brouillon -->
      <table><tr><td><table><tr><td><h1>Cloud</h1><p>Premier&nbsp;point<br>suite</p></td>
      <td><p>Second point</p></td></tr></table></td></tr>
      <tr><td>Dernier point<img src="http://t/p.gif" width="1" height="1"></td></tr></table>
      <script>alert(1)</script><div class="footer">Se désabonner</div></body></html>"""
    document, _ = read(tmp_path, put(tmp_path, "newsletters/a.html", html), {})
    assert (
        document.text == "Cloud\n\nPremier\u00a0point\nsuite\n\nSecond point\n\nDernier point\n\n"
    )
    assert (document.title, document.kind, document.language) == ("Lettre", "newsletter", "fr")


def test_a_thousand_nested_tables_are_read(tmp_path: Path):
    assert text_of(tmp_path, "a.html", "<table><tr><td>" * 1000 + "fond") == "fond\n\n"


def test_a_plain_text_has_headings_where_short_lines_stand_alone(tmp_path: Path):
    document, _ = read(
        tmp_path,
        put(
            tmp_path,
            "a.txt",
            "Bonjour à tous.\n\nComment attirer les jeunes ?\n\nLe 31 mars, audition.",
        ),
        {},
    )
    assert [section.headings for section in document.sections] == [
        (),
        ("Comment attirer les jeunes ?",),
    ]
    assert (
        document.text
        == "Bonjour à tous.\n\nComment attirer les jeunes ?\n\nLe 31 mars, audition.\n\n"
    )


def test_lines_broken_at_a_fixed_width_are_joined_and_list_items_are_not(tmp_path: Path):
    text = (
        "Nous demandons au gouvernement de créer un fonds pour les\nstartups du numérique.\n\nNos "
        "demandes principales sont, cette année encore, les suivantes :\n- un fonds\n- un "
        "guichet\n"
    )
    assert text_of(tmp_path, "a.txt", text) == (
        "Nous demandons au gouvernement de créer un fonds pour les startups du numérique.\n\n"
        "Nos demandes principales sont, cette année encore, les suivantes :\n- un fonds\n- un "
        "guichet\n\n"
    )


def test_a_text_in_a_legacy_encoding_keeps_its_accents(tmp_path: Path):
    text = (
        "Réunion à l'Assemblée : la fédération a présenté ses priorités pour l'été, été très "
        "chargé pour nos métiers du numérique."
    )
    assert text_of(tmp_path, "a.txt", text.encode("cp1252")) == text + "\n\n"


def test_characters_that_hide_or_reorder_text_are_left_out(tmp_path: Path):
    assert (
        text_of(tmp_path, "a.txt", "ou\u200bver\u00adture \u202eno\u202c\x00 fin.")
        == "ouverture no fin.\n\n"
    )


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2023-05-04-lettre.md", "2023-05-04"),
        ("lettre_mai_2023.md", "2023-05"),
        ("lettre-2023.md", "2023"),
        ("2022/lettre.md", "2022"),
        ("lettre.md", ""),
    ],
)
def test_a_date_is_taken_from_the_name_as_exact_as_it_is(tmp_path: Path, name: str, date: str):
    document, warnings = read(tmp_path, put(tmp_path, name, "Un texte."), {})
    assert document.date == date
    assert any("no date found" in warning for warning in warnings) == (not date)


def test_front_matter_is_believed_before_the_catalogue_and_the_catalogue_before_the_name(
    tmp_path: Path,
):
    text = (
        "---\ntitle: Du texte\ndate: 2024-02-01\naudience: staff\ntopics: [cloud, ia]\n---\nUn "
        "texte."
    )
    document, _ = read(
        tmp_path,
        put(tmp_path, "positions/2023.md", text),
        {"title": "Du catalogue", "kind": "report"},
    )
    assert (document.title, document.date, document.kind, document.audience, document.topics) == (
        "Du texte",
        "2024-02-01",
        "report",
        "staff",
        ("cloud", "ia"),
    )


def test_an_audience_that_is_not_understood_is_the_narrowest(tmp_path: Path):
    document, warnings = read(
        tmp_path, put(tmp_path, "2023.md", "---\naudience: interne\n---\nUn texte."), {}
    )
    assert document.audience == "staff"
    assert any("'interne'" in warning for warning in warnings)


def test_an_english_text_is_known_as_english(tmp_path: Path):
    document, _ = read(
        tmp_path,
        put(
            tmp_path,
            "a.txt",
            "We met the rapporteur and asked for a narrower definition of high-risk systems.",
        ),
        {},
    )
    assert document.language == "en"


def test_front_matter_that_is_no_yaml_is_reported_with_its_line(tmp_path: Path):
    with pytest.raises(Unreadable, match=r"front matter is not valid YAML \(line 3\)"):
        read(tmp_path, put(tmp_path, "a.md", "---\ntitle: ok\nkind: a: b\n---\nx"), {})


def test_binary_and_empty_and_oversized_and_outside_files_are_unreadable(tmp_path: Path):
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "link.txt").symlink_to(outside)
    with (corpus / "huge.txt").open("wb") as stream:
        stream.truncate(LARGEST + 1)
    put(corpus, "blank.txt", " \n\n ")
    put(corpus, "binary.txt", bytes(range(256)) * 64)
    for path, reason in (
        ("link.txt", "outside the corpus"),
        ("../secret.txt", "outside the corpus"),
        ("huge.txt", "larger than 20 MB"),
        ("blank.txt", "holds no text"),
        ("binary.txt", "not text"),
        ("gone.txt", "No such file"),
    ):
        with pytest.raises(Unreadable, match=reason):
            read(corpus, path, {})
