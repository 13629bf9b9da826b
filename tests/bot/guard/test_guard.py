"""The claim guard: what is accepted and what is rejected, with which reason."""

import json
from collections import Counter

import pytest
from conftest import ROOT

from bot.guard.check import check, cite, verdict
from bot.guard.verbatim import span_of
from bot.records import Citation, Claim, WrittenClaim
from index.language.detect import language_of
from index.passage import Passage

TEXT = (
    "Nous demandons 10 millions d’euros par an.\n\nElle ne s'oppose pas à la réforme : « oui, "
    "mais… »"
)
PASSAGE = Passage(
    path="a.md", title="A", id="1", headings=(), page=0, start=0, end=len(TEXT), text=TEXT
)


def claim(*quotes: str, source: Passage = PASSAGE) -> Claim:
    """A claim of quotes, each cited where the passage has it, or at its beginning."""
    return Claim(
        " ".join(f"« {quote} »" for quote in quotes),
        tuple(
            Citation(number, source, quote, *(span_of(quote, source.text) or (0, len(quote))))
            for number, quote in enumerate(quotes, 1)
        ),
    )


@pytest.mark.parametrize(
    "quote",
    [
        "Nous demandons 10 millions d’euros par an.",
        "10 millions d'euros par\u00a0an",
        "par an. Elle ne s'oppose",
        'la réforme : "oui, mais..."',
    ],
)
def test_a_quote_is_accepted_if_only_blanks_and_typography_differ(quote: str):
    assert check([claim(quote)]) == ((claim(quote),), ())


@pytest.mark.parametrize(
    "quote",
    [
        "Nous demandons 50 millions d’euros par an.",
        "Elle s'oppose à la réforme",
        "Nous demandons par an",
        "10 million d'euros",
        "",
        "   ",
    ],
)
def test_a_quote_with_anything_else_changed_is_rejected_and_returned(quote: str):
    accepted, (rejected,) = check([claim(quote)])
    assert (accepted, rejected.claim, rejected.reason) == (
        (),
        claim(quote),
        "quote 1 is not in the passage it cites",
    )


def test_one_bad_quote_rejects_its_claim_whole_and_leaves_the_others():
    good, bad = claim("10 millions"), claim("10 millions", "20 millions")
    accepted, rejected = check([bad, good])
    assert accepted == (good,)
    assert [(one.claim, one.reason) for one in rejected] == [
        (bad, "quote 2 is not in the passage it cites")
    ]


def test_a_claim_that_cites_nothing_is_rejected():
    assert check([Claim("Nous demandons 10 millions.", ())])[1][0].reason == "it cites nothing"


def test_a_claim_of_quotes_alone_is_asked_nothing_more_even_where_they_hold_a_quotation():
    text = (
        "La commission « cloud » ne veut pas du label « SecNumCloud » pour tous. Le label "
        "coûterait 3 millions."
    )
    source = Passage(**{**PASSAGE.__dict__, "text": text})
    quotes = [
        "La commission « cloud » ne veut pas du label « SecNumCloud » pour tous.",
        "Le label coûterait 3 millions.",
    ]
    shown = claim(*quotes, source=source)
    assert check([shown]) == ((shown,), ())


def judged(text: str, quote: str, source: str = "", **described) -> tuple[str, str]:
    """The grade of a claim in words of its own, and the reason why it is rejected, or ""."""
    source = source or quote
    passage = Passage(
        **{
            "path": "a.md",
            "title": "A",
            "id": "1",
            "headings": (),
            "page": 0,
            "start": 0,
            "end": len(source),
            "text": source,
            "language": language_of(source),
            **described,
        }
    )
    claims, unproved = cite([WrittenClaim(text, ((passage, quote),))])
    accepted, rejected = check(claims)
    wrong = [*unproved, *rejected]
    return (wrong[0].claim.grade, wrong[0].reason) if wrong else (accepted[0].grade, "")


