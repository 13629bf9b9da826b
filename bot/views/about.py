"""Replies about the bot itself: small talk, what it can do, and what its texts are.

Pure. Promise: whatever is said of the texts is counted over those that the asker may see, their
topics and titles as they are written; nothing is quoted, so nothing is cited.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot import wording
from bot.records import Composed
from bot.views.examples import candidates
from index.passage import AUDIENCES, KINDS, Passage

SUBJECTS = 12  # at most that are named
TITLES = 10  # at most that are named
EXAMPLES = 3

CAN = {
    "fr": "Demandez-moi une position, un chiffre ou une date, la liste de nos demandes, le résumé "
    "d'un texte, ce qui a changé entre deux années ou qui nous avons rencontré.",
    "en": "Ask me for a position, a figure or a date, the list of our demands, the summary of a "
    "text, what changed between two years or whom we have met.",
}
FOR_EXAMPLE = {"fr": "Par exemple\u00a0:", "en": "For example:"}
TALK = {
    "fr": {
        "greeting": "Bonjour\u00a0! Je réponds aux questions sur les positions de la fédération, "
        "en citant ses textes.",
        "thanks": "Avec plaisir\u00a0! Je reste là pour d'autres questions.",
        "goodbye": "Au revoir, et à bientôt\u00a0!",
        "wellbeing": "Tout va bien, merci\u00a0! Je suis un programme, prêt à chercher dans les "
        "textes de la fédération.",
        "help": "Volontiers\u00a0: je cherche dans les textes de la fédération ce qui répond à "
        "votre question.",
        "agreed": "Bien\u00a0! Posez-moi une autre question quand vous voulez.",
        "complaint": "Désolé que cela ne vous aide pas. Redites votre question autrement, ou "
        "nommez un sujet, une année ou un texte. Si vous notez une réponse, l'équipe le voit.",
        "aside": "Je ne sais parler que des textes de la fédération.",
        "which": "De quel texte ou de quel sujet s'agit-il\u00a0? Nommez-le dans votre question.",
    },
    "en": {
        "greeting": "Hello! I answer questions about the federation's positions by quoting its "
        "texts.",
        "thanks": "You're welcome! I am here for any other question.",
        "goodbye": "Goodbye, and see you soon!",
        "wellbeing": "All is well, thank you! I am a program, ready to search the federation's "
        "texts.",
        "help": "Gladly: I search the federation's texts for what answers your question.",
        "agreed": "Good! Ask me another question whenever you like.",
        "complaint": "I am sorry that this does not help. Put your question another way, or name "
        "a subject, a year or a text. If you rate an answer, staff will see it.",
        "aside": "The federation's texts are all that I can talk about.",
        "which": "Which text or subject do you mean? Name it in your question.",
    },
}
ABOUT = {
    "fr": {
        "who": "Je suis un programme, pas une personne\u00a0: je réponds aux questions sur les "
        "positions de la fédération.",
        "how": "Je cherche les passages qui répondent et je les cite mot pour mot, avec leur "
        "source et leur date. Quand les textes ne disent rien, je le dis. Ouvrez la source pour "
        "vérifier une citation dans son contexte\u00a0; je peux choisir un mauvais passage.",
        "languages": "Posez vos questions en français ou en anglais\u00a0; les citations restent "
        "dans la langue de leur texte.",
        "privacy": "Je ne me souviens que de cette conversation. Une question restée sans réponse "
        "et les avis que vous donnez peuvent être notés sans votre nom, pour que l'équipe complète "
        "les textes. Pour le reste, adressez-vous à l'équipe de la fédération.",
        "audience": "Je ne lis et ne cite que les textes que vous pouvez consulter.",
        "trust": "Chaque citation est prise mot pour mot d'un texte, mais je peux choisir un "
        "mauvais passage\u00a0: ouvrez la source et vérifiez sa date. Je ne parle pas au nom de la "
        "fédération\u00a0: citez le texte lui-même, pas ma réponse.",
        "contact": "Je ne peux transmettre aucun message\u00a0: adressez-vous à l'équipe de la "
        "fédération.",
        "documents": "Je ne peux recevoir aucun document. Les textes que je cite s'ouvrent par "
        "leur source\u00a0; l'équipe de la fédération les ajoute et les corrige.",
        "offline": "Je ne réponds que d'après les textes de la fédération, jamais d'après "
        "internet.",
        "empty": "Je n'ai encore aucun texte que vous pouvez consulter.",
        "count": "J'ai lu {texts}\u00a0: {kinds}.",
        "period": "Ils vont du {first} au {last}.",
        "one_date": "Ils sont du {first}.",
        "newest": "Le texte le plus récent est «\u00a0{title}\u00a0» ({date}).",
        "indexed": "L'index des textes a été fait le {date}\u00a0: je ne sais rien de ce qui "
        "est venu depuis.",
        "subjects": "Les textes parlent surtout de\u00a0: {subjects}.",
        "in_force": "{number} ne sont pas, ou plus, des positions en vigueur.",
        "then": "De ce temps, il y en a {number}\u00a0: {titles}.",
        "none_then": "De ce temps, il n'y en a aucun.",
        "titles": "Les plus récents\u00a0: {titles}.",
        "texts": "{number} textes",
        "text": "1 texte",
        "written": "{fr} en français, {en} en anglais",
    },
    "en": {
        "who": "I am a program, not a person: I answer questions about the federation's positions.",
        "how": "I search for the passages that answer and quote them word for word, with their "
        "source and date. Where the texts say nothing, I say so. Open the source to check a quote "
        "in its context; I may choose a wrong passage.",
        "languages": "Ask in French or in English; quotes stay in the language of their text.",
        "privacy": "I remember this conversation only. A question that nothing answers and the "
        "verdicts that you give may be noted without your name, so that staff can complete the "
        "texts. For anything else, ask the federation's staff.",
        "audience": "I read and quote only the texts that you may see.",
        "trust": "Each quote is taken word for word from a text, but I may choose a wrong passage: "
        "open the source and check its date. I do not speak for the federation: quote the text "
        "itself, not my answer.",
        "contact": "I cannot pass on any message: ask the federation's staff.",
        "documents": "I cannot receive any document. The texts that I quote open from their "
        "source; the federation's staff add and correct them.",
        "offline": "I answer from the federation's texts alone, never from the internet.",
        "empty": "I have no text yet that you may see.",
        "count": "I have read {texts}: {kinds}.",
        "period": "They go from {first} to {last}.",
        "one_date": "They are of {first}.",
        "newest": "The most recent text is “{title}” ({date}).",
        "indexed": "The index of the texts was made on {date}: I know nothing of what came later.",
        "subjects": "The texts are mostly about: {subjects}.",
        "in_force": "{number} are not, or no longer, positions in force.",
        "then": "Of that time, I have {number}: {titles}.",
        "none_then": "Of that time, I have none.",
        "titles": "The most recent: {titles}.",
        "texts": "{number} texts",
        "text": "1 text",
        "written": "{fr} in French, {en} in English",
    },
}
PLURALS = {
    "fr": {
        "newsletter": "newsletters",
        "position": "positions",
        "contribution": "contributions",
        "audition": "auditions ou rencontres",
        "report": "rapports",
        "other": "autres documents",
    },
    "en": {
        "newsletter": "newsletters",
        "position": "position papers",
        "contribution": "consultation answers",
        "audition": "hearings or meetings",
        "report": "reports",
        "other": "other documents",
    },
}
READERS = {
    "fr": {
        "public": "{} en accès public",
        "members": "{} pour les adhérents",
        "staff": "{} pour l'équipe",
    },
    "en": {"public": "{} public", "members": "{} for members only", "staff": "{} for staff only"},
}
# Told whatever the texts are.
SAID = (
    *("who", "how", "languages", "privacy", "audience", "trust", "contact", "documents"),
    "offline",
)
# Which facts answer which question, in their order; "examples" are the questions to try.
TOLD = {
    "who": ("who", "offline", "examples"),
    "period": ("then", "count", "period", "newest"),
    "fresh": ("newest", "indexed"),
    "count": ("then", "count", "in_force", "period"),
    "subjects": ("subjects", "count", "examples"),
    "sources": ("offline", "count", "then", "titles"),
    "how": ("how", "offline"),
    "trust": ("trust",),
    "contact": ("contact",),
    "documents": ("documents",),
    "languages": ("languages", "written"),
    "audience": ("audience", "readers"),
    "privacy": ("privacy",),
    "help": ("who", "count", "examples"),
}


def talk(detail: str, facts: "Facts") -> Composed:
    """A friendly reply to small talk (bot/question/smalltalk.py) and three questions to try."""
    said = TALK[facts.language][detail]
    if detail == "goodbye":
        return Composed("talk", brief=said, lead=said)
    can = "" if detail in ("agreed", "thanks") else CAN[facts.language]
    return _composed("talk", [" ".join(filter(None, (said, can)))], facts, examples=True)


def about(detail: str, facts: "Facts") -> Composed:
    """What the bot is and what it has read, by the fact that is asked for."""
    said = [facts.tell(fact) for fact in TOLD[detail] if fact != "examples"]
    told = " ".join(filter(None, said))
    if "examples" not in TOLD[detail]:
        return _composed("about", [told], facts)
    return _composed("about", [told, CAN[facts.language]], facts, examples=True)


def _composed(
    reply: str, paragraphs: Sequence[str], facts: "Facts", *, examples: bool = False
) -> Composed:
    """The reply as Markdown; its examples are the only list in it."""
    parts = [*paragraphs]
    if examples and facts.examples:
        listed = "\n".join(f"- {example}" for example in facts.examples)
        parts += [FOR_EXAMPLE[facts.language], listed]
    return Composed(
        reply, brief=paragraphs[0], lead="\n\n".join(parts), rests_on=tuple(facts.documents)
    )


@dataclass(frozen=True)
class Facts:
    """What is known of the texts that may be read.

    `passages`: all of them; `indexed`: the ISO day of their index, or ""; `since` and `until`:
    the time asked about, "" for an open end; `language`: that of the reply; `known`: questions
    that are answered plainly, None where nobody has tried any.
    """

    passages: Sequence[Passage]
    indexed: str
    language: str
    since: str = ""
    until: str = ""
    known: Sequence[str] | None = None

    @cached_property
    def documents(self) -> list[Passage]:
        """A passage of each document, the newest document first, those without a date last."""
        first: dict[str, Passage] = {}
        for passage in self.passages:
            first.setdefault(passage.path, passage)
        return sorted(first.values(), key=lambda passage: passage.date, reverse=True)

    @cached_property
    def subjects(self) -> list[str]:
        """The topics, the most frequent first; where there are none, the newest texts' titles."""
        topics = Counter(topic for document in self.documents for topic in document.topics)
        if topics:
            return sorted(topics, key=lambda topic: (-topics[topic], topic))
        return list(dict.fromkeys(document.title for document in self.documents))

    @property
    def examples(self) -> Sequence[str]:
        """Questions to try: those known to be answered, else those that the texts suggest."""
        found = candidates(self.passages, self.language) if self.known is None else self.known
        return found[:EXAMPLES]

    def tell(self, fact: str) -> str:
        """A fact in words; "" where there is nothing to tell."""
        words = ABOUT[self.language]
        if fact in SAID:
            return words[fact]
        if not self.documents:
            return words["empty"] if fact in ("count", "newest", "subjects") else ""
        return str(getattr(self, f"_{fact}")(words))

    def _count(self, words: dict[str, str]) -> str:
        found = Counter(document.kind for document in self.documents)
        singular, plural = wording.KINDS[self.language], PLURALS[self.language]
        kinds = [
            f"{found[kind]} {(plural if found[kind] > 1 else singular)[kind]}"
            for kind in KINDS
            if found[kind]
        ]
        return words["count"].format(texts=self._texts(len(self.documents)), kinds=", ".join(kinds))

    def _period(self, words: dict[str, str]) -> str:
        dates = [document.date for document in self.documents if document.date]
        if not dates:
            return ""
        first, last = (wording.spoken_date(day, self.language) for day in (min(dates), max(dates)))
        return words["period" if first != last else "one_date"].format(first=first, last=last)

    def _newest(self, words: dict[str, str]) -> str:
        newest = self.documents[0]
        day = wording.spoken_date(newest.date, self.language)
        return words["newest"].format(title=newest.title, date=day) if newest.date else ""

    def _indexed(self, words: dict[str, str]) -> str:
        day = wording.spoken_date(self.indexed, self.language)
        return words["indexed"].format(date=day) if self.indexed else ""

    def _subjects(self, words: dict[str, str]) -> str:
        return words["subjects"].format(subjects=_listed(self.subjects, SUBJECTS))

    def _in_force(self, words: dict[str, str]) -> str:
        number = sum(document.status != "adopted" for document in self.documents)
        return words["in_force"].format(number=number) if number > 1 else ""

    def _then(self, words: dict[str, str]) -> str:
        """How many texts are of the time asked about."""
        if not (self.since or self.until):
            return ""
        found = [
            document.title
            for document in self.documents
            if (day := document.date)
            and day >= self.since[: len(day)]
            and day <= (self.until or day)
        ]
        if not found:
            return words["none_then"]
        return words["then"].format(number=len(found), titles=_listed(found, TITLES))

    def _titles(self, words: dict[str, str]) -> str:
        titles = [document.title for document in self.documents]
        return words["titles"].format(titles=_listed(titles, TITLES))

    def _written(self, words: dict[str, str]) -> str:
        found = Counter(document.language for document in self.documents)
        written = words["written"].format(fr=found["fr"], en=found["en"])
        return words["count"].format(texts=self._texts(len(self.documents)), kinds=written)

    def _readers(self, words: dict[str, str]) -> str:
        found = Counter(document.audience for document in self.documents)
        readers = [
            READERS[self.language][one].format(found[one]) for one in AUDIENCES if found[one]
        ]
        return words["count"].format(
            texts=self._texts(len(self.documents)), kinds=", ".join(readers)
        )

    def _texts(self, number: int) -> str:
        words = ABOUT[self.language]
        return words["texts"].format(number=number) if number > 1 else words["text"]


def _listed(names: Sequence[str], most: int) -> str:
    """The first names, and "..." where there are more."""
    return "\u00a0; ".join(names[:most]) + (" …" if len(names) > most else "")
