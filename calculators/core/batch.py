"""One calculator over a whole file: what the command line and the page for many students share. Reads no files.

The first line names the columns as the calculator's inputs are named; a column whose name begins with # (#name,
#student) is carried along unread. Cells are read as a person of that language types them, and choices by id or
by the words of the form. Rows are read, answered and written one by one, so a file may be of any length.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from calculators.core.answer import ANSWERED, INVALID, NOT_PUBLISHED, Answer, answer, error, rule
from calculators.core.form import CANONICAL_NUMBER, Fault, Field, typed_to_canonical
from calculators.core.page import WARNINGS
from calculators.core.tables import Tables
from calculators.core.words import Words

STATUS = {ANSWERED: "answered", NOT_PUBLISHED: "not_published", INVALID: "refused"}
BOM = b"\xef\xbb\xbf"
LONGEST_HEADER = 100_000
# What makes a spreadsheet take a text for a formula: it then runs what a stranger wrote.
FORMULA = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
CARRIED = "#"

Complain = Callable[[str], None]


class Unusable(Exception):
    """The file as a whole cannot be used. The text says what is wrong and what to do."""


@dataclass(frozen=True)
class Desk:
    """What answers the rows: one calculator, and the tables, words and language it answers in."""

    calculator: str
    tables: Tables
    words: Words
    lang: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """The calculator's inputs."""
        return rule(self.calculator).FIELDS

    def say(self, key: str, **shows: object) -> str:
        """A sentence of calculators/texts/common.yaml, cli, batch."""
        return self.words.say(self.lang, "common", "cli", "batch", key, **shows)


@dataclass(frozen=True)
class Form:
    """How the file is written, so that the answers are written the same way."""

    columns: tuple[str, ...]
    delimiter: str
    line_end: str


# Reading


def read_form(lines: TextIO, desk: Desk) -> Form:
    """Read the first line: the columns and how they are divided. Raises Unusable with everything wrong in it."""
    first = lines.readline(LONGEST_HEADER)
    delimiter = ";" if ";" in first else ","
    columns = tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter), []))
    if not any(columns):
        raise Unusable(desk.say("empty", columns=_names(desk)))
    known = {spec.name for spec in desk.fields}
    read = [name for name in columns if name and not name.startswith(CARRIED)]
    problems = [desk.say("unknown_column", name=name) for name in dict.fromkeys(read) if name not in known]
    problems += [desk.say("repeated_column", name=name) for name, times in Counter(read).items() if times > 1]
    missing = [spec.name for spec in desk.fields if spec.required and spec.name not in read]
    problems += [desk.say("missing_column", name=name) for name in missing]
    if problems:
        raise Unusable("\n".join([*problems, desk.say("columns", columns=_names(desk))]))
    return Form(columns, delimiter, "\r\n" if first.endswith("\r\n") else "\n")


def _names(desk: Desk) -> str:
    return ", ".join(spec.name for spec in desk.fields)


def read_rows(lines: TextIO, form: Form) -> Iterator[tuple[int, list[str] | None]]:
    """The rows after the first line as (line number, cells); None for one that is no CSV. Empty rows are left out."""
    reader = csv.reader(lines, delimiter=form.delimiter)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        if any(text.strip() for text in cells):
            yield line, cells


def _ids_by_word(desk: Desk) -> dict[str, dict[str, str]]:
    """For each field with choices: the id by the id itself and by its words in the form, both in small letters."""
    texts, flags = desk.words.contents[desk.calculator]["fields"], desk.words.contents["common"]["flags"]
    found = {}
    for spec in desk.fields:
        labels = flags if spec.kind == "flag" else texts[spec.name].get("choices", {})
        found[spec.name] = {labels[each][desk.lang].casefold(): each for each in spec.choices}
        found[spec.name] |= {each: each for each in spec.choices}
    return found


# Answering


@dataclass(frozen=True)
class Row:
    """One answered or refused row: its line in the file, its status (one of STATUS) and what is written for it.

    `faults` are what is wrong, as (column, sentence); the column is "" where the row as a whole is wrong. `message` is
    what one must know to use the row, `carried` the cells of the columns that are carried along.
    """

    line: int
    status: str
    faults: tuple[tuple[str, str], ...]
    message: str
    carried: tuple[str, ...]
    cells: tuple[str, ...]


def first_line(form: Form, desk: Desk) -> list[str]:
    """The names of the columns that are written: those of the file, the inputs it lacks, the outputs, the status."""
    names = [guarded(name, desk.lang) for name in [*form.columns, *_unasked(form, desk)]]
    return [*names, *rule(desk.calculator).OUTPUTS, *_LAST]