def said(text: str, quote: str, source: str = "", **described) -> str:
    """The reason why the claim is rejected, or ""."""
    return judged(text, quote, source, **described)[1]


def test_a_law_number_is_compared_whole():
    quote = "Le répertoire est tenu par la Haute Autorité (loi n° 2016-1691 du 9 décembre 2016)."
    assert said("Le répertoire existe (loi n° 2016-1691 du 9 décembre 2016).", quote) == ""
    assert (
        said("Le répertoire existe (loi n° 2016-1690 du 9 décembre 2016).", quote)
        == "its quotes do not say 2016-1690"
    )


def test_fifty_millions_are_not_ten():
    quote = "Nous demandons 10 millions d’euros par an."
    assert said("We ask for 10 million euros a year.", quote) == ""
    assert (
        said("Nous demandons 50 millions d'euros par an.", quote)
        == "its quotes do not say 50000000 EUR"
    )


@pytest.mark.parametrize(
    "source, quote",
    [
        ("Nous demandons 110 millions d'euros.", "10 millions d'euros"),
        ("Il faut 1 500 000 euros en tout.", "500 000 euros en tout"),
        ("Nous demandons environ 10 millions d'euros.", "Nous demandons environ 10"),
    ],
)
def test_a_quote_cuts_no_figure_in_two(source: str, quote: str):
    assert said("…et voilà.", quote, source) == "quote 1 is not in the passage it cites"


def test_a_refusal_that_is_denied_is_no_refusal():
    quote = "La fédération ne s'oppose pas à la réforme, qui est utile."
    assert said("La fédération ne s'oppose pas à la réforme.", quote) == ""
    assert (
        said("La fédération s'oppose à la réforme.", quote)
        == "it denies what its quotes do not deny, or the other way round"
    )
    assert (
        said("La fédération s'oppose à la réforme.", "s'oppose pas à la réforme", quote)
        == "quote 1 leaves out a negation or a condition of its sentence"
    )


