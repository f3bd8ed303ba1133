"""What a picture says: sentences that carry their values, told once and shown twice, in the drawing and beside it."""

import re
from dataclasses import dataclass, replace
from html import escape

from calculators.core.answer import ANSWERED, NOT_PUBLISHED, Answer, answer
from calculators.core.tables import Limit, Tables
from calculators.core.words import Words
from scripts.pages.book import Book, Place
from scripts.pages.figures import figure_html, plain_value
from scripts.words import texts

TEXTS = "scripts/pages/pictures/texts.yaml"
# Private characters stand for the values while a sentence is filled, so that it can be taken apart again.
_FIRST_MARK = 0xE000
_MARKS = re.compile("([\ue000-\uf8ff])")


class CannotDraw(ValueError):
    """A calculator answers otherwise than a picture is drawn: no picture is made up in its place."""


class NotKnown(LookupError):
    """A calculator has no answer because a figure is not published. The message says so to the reader."""


@dataclass(frozen=True)
class Value:
    """One value of a picture.

    `text` is how the drawing shows it and `value` how it travels (decimal string, ISO date, year). `doubtful` marks
    what the authorities have not confirmed. `beside` is how the text beside the drawing shows it, as HTML; without
    it that is `text` too.
    """

    text: str
    value: str
    doubtful: bool = False
    beside: str = ""

    @property
    def drawn(self) -> str:
        """The value as the drawing shows it, with a star where it is doubtful."""
        return self.text + "*" * self.doubtful


Word = tuple[str | Value, ...]
Sentence = tuple[Word, ...]


def sentence(text: str) -> Sentence:
    """A text that holds no values, as a sentence."""
    return tuple((word,) for word in text.split(" "))


@dataclass(frozen=True)
class Teller:
    """Says the pictures' own sentences in the language of the book, and fetches the values for them."""

    book: Book
    place: Place
    texts: Words

    @classmethod
    def open(cls, book: Book, place: Place) -> "Teller":
        """Read the pictures' texts anew. Raises Refused when a sentence stands in one language only."""
        return cls(book, place, Words(texts(TEXTS)))

    def plain(self, *path: str, **shows: object) -> str:
        """A sentence as bare text."""
        return self.texts.say(self.book.lang, *path, **shows)

    def say(self, *path: str, **shows: Value | str) -> Sentence:
        """A sentence whose values can still be told from its words."""
        marks = {chr(_FIRST_MARK + number): shown for number, shown in enumerate(shows.values())}
        filled = {
            name: mark if isinstance(shown, Value) else shown
            for (name, shown), mark in zip(shows.items(), marks, strict=True)
        }
        return tuple(
            tuple(marks.get(part, part) for part in _MARKS.split(word) if part)
            for word in self.plain(*path, **filled).split(" ")
        )

    def ask(self, calculator: str, given: dict[str, str]) -> Answer:
        """The answer to one case. Raises NotKnown when a figure for it is not published, CannotDraw for bad input."""
        done = answer(calculator, given, self.book.tables, self.book.words, self.book.lang)
        if done.status == NOT_PUBLISHED:
            raise NotKnown(done.result["notices"][0]["text"])
        if done.status != ANSWERED:
            raise CannotDraw(f"{calculator} does not take {given}: {done.result}")
        return done

    def output(self, done: Answer, *path: str | int, doubtful: bool) -> Value:
        """An output of an answer, by its path: ("payments", 0, "amount")."""
        value, shown = done.result["outputs"], done.result["display"]
        for key in path:
            value, shown = value[key], shown[key]
        return Value(shown, value, doubtful)

    def figure(self, table: str, column: str, row: str) -> Value:
        """A figure of the tables; beside the drawing it stands as in a text, with its source. Raises NotPublished."""
        limit = self.book.tables.limit(table, column, row)
        html, _ = figure_html(self.book, self.place, table, column, row)
        shown = self.book.words.display(limit.shown, self.book.lang)
        return Value(shown, plain_value(limit) or "", is_doubtful(limit), html)

    def html(self, sentence: Sentence) -> str:
        """A sentence for the text beside the drawing."""
        return " ".join("".join(self._fragment(each) for each in word) for word in sentence)

    def _fragment(self, fragment: str | Value) -> str:
        if isinstance(fragment, str):
            return escape(fragment)
        return fragment.beside or self.value_html(fragment, fragment.text)

    def with_beside(self, value: Value, text: str) -> Value:
        """The value, shown as `text` beside the drawing."""
        return replace(value, beside=self.value_html(value, text))

    def value_html(self, value: Value, text: str) -> str:
        """A value beside the drawing in these words, with the word for doubt where it is doubtful."""
        mark = f'<span class="figure__mark">{self.book.say("figure", "mark")}</span>' if value.doubtful else ""
        plain = escape(value.value)
        return f'<data class="picture__value" data-value="{plain}" value="{plain}">{escape(text)}{mark}</data>'


def newest_known(tables: Tables, table: str, *columns: str) -> str:
    """The year in force if one of these columns is known for it, else the newest year before with one.

    Raises CannotDraw when there is none.
    """
    in_force = tables.in_force[tables.table(table)["keyed_by"]]
    years = [each for each in tables.periods(table) if each <= in_force]
    known = [each for each in years if any(tables.find(table, column, each) for column in columns)]
    if not known:
        raise CannotDraw(f"table {table!r} knows none of {', '.join(columns)} up to {in_force}")
    return known[-1]


def is_doubtful(*limits: Limit) -> bool:
    """Whether any of these limits is known from secondary sources only."""
    return any(each.status != "official" for each in limits)


def limits_of(done: Answer, table: str, *columns: str) -> list[Limit]:
    """The limits of a table, or of these columns of it, that an answer stands on."""
    return [each for each in done.limits if each.table == table and (not columns or each.column in columns)]
