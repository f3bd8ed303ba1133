"""One calculator over a whole file: `python -m calculators batch deposit students.csv -o out.csv`.

How a file is read and answered stands in calculators/core/batch.py, which the page for many students uses too; here
are the files, the command and what it says.
"""

import argparse
import contextlib
import io
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from calculators.core.answer import ANSWERED, INVALID, NOT_PUBLISHED
from calculators.core.batch import BOM, Desk, Unusable, answer_file, guarded, summary
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words

__all__ = ["Desk", "answer_file", "guarded", "main"]


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
    print(summary(counts, desk), file=sys.stderr)
    if output != "-":
        print(desk.say("written", file=output), file=sys.stderr)
    print(desk.words.say_own(desk.lang, desk.calculator, "notices", "estimate"), file=sys.stderr)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return INVALID
