"""One calculator over a whole file: `python -m calculators batch deposit students.csv -o out.csv`.

The first line names the columns as the calculator's inputs are named; a column whose name begins with # (#name,
#student) is carried along unread. Cells are read as a person of that language types them, and choices by id or
by the words of the form. Rows are read, answered and written one by one, so a file may be of any length.
"""

import argparse
import contextlib
import csv
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from calculators.core.answer import ANSWERED, INVALID, NOT_PUBLISHED, Answer, answer, error, rule
from calculators.core.form import CANONICAL_NUMBER, Fault, Field, typed_to_canonical
from calculators.core.page import WARNINGS
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words

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
        if any(cell.strip() for cell in cells):
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


def answer_file(
    lines: TextIO, out: TextIO, desk: Desk, *, complain: Complain, after_row: Callable[[], None] = lambda: None
) -> Counter:
    """Answer every row of `lines` into `out`; returns how many rows got each status of STATUS.

    `complain` is told of every refused row, `after_row` is called after each. Raises Unusable when the first line
    cannot be used, UnicodeDecodeError when the bytes are not UTF-8.
    """
    form = read_form(lines, desk)
    module, ids = rule(desk.calculator), _ids_by_word(desk)
    unasked = [spec.name for spec in desk.fields if spec.name not in form.columns]
    writer = csv.writer(out, delimiter=form.delimiter, lineterminator=form.line_end)
    writer.writerow([guarded(name, desk.lang) for name in [*form.columns, *unasked]] + [*module.OUTPUTS, *_LAST])
    counts: Counter = Counter()
    for line, cells in read_rows(lines, form):
        faults, done = _shape_faults(cells, form, desk), None
        given = dict(zip(form.columns, cells or [], strict=False))
        if not faults:
            done = answer(desk.calculator, _inputs(given, ids), desk.tables, desk.words, desk.lang, typed=True)
            faults = [_sentence(each, desk) for each in done.result.get("errors", [])]
        status = INVALID if faults else done.status
        counts[STATUS[status]] += 1
        if faults:
            complain(desk.say("row", line=str(line), faults=" ".join(faults)))
        used = {} if faults else done.result["inputs"]
        outputs = {} if status else done.result["outputs"]
        row = [given.get(name, "").strip() or _cell(used.get(name), desk.lang) for name in [*form.columns, *unasked]]
        row += [_cell(outputs.get(name), desk.lang) for name in module.OUTPUTS]
        row += [STATUS[status], " ".join(faults) if faults else _message(done)]
        writer.writerow([guarded(text, desk.lang) for text in row])
        after_row()
    return counts


_LAST = ("status", "message")


def _shape_faults(cells: list[str] | None, form: Form, desk: Desk) -> list[str]:
    if cells is None:
        return [desk.say("not_csv")]
    if any(cell.strip() for cell in cells[len(form.columns) :]):
        return [desk.say("too_many_cells", found=str(len(cells)), expected=str(len(form.columns)))]
    return []


def _inputs(given: Mapping[str, str], ids: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: ids[name].get(cell.strip().casefold(), cell) for name, cell in given.items() if name in ids}


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


def _cell(value: object, lang: str) -> str:
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


@contextlib.contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
    else:
        with open(path, "rb") as file:
            yield file


@contextlib.contextmanager
def _written(path: str, encoding: str) -> Iterator[TextIO]:
    """A text file that takes its name only when it is whole: a half-made one is left behind by nobody."""
    if path == "-":
        out = io.TextIOWrapper(sys.stdout.buffer, encoding, newline="", write_through=True)
        try:
            yield out
        finally:
            out.detach()
        return
    target = Path(path)
    # A device or a pipe is written to; renaming over it would take its place.
    aside = target if target.exists() and not target.is_file() else target.with_name(f"{target.name}.part")
    try:
        with open(aside, "w", encoding=encoding, newline="") as out:
            yield out
        if aside != target:
            os.replace(aside, target)
    finally:
        if aside != target:
            aside.unlink(missing_ok=True)


# The command


def main(arguments: list[str], tables: Tables, words: Words, lang: str) -> int:
    """Run `batch …`. Exit status: 0 all answered, 2 something refused, 3 only figures that are not published."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("-o", "--output", default="-")
    parser.add_argument("--lang", default="nb")
    parser.add_argument("calculator", nargs="?")
    parser.add_argument("file", nargs="?")
    usage = words.say(lang, "common", "cli", "batch", "usage")
    try:
        asked, strays = parser.parse_known_args(arguments)
    except (argparse.ArgumentError, SystemExit):
        return _refuse(usage)
    if asked.help:
        print(usage)
        return ANSWERED
    if strays or not asked.file or asked.lang not in LANGUAGES:
        return _refuse(usage)
    if asked.calculator not in words.calculators():
        return _refuse(words.say(lang, "common", "cli", "no_such", name=asked.calculator))
    desk = Desk(asked.calculator, tables, words, lang)
    try:
        counts = _run(asked.file, asked.output, desk)
    except Unusable as unusable:
        return _refuse(str(unusable))
    except UnicodeDecodeError:
        return _refuse(desk.say("not_utf8", file=asked.file))
    except FileNotFoundError as missing:
        return _refuse(desk.say("no_file" if missing.filename == asked.file else "no_folder", file=missing.filename))
    except BrokenPipeError:
        # Whoever read our answers has stopped; what Python still holds must not be written at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INVALID
    except OSError as problem:
        return _refuse(desk.say("no_access", file=str(problem.filename or asked.file)))
    _sum_up(counts, asked.output, desk)
    if counts["refused"]:
        return INVALID
    return NOT_PUBLISHED if counts["not_published"] else ANSWERED


def _run(path: str, output: str, desk: Desk) -> Counter:
    with _opened(path) as file:
        size = 0 if path == "-" else os.fstat(file.fileno()).st_size
        encoding = "utf-8-sig" if file.peek(3).startswith(BOM) else "utf-8"
        lines = io.TextIOWrapper(file, "utf-8-sig", newline="")
        shown = sys.stderr.isatty() and size > 0
        bar = click.progressbar(length=size, file=sys.stderr, hidden=not shown, width=0)
        # A complaint takes the bar's line, and the bar is drawn anew on the next.
        clear = "\r\x1b[K" if shown else ""
        with bar, _written(output, encoding) as out:
            return answer_file(
                lines,
                out,
                desk,
                complain=lambda text: print(clear + text, file=sys.stderr),
                after_row=(lambda: bar.update(file.tell() - bar.pos)) if shown else lambda: None,
            )


def _sum_up(counts: Counter, output: str, desk: Desk) -> None:
    numbers = {name: str(counts[name]) for name in STATUS.values()}
    print(desk.say("summary", rows=str(counts.total()), **numbers), file=sys.stderr)
    if output != "-":
        print(desk.say("written", file=output), file=sys.stderr)
    print(desk.words.say(desk.lang, "common", "notices", "estimate"), file=sys.stderr)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return INVALID
