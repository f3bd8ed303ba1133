"""What a page is made from: tables, words and examples in one language, and where the page lies."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from mkdocs.utils.meta import get_data

from calculators.core.tables import Limit, Tables
from calculators.core.words import Words
from scripts.examples import Example, load_examples
from scripts.glossary import load_glossary
from scripts.tables import load
from scripts.tables.changes import read_opened_years
from scripts.words import texts, words_json

ROOT = Path(__file__).resolve().parents[2]
TEXTS = "scripts/pages/texts.yaml"


@dataclass(frozen=True)
class Book:
    """Everything the macros need in one language. `texts` are the page builder's own few words."""

    lang: str
    tables: Tables
    words: Words
    texts: Words
    examples: tuple[Example, ...]
    changes: tuple[dict, ...]
    page_titles: dict[str, str]
    glossary: dict[str, dict]
    opened_years: tuple[dict, ...]

    def plain(self, *path: str, **shows: object) -> str:
        """A sentence of scripts/pages/texts.yaml."""
        return self.texts.say(self.lang, *path, **shows)

    def say(self, *path: str, **shows: object) -> str:
        """The same, safe to put into HTML."""
        return escape(self.plain(*path, **shows))

    def column_label(self, limit: Limit) -> str:
        """The label of the column a limit stands in."""
        return self.tables.table(limit.table)["columns"][limit.column]["label"][self.lang]


def open_book(lang: str) -> Book:
    """Read tables, words and examples anew; raises Refused when they have slips."""
    loaded = load()
    return Book(
        lang=lang,
        tables=Tables.from_json(loaded.canonical),
        words=Words.from_json(words_json()),
        texts=Words(texts(TEXTS)),
        examples=tuple(load_examples()),
        changes=tuple(loaded.changes),
        page_titles=_page_titles(lang),
        glossary=load_glossary(),
        opened_years=tuple(read_opened_years(ROOT)),
    )


def _page_titles(lang: str) -> dict[str, str]:
    """The title of each page by its path, from the front matter that every page has."""
    docs = ROOT / "docs" / lang
    titles = {}
    for path in sorted(docs.rglob("*.md")):
        _, data = get_data(path.read_text(encoding="utf-8"))
        titles[path.relative_to(docs).as_posix()] = data["title"]
    return titles


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