def _unasked(form: Form, desk: Desk) -> list[str]:
    return [spec.name for spec in desk.fields if spec.name not in form.columns]


def answer_rows(lines: TextIO, form: Form, desk: Desk) -> Iterator[Row]:
    """The rows after the first line, answered one by one as they are asked for."""
    names, ids = [*form.columns, *_unasked(form, desk)], _ids_by_word(desk)
    for line, cells in read_rows(lines, form):
        faults, done = _shape_faults(cells, form, desk), None
        given = dict(zip(form.columns, cells or [], strict=False))
        if not faults:
            done = answer(desk.calculator, _inputs(given, ids), desk.tables, desk.words, desk.lang, typed=True)
            faults = [(each["field"], _sentence(each, desk)) for each in done.result.get("errors", [])]
        status = STATUS[INVALID if faults else done.status]
        message = " ".join(text for _, text in faults) if faults else _message(done)
        used = {} if faults else done.result["inputs"]
        outputs = done.result["outputs"] if status == STATUS[ANSWERED] else {}
        row = [given.get(name, "").strip() or cell(used.get(name), desk.lang) for name in names]
        row += [cell(outputs.get(name), desk.lang) for name in rule(desk.calculator).OUTPUTS]
        row += [status, message]
        carried = tuple(text for name, text in given.items() if name.startswith(CARRIED))
        yield Row(line, status, tuple(faults), message, carried, tuple(guarded(text, desk.lang) for text in row))


def csv_writer(out: TextIO, form: Form):
    """A writer of the csv module that writes the way the file was written."""
    return csv.writer(out, delimiter=form.delimiter, lineterminator=form.line_end)


def answer_file(
    lines: TextIO, out: TextIO, desk: Desk, *, complain: Complain, after_row: Callable[[], None] = lambda: None
) -> Counter:
    """Answer every row of `lines` into `out`; returns how many rows got each status of STATUS.

    `complain` is told of every refused row, `after_row` is called after each. Raises Unusable when the first line
    cannot be used, UnicodeDecodeError when the bytes are not UTF-8.
    """
    form = read_form(lines, desk)
    writer = csv_writer(out, form)
    writer.writerow(first_line(form, desk))
    counts: Counter = Counter()
    for row in answer_rows(lines, form, desk):
        counts[row.status] += 1
        if row.faults:
            complain(desk.say("row", line=str(row.line), faults=row.message))
        writer.writerow(row.cells)
        after_row()
    return counts


def summary(counts: Counter, desk: Desk) -> str:
    """How many rows there were, and how many got each status."""
    numbers = {name: str(counts[name]) for name in STATUS.values()}
    return desk.say("summary", rows=str(counts.total()), **numbers)


_LAST = ("status", "message")


def _shape_faults(cells: list[str] | None, form: Form, desk: Desk) -> list[tuple[str, str]]:
    if cells is None:
        return [("", desk.say("not_csv"))]
    if any(text.strip() for text in cells[len(form.columns) :]):
        return [("", desk.say("too_many_cells", found=str(len(cells)), expected=str(len(form.columns))))]
    return []


def _inputs(given: Mapping[str, str], ids: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: ids[name].get(text.strip().casefold(), text) for name, text in given.items() if name in ids}


def _sentence(fault: Mapping[str, str], desk: Desk) -> str:
    """A fault as the row's reader needs it: for a choice the ids too, which the form does not show."""
    spec = next((each for each in desk.fields if each.name == fault["field"]), None)
    if spec and spec.choices and fault["code"] in ("required", "not_choice"):
        fault = error(desk.calculator, Fault(spec.name, fault["code"], {"field": spec}), desk.words, desk.lang)
    return fault["text"]


def _message(done: Answer) -> str:
    """What one must know to use the row: every doubt before the sentence that answers; after it where none does."""
    doubts = [each["text"] for each in done.result["notices"] if each["kind"] in WARNINGS]
    return " ".join([done.headline, *doubts] if done.status else [*doubts, done.headline])


# Writing


def cell(value: object, lang: str) -> str:
    """A value as the same spreadsheet reads it: with its decimal sign; a list as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value.replace(".", ",") if lang == "nb" and CANONICAL_NUMBER.fullmatch(value) else value


def guarded(text: str, lang: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula; numbers stay."""
    is_formula = FORMULA.match(text) and typed_to_canonical(text, lang) is None
    return f"'{text}" if is_formula else text
