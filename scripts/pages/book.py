"""What a page is made from: tables, words and examples in one language, and where the page lies."""

from dataclasses import dataclass
from html import escape

from calculators.core.tables import Limit, Tables
from calculators.core.words import Words
from scripts.examples import Example, load_examples
from scripts.tables import load
from scripts.words import texts, words_json

TEXTS = "scripts/pages/texts.yaml"


@dataclass(frozen=True)
class Book:
    """Everything the macros need in one language. `texts` are the page builder's own few words."""

    lang: str
    tables: Tables
    words: Words
    texts: Words
    examples: tuple[Example, ...]

    def say(self, *path: str, **shows: object) -> str:
        """A sentence of scripts/pages/texts.yaml, safe to put into HTML."""
        return escape(self.texts.say(self.lang, *path, **shows))

    def column_label(self, limit: Limit) -> str:
        """The label of the column a limit stands in."""
        return self.tables.table(limit.table)["columns"][limit.column]["label"][self.lang]


def open_book(lang: str) -> Book:
    """Read tables, words and examples anew; raises Refused when they have slips."""
    return Book(
        lang=lang,
        tables=Tables.from_json(load().canonical),
        words=Words.from_json(words_json()),
        texts=Words(texts(TEXTS)),
        examples=tuple(load_examples()),
    )


@dataclass(frozen=True)
class Place:
    """Where a page lies: its address below the language's root, for example `wealth/`."""

    url: str

    @property
    def up(self) -> str:
        """The way from the page to its language's root."""
        return "../" * self.url.count("/")

    @property
    def to_engine(self) -> str:
        """The way from the page to the browser engine, which both languages share."""
        return f"{self.up}../engine/"
