"""An Answer -> HTML: whatever a document or a member wrote stays text."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bot.records import Answer, Citation, Claim
from bot.web.labels import LABELS, page_language
from bot.web.memory import Turn
from bot.web.render import message, panel, sources
from bot.web.templating import line_breaks
from index.passage import Passage

HOSTILE = (
    '<img src=x onerror="alert(1)"> **gras** [clic](javascript:alert(1)) `code` $x$ | _i_ '
    "</blockquote><script>alert(2)</script> http://h.example"
)


class Tags(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def answer(**described: str) -> Answer:
    text = "Avant. " + HOSTILE + " Après."
    fields = {
        "path": "a b/é.md",
        "title": "Titre",
        "date": "2023-05-04",
        "kind": "position",
    } | described
    passage = Passage(
        **fields,
        id="1",
        headings=("Titre", "Sous <b>titre</b>"),
        page=3,
        start=0,
        end=len(text),
        text=text,
    )
    citation = Citation(1, passage, HOSTILE, 7, 7 + len(HOSTILE))
    return Answer("Une <question> ?", "fr", (Claim(f"« {HOSTILE} »", (citation,)),), "…", False)


def test_text_stays_text_and_keeps_its_lines():
    assert line_breaks('<b> & "c"\nd') == "&lt;b&gt; &amp; &#34;c&#34;<br>d"


def test_hostile_text_in_every_field_adds_no_tag_and_no_attribute():
    hostile = {"title": HOSTILE, "path": "x/" + HOSTILE, "url": "javascript:alert(1)"}
    for plain, attacked in (
        (message(answer(), 1), message(answer(**hostile), 1)),
        (sources(Turn(1, answer()), "fr"), sources(Turn(1, answer(**hostile)), "fr")),
    ):
        assert Tags(attacked).tags == Tags(plain).tags
        assert [name for name, _ in Tags(attacked).attributes] == [
            name for name, _ in Tags(plain).attributes
        ]
        assert {"script", "img", "b"}.isdisjoint(Tags(attacked).tags)
        assert all(
            value.startswith(("#src-", "/read/"))
            for name, value in Tags(attacked).attributes
            if name == "href"
        )


def test_a_source_shows_its_description_and_its_passage_with_the_quote_highlighted():
    html = sources(Turn(2, answer()), "fr")
    assert ("id", "src-2-1") in Tags(html).attributes
    assert "4 mai 2023 · position" in html
    assert "Sous <b>titre</b> · page 3" in Tags(html).text
    assert html.count("<mark>") == 1
    assert Tags(html[html.index("<mark>") : html.index("</mark>")]).text == HOSTILE
    marked = f"/read/a%20b/%C3%A9.md?language=fr&quote=1.7.{7 + len(HOSTILE)}#quote-1"
    assert ("href", marked) in Tags(html).attributes


def test_the_quotes_of_a_document_stand_under_its_title_once():
    cited = answer().citations[0]
    other = replace(cited, number=3, passage=replace(cited.passage, path="b.md", title="Autre"))
    claims = (Claim("…", (cited, replace(cited, number=2, start=0, end=6))), Claim("…", (other,)))
    html = sources(Turn(1, replace(answer(), claims=claims)), "fr")
    assert (html.count("Titre</a>"), html.count("Autre</a>")) == (1, 1)
    order = [html.index(f'id="src-1-{number}"') for number in (1, 2, 3)]
    assert order == sorted(order)
    length = len(HOSTILE)
    both = f"/read/a%20b/%C3%A9.md?language=fr&quote=1.7.{7 + length}&quote=1.0.6"
    found = [value for name, value in Tags(html).attributes if name == "href"]
    assert found[:3] == [f"{both}#quote-1", f"{both}#quote-1", f"{both}#quote-2"]


def test_a_source_stands_between_the_passages_around_it():
    before, after = (
        replace(answer().citations[0].passage, text=text) for text in ("Le <début>.", "La fin.")
    )
    html = sources(Turn(1, answer(), ((before, after),)), "fr")
    text = Tags(html[html.index("<blockquote") :]).text
    assert text.index("Le <début>.") < text.index(HOSTILE) < text.index("La fin.")


def test_a_text_nearby_opens_at_the_page_of_the_passage():
    passage = answer(path="x.pdf").citations[0].passage
    html = message(Answer("?", "en", (), "…", True, nearest=(passage,)), 1)
    assert ("href", "/read/x.pdf?language=en#page-3") in Tags(html).attributes


def test_a_citation_in_the_message_points_at_its_source():
    assert ("href", "#src-2-1") in Tags(message(answer(), 2)).attributes


@pytest.mark.parametrize(
    ("status", "label"),
    [
        ("draft", "projet, non adopté"),
        ("superseded", "position remplacée depuis"),
        ("withdrawn", "position retirée"),
    ],
)
def test_a_text_that_is_not_in_force_is_labelled_in_message_and_source(status: str, label: str):
    badge = f'<span class="status {status}">{label}</span>'
    assert message(answer(status=status), 1).count(badge) == 1
    assert label in Tags(sources(Turn(1, answer(status=status)), "fr")).text


def test_words_of_a_forwarded_message_are_labelled_as_a_third_party_s():
    passage = replace(
        answer().citations[0].passage,
        headings=("Re: note", "Message transféré de Jean Bon, 4 mai 2023"),
    )
    forwarded = replace(
        answer(), claims=(Claim("…", (replace(answer().citations[0], passage=passage),)),)
    )
    assert "message transféré, paroles d'un tiers" in Tags(sources(Turn(1, forwarded), "fr")).text


def test_an_abstention_says_so_and_links_the_nearest_texts():
    passage = answer().citations[0].passage
    html = message(Answer("?", "en", (), "…", True, nearest=(passage,)), 1)
    assert "I found nothing in our texts that answers this question." in Tags(html).text
    assert ("href", "/read/a%20b/%C3%A9.md?language=en#page-3") in Tags(html).attributes
    assert sources(Turn(1, Answer("?", "en", (), "…", True)), "en") == ""


def test_a_message_speaks_the_questions_language_throughout_and_says_which():
    passage = answer().citations[0].passage
    nothing, unsure = (
        Answer("?", "en", (), "…", True, nearest=(passage,)),
        replace(answer(), unsure=True, nearest=(replace(passage, path="b.md"),)),
    )
    assert (
        "Rather than make up a position" in Tags(message(nothing, 1)).text
        and ("lang", "en") in Tags(message(nothing, 1)).attributes
    )
    assert (
        "Réponse incertaine." in Tags(message(unsure, 1)).text
        and "À voir aussi" in Tags(message(unsure, 1)).text
    )


def test_the_newest_answers_sources_come_first():
    html = panel([Turn(1, answer()), Turn(2, answer())], "en")
    assert html.index("src-2-1") < html.index("src-1-1")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fr"),
        ("", "fr"),
        ("de-DE,de;q=0.9", "fr"),
        ("fr-FR,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.5", "en"),
        ("de,en;q=0.8", "en"),
        ("en;q=x", "fr"),
    ],
)
def test_the_page_is_french_unless_the_browser_prefers_english(header: str | None, language: str):
    assert page_language(header) == language


def test_the_page_says_everything_in_both_languages():
    assert LABELS["fr"].keys() == LABELS["en"].keys()


def test_a_message_says_for_whom_it_is_and_so_does_its_source():
    for audience, said in (("staff", "réservé à l'équipe"), ("members", "réservé aux adhérents")):
        given = answer(audience=audience)
        assert Tags(message(given, 1)).text.count(said) == 1  # once for all of its claims
        assert said in Tags(sources(Turn(1, given), "fr")).text
    public = answer(audience="public")
    shown = Tags(message(public, 1)).text + Tags(sources(Turn(1, public), "fr")).text
    assert "réservé" not in shown
