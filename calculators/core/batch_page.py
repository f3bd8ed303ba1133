"""A file of many students on the page: opened, then answered a few rows at a time, so that the reader can stop it.

What comes out is byte for byte what the command line writes (core/batch.py); around it the same as HTML.
"""

import binascii
from collections import Counter
from collections.abc import Callable, Mapping
from html import escape
from io import StringIO
from itertools import islice

from calculators.core.batch import (
    BOM,
    Desk,
    Row,
    Unusable,
    answer_rows,
    csv_writer,
    first_line,
    read_form,
    summary,
)  # fmt: skip
from calculators.core.tables import Tables
from calculators.core.words import Words

Reply = dict[str, object]


def open_batch(tables: Tables, words: Words) -> Callable[[Mapping, str], Reply]:
    """A function from a request about a file, and the language, to its reply. It keeps one open file.

    `{"batch": "open", "calculator", "name", "base64", "rows": 25}` opens a file of that name by its bytes and answers
    up to so many rows, `{"batch": "next", "rows": 25}` the next ones. Reply: `status` 0; `csv`, the lines of the
    answers, the first time after their first line; `rows` and `refused`, of each row and of each refused one the HTML
    of a table row; `done`, how much of the file is read, from 0 to 1; and after the last row `summary`, the sentence
    with the counts. Where the file cannot be used `status` is 2, and `html` says why.
    """
    # The open file, if there is one.
    opened: list[_Opened] = []

    def reply(asked: Mapping, lang: str) -> Reply:
        if asked["batch"] == "next":
            if not opened:
                raise LookupError("no file is open")
            return opened[0].answer(asked["rows"])
        opened.clear()
        desk = Desk(asked["calculator"], tables, words, lang)
        try:
            opened.append(_Opened(binascii.a2b_base64(asked["base64"]), desk))
        except Unusable as unusable:
            return _refused(str(unusable))
        except UnicodeDecodeError:
            return _refused(desk.say("not_utf8", file=asked["name"]))
        told = opened[0].answer(asked["rows"])
        return {**told, "csv": opened[0].start + told["csv"]}

    return reply


def _refused(sentences: str) -> Reply:
    return {"status": 2, "html": "".join(f"<p>{escape(line)}</p>" for line in sentences.splitlines())}


class _Opened:
    """One file: where its reading stands, and what came out so far."""

    def __init__(self, content: bytes, desk: Desk) -> None:
        self.desk = desk
        # Not "utf-8-sig", which the shipped library would need a module more for.
        text = content.removeprefix(BOM).decode("utf-8")
        self.length = max(1, len(text))
        self.lines = StringIO(text, newline="")
        self.form = read_form(self.lines, desk)
        self.rows = answer_rows(self.lines, self.form, desk)
        self.counts: Counter = Counter()
        # A mark at the file's beginning, by which spreadsheets know UTF-8, is written where it was read.
        mark = "\ufeff" if content.startswith(BOM) else ""
        self.start = mark + self._csv([first_line(self.form, desk)])

    def answer(self, most: int) -> Reply:
        """Answer up to `most` rows more."""
        rows = list(islice(self.rows, most))
        self.counts.update(row.status for row in rows)
        is_last = len(rows) < most
        return {
            "status": 0,
            "csv": self._csv([row.cells for row in rows]),
            "rows": [self._row(row, self._said(row)) for row in rows],
            "refused": [self._row(row, _faults(row)) for row in rows if row.faults],
            "done": 1 if is_last else self.lines.tell() / self.length,
            "summary": summary(self.counts, self.desk) if is_last else "",
        }

    def _csv(self, rows: list) -> str:
        out = StringIO(newline="")
        csv_writer(out, self.form).writerows(rows)
        return out.getvalue()

    def _said(self, row: Row) -> str:
        status = self.desk.words.say(self.desk.lang, "common", "cli", "batch", "statuses", row.status)
        # What is wrong with a refused row stands in the table of those.
        columns = dict.fromkeys(column for column, _ in row.faults if column)
        rest = ", ".join(f"<code>{escape(each)}</code>" for each in columns) if row.faults else escape(row.message)
        return f"<strong>{escape(status)}.</strong> {rest}"

    def _row(self, row: Row, last: str) -> str:
        carried = escape(", ".join(text for text in row.carried if text.strip()))
        return (
            f'<tr data-status="{row.status}"><th scope="row">{row.line}</th>'
            f"<td>{carried or '–'}</td><td>{last}</td></tr>"
        )


def _faults(row: Row) -> str:
    """What is wrong with a row, one item a fault, each with the name of its column in the file."""
    items = [
        f"<li>{f'<code>{escape(column)}</code> ' if column else ''}{escape(text)}</li>" for column, text in row.faults
    ]
    return f"<ul>{''.join(items)}</ul>"