@pytest.mark.parametrize(
    "text, quote",
    [
        ("One and a half million people.", "Le projet touche 1 500 000 personnes."),
        ("Dix pour cent des cas.", "Cela concerne 10 % des cas."),
        ("Le budget est de 1,5 million d'euros.", "Le budget est de 1 500 000 €."),
        ("It closes on 30 March.", "Cela ferme le 30/03 à midi."),
        (
            "The federation wants to keep the scheme.",
            "Nous nous opposons à la suppression du dispositif.",
        ),
    ],
)
def test_a_claim_in_other_words_or_the_other_language_is_accepted(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize(
    "described",
    [
        {"status": "draft"},
        {"status": "superseded"},
        {"status": "withdrawn"},
        {"headings": ("Message transféré",)},
        {"headings": ("Original message",)},
    ],
)
def test_what_we_recommend_is_not_said_by_a_text_that_is_not_in_force_or_not_ours(described: dict):
    quote = "Nous recommandons un fonds commun."
    assert said("We recommend a common fund.", quote) == ""
    assert (
        said("We recommend a common fund.", quote, **described)
        == "only texts that are not in force or not ours support it"
    )


def test_a_name_is_in_the_quote_or_the_title():
    assert (
        said("Paul Midy a été reçu.", "Il a été reçu hier.", title="Rencontre avec Paul Midy") == ""
    )
    assert said("M. Midy a été reçu.", "Paul Midy a été reçu hier.") == ""
    assert (
        said("Paul Dupont a été reçu.", "Paul Midy a été reçu hier.")
        == "its quotes do not name Dupont"
    )


@pytest.mark.parametrize(
    "text, quote",
    [
        ("20 % des artisans sont concernés.", "Un artisan sur cinq est concerné."),
        (
            "Two thirds of our members sell abroad.",
            "Les deux tiers de nos membres vendent à l'étranger.",
        ),
        ("The delay is twelve months.", "Le délai est d'un an."),
        ("The notice is two weeks.", "Le préavis est de quinze jours."),
        ("The grid needs 3.5 TWh.", "Le réseau a besoin de 3,5 térawattheures."),
        ("The tax doubled, from 3% to 6%.", "La taxe est passée de 3 à 6 %."),
        ("Some twenty firms took part.", "Une vingtaine d'entreprises ont participé."),
        ("Four and a half billion euros are at stake.", "4,5 milliards d'euros sont en jeu."),
        ("The plan covers 2025-26.", "Le plan couvre 2025 et 2026."),
    ],
)
def test_a_figure_is_accepted_however_it_is_written(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize(
    "text, quote, reason",
    [
        (
            "The delay is three weeks.",
            "Le délai est de trois mois.",
            "its quotes do not say 3 week",
        ),
        ("It costs 20 dollars.", "Cela coûte 20 euros.", "its quotes do not say 20 USD"),
        (
            "40 % des artisans sont concernés.",
            "Un artisan sur cinq est concerné.",
            "its quotes do not say 40 %",
        ),
        (
            "We praise the digital dollar.",
            "Nous saluons l'euro numérique.",
            "its quotes do not say USD",
        ),
        ("It closes on 3 May.", "Cela ferme le 3 mars.", "its quotes do not say 3/5"),
        (
            "Nous demandons une hausse de 10 %.",
            "Nous proposons 10 mesures pour une hausse de 20 %.",
            "its quotes do not say 10 %",
        ),
        (
            "Nous demandons un délai de 10 ans.",
            "Nous demandons un délai et 10 mesures.",
            "its quotes do not say 10 year",
        ),
        (
            "The fee is 15 euros.",
            "Le tarif est passé de 25 à 40 euros.",
            "its quotes do not say 15 EUR",
        ),
    ],
)
def test_another_figure_unit_or_day_is_rejected(text: str, quote: str, reason: str):
    assert said(text, quote) == reason


@pytest.mark.parametrize(
    "text, quote",
    [
        ("The European Banking Authority replied.", "L'Autorité bancaire européenne a répondu."),
        ("The CAP budget shrinks.", "Le budget de la PAC diminue."),
        ("Our members use AI.", "Nos membres utilisent l'intelligence artificielle."),
        ("The Paris Commercial Court ruled.", "Le tribunal de commerce de Paris a tranché."),
        (
            "La Commission nationale de l'informatique et des libertés a répondu.",
            "La CNIL a répondu.",
        ),
        ("The French Senate voted.", "Le Sénat a voté."),
    ],
)
def test_an_official_name_is_accepted_in_either_language_and_as_its_acronym(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize(
    "text, quote, name",
    [
        ("Microsoft a répondu à notre lettre.", "Google a répondu à notre lettre.", "Microsoft"),
        ("Nous avons vu Paul Dupont hier.", "Nous avons vu Paul Dupond hier.", "Dupont"),
        ("The French Senate voted.", "Le Sénat belge a voté.", "French"),
    ],
)
def test_another_name_is_rejected(text: str, quote: str, name: str):
    assert said(text, quote) == f"its quotes do not name {name}"


@pytest.mark.parametrize(
    "text, reason",
    [
        ("In our note of 9 November 2021 we asked for six pages.", ""),
        ("Our November 2021 note has six pages.", ""),
        ("We sent a note of six pages on 9 November.", "its quotes do not say 9/11"),
        ("We sent a note of six pages in November.", "its quotes do not say month 11"),
        ("In our note, sent on 9 November 2021, we asked for six pages.", ""),
        ("On 9 November 2021 we were heard for six pages.", "its quotes do not say 9/11"),
    ],
)
def test_a_texts_own_date_proves_no_other_day(text: str, reason: str):
    assert said(text, "Nous avions transmis une note de six pages.", date="2021-11-09") == reason


def test_a_denial_in_a_sentence_that_the_claim_says_nothing_of_turns_nothing():
    quote = (
        "L'écocontribution ne peut pas augmenter. Nous déplorons aussi que les vendeurs établis "
        "en Asie s'en acquittent rarement."
    )
    assert (
        said(
            "Nous déplorons aussi que les vendeurs établis en Asie s'acquittent rarement de cette "
            "contribution.",
            quote,
        )
        == ""
    )


@pytest.mark.parametrize(
    "text, quote",
    [
        (
            "We ask that the ceiling go from 400,000 to 800,000 euros.",
            "Nous demandons que le plafond passe de 400 000 à 800 000 euros.",
        ),
        (
            "Rail freight now carries only 9 % of goods.",
            "Le fret ferroviaire ne transporte plus que 9 % des marchandises.",
        ),
        ("The minister did not rule out a mechanism.", "Le ministre n'a pas exclu un mécanisme."),
        ("We do not contest the aim.", "Nous ne contestons pas l'objectif."),
        ("Nous partageons l'objectif.", "Nous partageons l'objectif, mais pas la méthode."),
        ("Nous demandons une pause.", "Nous demandons une pause, pas un abandon."),
        ("This vote is a step forward.", "Ce vote est un pas en avant."),
        ("The draft asks for a register.", "Projet, pas encore adopté : il demande un registre."),
    ],
)
def test_what_only_looks_like_a_contradiction_is_accepted(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize(
    "text, quote",
    [
        (
            "Le bilan sera publié au printemps.",
            "La mission a rendu ses travaux, et le bilan sera publié au printemps.",
        ),
        ("The committee will still hear us in May.", "La commission nous entendra encore en mai."),
        (
            "We ask that the option be offered in all public schools.",
            "Nous demandons que l'option soit proposée dans toutes les écoles publiques.",
        ),
        (
            "Nous demandons que l'aide passe à 200 000 €.",
            "L'aide à la qualification pour les PME devrait passer de 150 000 € à 200 000 €.",
        ),
        (
            "Un client doit pouvoir partir en 60 jours.",
            "Nous demandons qu'un client puisse partir en 60 jours.",
        ),
    ],
)
def test_what_its_quotes_say_in_other_words_or_wish_likewise_is_accepted(text: str, quote: str):
    assert said(text, quote) == ""


def test_a_quote_leaves_out_no_condition_of_its_sentence():
    source = "Nous soutenons la directive européenne, à condition que son délai soit allongé."
    assert (
        said("We support the European directive.", "Nous soutenons la directive européenne", source)
        == "quote 1 leaves out a negation or a condition of its sentence"
    )


def test_an_acronym_before_a_figure_is_no_code():
    assert (
        said("Nous voulons la TVA 20 % pour tous.", "Nous voulons la TVA à 20 % pour tous.") == ""
    )


def test_a_line_break_in_a_quote_hides_no_denial_that_was_cut_off():
    source = "La fédération ne veut pas que la taxe\nsur les camions augmente."
    assert (
        said(
            "Nous voulons que la taxe sur les camions augmente.",
            "que la taxe\nsur les camions augmente",
            source,
        )
        == "quote 1 leaves out a negation or a condition of its sentence"
    )


@pytest.mark.parametrize(
    "text, title, reason",
    [
        ("NIS 2 est suspendue.", "La directive NIS2", ""),
        (
            "La directive est suspendue pendant 2 ans.",
            "La directive NIS2",
            "its quotes do not say 2 year",
        ),
        ("La directive frappe 12 entreprises.", "ARTICLE 12", "its quotes do not say 12"),
    ],
)
def test_a_number_of_a_title_proves_no_figure(text: str, title: str, reason: str):
    assert said(text, "La directive est suspendue pendant plusieurs années.", title=title) == reason


@pytest.mark.parametrize(
    "text, quote, reason",
    [
        (
            "Le délai est compris entre deux et dix ans.",
            "Le délai est compris entre trois et dix ans.",
            "its quotes do not say 2 year",
        ),
        (
            "Les entreprises de Francfort paient la taxe.",
            "Les entreprises françaises paient la taxe.",
            "its quotes do not name Francfort",
        ),
        (
            "Seven florists from Vendée were acquitted.",
            "Sept fleuristes vendéens ont été relaxés.",
            "",
        ),
    ],
)
def test_a_span_is_compared_whole_and_a_place_with_its_people(text: str, quote: str, reason: str):
    assert said(text, quote) == reason


@pytest.mark.parametrize(
    "text, quote",
    [
        (
            "Nous voulons un règlement plutôt qu'une charte.",
            "Nous demandons un règlement plutôt qu'une charte.",
        ),
        (
            "Rather than a subsidy, we want a tax credit.",
            "Nous voulons un crédit d'impôt plutôt qu'une subvention.",
        ),
        (
            "We want the threshold set in headcount, not in turnover.",
            "Nous voulons que le seuil soit fixé en effectif, et non en chiffre d'affaires.",
        ),
        ("We want a mandatory audit.", "We want a mandatory audit instead of a voluntary label."),
    ],
)
def test_a_contrast_told_as_its_quote_tells_it_is_accepted(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize(
    "text, quote",
    [
        (
            "Nous ne soutenons pas la taxe sur les colis.",
            "We do not support the parcel tax; our board rejected it twice.",
        ),
        (
            "We recall that our members' water use has fallen by 19% since 2020.",
            "Nous demandons une étude plutôt qu'une taxe. Nous rappelons que la consommation "
            "d'eau de nos adhérents a baissé de 19 % depuis 2020.",
        ),
        (
            "We ask for a fund for schools.",
            "Nous demandons un fonds pour les écoles, et aucun ministre ne nous a répondu sur les "
            "crèches.",
        ),
        (
            "Le ministère publiera le décret avant l'été.",
            "The ministry will publish the decree before the summer; it gave no other date.",
        ),
        (
            "Nous n'accepterons aucune hausse de la redevance.",
            "Notre ligne n'est pas négociable, et nous n'accepterons aucune hausse de la "
            "redevance.",
        ),
        (
            "Without an agreement, our members would stop investing.",
            "À défaut d'accord, nos adhérents cesseraient d'investir.",
        ),
        (
            "We ask France to vote against the text.",
            "Nous demandons à la France de voter contre le texte.",
        ),
        (
            "We advise against a merger of the two agencies.",
            "Nous déconseillons une fusion des deux agences.",
        ),
        (
            "We cannot absorb a third revision of the rules.",
            "Nous ne pouvons pas absorber une troisième révision des règles.",
        ),
        (
            "A preliminary draft provided for a compulsory label.",
            "Un avant-projet prévoyait un label obligatoire.",
        ),
        (
            "We will not sign until the clauses are published.",
            "Nous ne signerons pas tant que les clauses ne sont pas publiées.",
        ),
    ],
)
def test_a_clause_beside_the_claim_s_own_does_not_count_its_denial(text: str, quote: str):
    assert said(text, quote) == ""


@pytest.mark.parametrize(
    "text, quote",
    [
        (
            "La fédération demande 12 M€ par an.",
            "Nous demandons donc douze millions d'euros par an, car le fonds est épuisé.",
        ),
        (
            "La fédération est opposée à la création d'une agence unique.",
            "Nous sommes en particulier opposés à la création d'une agence unique, qui éloignerait "
            "l'évaluateur du fabricant.",
        ),
        (
            "We do not require publication of the data.",
            "We do not require publication of the data, which are often personal.",
        ),
        (
            "Nous demandons le gel des péages.",
            "L'audition a duré une heure. En outre, nous demandons le gel des péages.",
        ),
        (
            "Nous demandons la suppression du seuil.",
            "Nous demandons :\n- le gel des péages ;\n- la suppression du seuil.",
        ),
    ],
)
def test_a_quote_made_shorter_is_proved(text: str, quote: str):
    assert judged(text, quote) == ("proved", "")


@pytest.mark.parametrize(
    "text, quote",
    [
        # The last item of a list, a contrast, the words of an acronym: it may be right, or not.
        ("Nous défendons les ports.", "Nous défendons les ports et les écluses."),
        ("We want an audit.", "We want an audit instead of a label."),
        ("63 adhérents ont un PGE.", "Soixante-trois adhérents ont un prêt garanti (PGE)."),
        ("Nous voulons un fonds.", "Nous voulons un fonds, un guide ou un label."),
        # A condition, an exception, a restriction, a degree, a scope, a modality is left out.
        ("Nous soutenons la loi.", "Nous soutenons la loi, à condition qu'elle soit financée."),
        ("We support the act.", "We support the act, except for its third title."),
        ("La loi vaut pour les ports.", "La loi vaut seulement pour les ports."),
        ("La hausse est de 10 %.", "La hausse est d'au moins 10 %."),
        ("Nous voulons une aide.", "Nous voulons une aide pour les PME."),
        ("Le texte est adopté.", "Le texte devrait être adopté."),
        ("Boats in service should be let off.", "Boats due to leave service should be let off."),
        ("Plus de la moitié des sites.", "Moins de la moitié des sites ont fermé."),
        # Another tense, another order, words of two sentences, an item added.
        ("Nous demandons un gel.", "En 2021, nous demandions un gel."),
        ("We ask for a freeze.", "We asked for a freeze."),
        ("Nous avons demandé un guide à la ville.", "La ville nous a demandé un guide."),
        (
            "Nous demandons une taxe.",
            "Nous demandons un fonds. Le gouvernement propose une taxe.",
        ),
        ("Nous voulons un fonds et un label.", "Nous voulons un fonds, un guide ou un label."),
        # What comes next takes it back; what leads in refuses it.
        ("La taxe aidera les ports.", "La taxe aidera les ports. Nous ne le croyons pas."),
        ("Bercy veut une taxe.", "Bercy veut une taxe. Nous nous y opposons."),
        ("La hausse des péages.", "Nous refusons :\n- la hausse des péages."),
        ("Trois mesures : un gel, une aide.", "Trois mesures : un gel, une aide et un fonds."),
    ],
)
def test_what_leaves_out_more_than_may_go_or_adds_is_the_model_s_own_words(text: str, quote: str):
    assert judged(text, quote) == ("worded", "")


@pytest.mark.parametrize(
    "text, quote, missing",
    [
        ("Un euro le mégawattheure.", "Un euro par kilowattheure.", "say per MWh"),
        ("It costs 3 euros per tonne.", "Cela coûte 3 euros par kilo.", "say per tonne"),
        ("Nous avons été reçus mardi.", "Nous avons été reçus lundi.", "say mardi"),
        ("It was published in spring.", "Il a été publié à l'automne.", "say spring"),
        ("The Senate adopted it.", "L'Assemblée nationale l'a adopté.", "say Senate"),
        (
            "La caisse nationale d'assurance vieillesse répond.",
            "La caisse nationale d'assurance maladie répond.",
            "say vieillesse",
        ),
        (
            "The National Digital Health Agency runs it.",
            "L'Agence nationale de la sécurité des systèmes d'information le gère.",
            "say health",
        ),
        ("Germany voted no.", "L'Espagne a voté non.", "name Germany"),
        ("Il compte 1 340 actes.", "There were one thousand three hundred and forty acts.", ""),
        ("2,5 M€ suffisent.", "Deux millions cinq cent mille euros suffisent.", ""),
        ("Un fonds de 1 Md€ sur 4 ans.", "Un fonds d'un milliard d'euros sur quatre ans.", ""),
        ("Un tiers des ports a fermé.", "33 % des ports ont fermé.", ""),
        ("The Ministry of Labour replied.", "Le ministère de l'Emploi a répondu.", ""),
        ("Bercy a répondu.", "Le ministère de l'Économie a répondu.", ""),
        ("The vote was in Q2 2024.", "Le vote a eu lieu au deuxième trimestre 2024.", ""),
        ("At 2:30 pm, we met.", "À 14 h 30, nous nous sommes réunis.", ""),
    ],
)
def test_what_was_exchanged_is_a_conflict_and_what_is_only_written_otherwise_is_none(
    text: str, quote: str, missing: str
):
    assert said(text, quote) == (missing and f"its quotes do not {missing}")


def test_what_the_sentence_behind_a_quote_takes_back_is_not_proved():
    sentence = "La taxe aidera les petites entreprises."
    assert judged("La taxe aidera les entreprises.", sentence)[0] == "worded"
    shown = "La taxe aidera les petites entreprises, car elle est simple."
    assert judged(sentence, shown) == ("proved", "")
    assert judged(sentence, shown, f"{shown} Nous ne le croyons pas.") == ("worded", "")


def test_a_quote_that_leaves_out_a_part_of_its_sentence_is_judged_with_all_of_it():
    whole = "Dans les ports seuls, nous demandons le gel des péages."
    assert judged("La fédération demande le gel des péages.", whole[22:], whole)[0] == "worded"


@pytest.mark.parametrize(
    "text, quote",
    [
        ("Nous n'avons pas demandé de fonds.", "Nous avons demandé un fonds de 10 millions."),
        ("Nous réclamons un fonds.", "Nous ne réclamons pas un fonds."),
        ("Les produits conformes sont retirés.", "Les produits non conformes sont retirés."),
        ("We ask for a levy on parcels.", "We do not ask for a levy on parcels."),
        ("We are against it.", "68 % d'entre elles utilisent le CIR."),
        ("La fédération s'oppose aux quotas.", "Nous demandons un quota par région."),
        ("We don't want quotas.", "Nous demandons un quota par région."),
    ],
)
def test_a_negation_on_one_side_only_is_a_conflict(text: str, quote: str):
    assert said(text, quote) == "it denies what its quotes do not deny, or the other way round"


@pytest.mark.parametrize(
    "text, quote",
    [
        ("We are not in favour of quotas.", "Les quotas ? C'est non."),
        ("We no longer want a cap.", "Nous abandonnons le plafond."),
        ("Nous demandons 30 %, contre 25 % en 2022.", "We ask for 30 %, up from 25 % in 2022."),
        ("We are against quotas.", "Quotas: we don't want them."),
    ],
)
def test_that_we_are_against_something_may_be_said_in_other_words(text: str, quote: str):
    assert judged(text, quote) == ("worded", "")


def test_a_claim_on_bare_texts_may_call_the_federation_by_its_name():
    quote = "Nous demandons un fonds pour les ports."
    assert verdict("L'UBAPI demande un fonds pour les ports.", [quote]) == ("proved", "")
    assert verdict("Dubreuil finance un fonds.", ["La ville finance un fonds."]) == (
        "conflict",
        "its quotes do not name Dubreuil",
    )


@pytest.mark.parametrize(
    "name, most, least", [("claims_tune.jsonl", 0.03, 0.98), ("claims_report.jsonl", 0.08, 0.9)]
)
def test_of_claims_written_as_models_err_hardly_one_is_proved_and_few_right_ones_conflict(
    name: str, most: float, least: float
):
    """The aims are 6 % of the right ones and 99 % of those exchanged: docs/guard.md."""
    lines = (ROOT / "tests" / "bot" / "guard" / name).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    kinds = [(row["label"], row["kind"].endswith("_exchanged")) for row in rows]
    found = Counter(
        (*kind, verdict(row["claim"], row["evidence"])[0])
        for kind, row in zip(kinds, rows, strict=True)
    )
    wrong = found["wrong", False, "proved"] + found["wrong", True, "proved"]
    assert wrong <= 0.01 * sum(label == "wrong" for label, _ in kinds)
    assert found["right", False, "conflict"] <= most * kinds.count(("right", False))
    assert found["wrong", True, "conflict"] >= least * kinds.count(("wrong", True))
