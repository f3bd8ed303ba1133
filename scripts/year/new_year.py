"""Open a new year: `python3 scripts/dev.py new-year 2027` (calendar) or `new-year 2027-28` (academic).

Every table kept by that kind of year gets a row of gaps for it, `in_force` moves, the year before is closed (its
figures go into data/closed-years.lock, as `freeze` does it) and data/changes.yaml notes the day. What is published
later is entered by hand; until then readers see gaps, never last year's figures.

`until`, the last day the figures are meant for, becomes the last day on which both years in force run: 31 July after
a calendar year was opened, 31 December after an academic year was. So the two kinds of year are opened in turn.

    --on DATE     the day the year is opened, as it stands in data/changes.yaml; without it the year's first day
    --dry-run     print what would change, and change nothing
    --lang nb|en  the language of the checklist and the messages
    --out FILE    write the checklist into a file too

Prints a checklist in Markdown: what to look up, on which page, by when, and what the checks will demand. Ends with
status 1 when the tables have slips (nothing is written on top of those) and 2 when the year cannot be the next one or
FILE cannot be written.
"""

import argparse
import difflib
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from scripts.tables import ROOT, Loaded, Refused, load
from scripts.tables.checks.periods import next_year
from scripts.tables.closed import lock_text
from scripts.tables.overdue import FIRST_DAY
from scripts.tables.places import CHANGES, LIMITS, LOCK
from scripts.year.checklist import checklist
from scripts.year.insert import Unplaceable, changes_with, limits_with
from scripts.year.words import words
from scripts.year.years import ACADEMIC, CALENDAR, hold_until, kind_of


class NotNext(ValueError):
    """The year asked for cannot be opened now. `reason` is a key of texts.yaml, `shows` what its sentence needs."""

    def __init__(self, reason: str, **shows: str):
        super().__init__(f"{reason}: {shows}")
        self.reason, self.shows = reason, shows


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Open the year under `root`/data; the exit status is 0, 1 when the tables are refused, 2 for a wrong year."""
    options = _options(arguments)
    lang, say = options.lang, words().say
    try:
        before = load(root)
        kind = check_is_next(options.year, before)
        on = options.on or date.fromisoformat(f"{options.year[:4]}-{FIRST_DAY[kind]}")
        files, after = opened(root, before, options.year, on)
    except Refused as refusal:
        for problem in refusal.problems:
            print(problem.say(lang))
        print(say(lang, "new_year", "bad_tables"))
        return 1
    except Unplaceable as problem:
        print(say(lang, "new_year", "unsafe", what=str(problem)))
        return 1
    except NotNext as refusal:
        print(say(lang, "new_year", refusal.reason, **refusal.shows))
        return 2
    if options.dry_run:
        sys.stdout.writelines(_diff(root, files))
        return 0
    listed = checklist(before, after, options.year, on, lang)
    if options.out:
        try:
            options.out.write_text(listed, encoding="utf-8", newline="\n")
        except OSError as problem:
            print(say(lang, "new_year", "not_written", file=options.out, why=problem.strerror))
            return 2
        print(say(lang, "new_year", "written", file=options.out), file=sys.stderr)
    for file, text in files.items():
        _write(root / file, text)
    print(listed, end="")
    print(say(lang, "new_year", "in_order", files=", ".join(files)), file=sys.stderr)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py new-year", allow_abbrev=False)
    parser.add_argument("year", help="2027 for a calendar year, 2027-28 for an academic year")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="the day the year is opened")
    parser.add_argument("--dry-run", action="store_true", help="print what would change, and change nothing")
    parser.add_argument("--lang", choices=("nb", "en"), default="nb", help="language of the checklist")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the checklist into this file too")
    return parser.parse_args(arguments)


def check_is_next(year: str, loaded: Loaded) -> str:
    """The kind of the year, `calendar_year` or `academic_year`, if it is the one to open now. Raises NotNext."""
    current = {CALENDAR: loaded.in_force.calendar_year, ACADEMIC: loaded.in_force.academic_year}
    kind = kind_of(year)
    if kind is None:
        raise NotNext(
            "malformed", year=year, calendar=next_year(current[CALENDAR]), academic=next_year(current[ACADEMIC])
        )
    following = next_year(current[kind])
    if year < following:
        raise NotNext("already", year=year, current=current[kind], next=following)
    if year > following:
        raise NotNext("skips", year=year, next=following)
    other = ACADEMIC if kind == CALENDAR else CALENDAR
    moved = {**current, kind: year}
    if int(moved[CALENDAR]) - int(moved[ACADEMIC][:4]) not in (0, 1):
        raise NotNext("apart", year=year, other=current[other], first=next_year(current[other]))
    return kind


def opened(root: Path, before: Loaded, year: str, on: date) -> tuple[dict[str, str], Loaded]:
    """The files with the year opened, {place: text}, and the tables they make. Writes nothing under `root`.

    Raises Unplaceable when anything but the new rows and `in_force` would read differently, and Refused when the
    check has something to say about the outcome.
    """
    kind = kind_of(year)
    years = {CALENDAR: before.in_force.calendar_year, ACADEMIC: before.in_force.academic_year, kind: year}
    in_force = {**years, "until": str(hold_until(years[CALENDAR], years[ACADEMIC]))}
    rows = {
        table.name: list(table.units)
        for table in before.tables.values()
        if table.keyed_by == kind and year not in table.rows
    }
    files = {
        LIMITS: limits_with(_read(root / LIMITS), in_force, year, rows),
        CHANGES: changes_with(_read(root / CHANGES), year, on),
    }
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root / "data", Path(folder) / "data")
        for file, text in files.items():
            _write(Path(folder) / file, text)
        after = load(Path(folder))
        _nothing_else_changed(before, after, in_force, year, rows)
        files[LOCK] = lock_text(after.tables, after.in_force)
        _write(Path(folder) / LOCK, files[LOCK])
        return files, load(Path(folder))


def _nothing_else_changed(
    before: Loaded, after: Loaded, in_force: Mapping[str, str], year: str, rows: Mapping[str, list[str]]
) -> None:
    """Read back: the tables are those from before, with the new rows and nothing in them, and the new `in_force`."""
    wanted, found = json.loads(before.canonical), json.loads(after.canonical)
    wanted["in_force"] = dict(in_force)
    for name, columns in rows.items():
        gaps = {column: {"value": None} for column in columns}
        wanted["tables"][name]["rows"][year] = {"label": None, "note": None, "cells": gaps}
    for name in wanted["tables"]:
        if json.dumps(wanted["tables"][name]) != json.dumps(found["tables"].get(name)):
            raise Unplaceable(name)
        if before.tables[name].checks != after.tables[name].checks:
            raise Unplaceable(f"{name}: checks")
    if wanted != found:
        raise Unplaceable(LIMITS)
    if _corrections(before) != _corrections(after):
        raise Unplaceable(CHANGES)


def _corrections(loaded: Loaded) -> list[dict]:
    return [{name: value for name, value in change.items() if name != "line"} for change in loaded.changes]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Write a file with the line ends it has."""
    newline = "\r\n" if path.exists() and b"\r\n" in path.read_bytes() else "\n"
    path.write_text(text, encoding="utf-8", newline=newline)


def _diff(root: Path, files: Mapping[str, str]) -> list[str]:
    lines = []
    for file, text in files.items():
        old = _read(root / file) if (root / file).exists() else ""
        lines += difflib.unified_diff(old.splitlines(True), text.splitlines(True), f"a/{file}", f"b/{file}", n=2)
    return lines


if __name__ == "__main__":
    sys.exit(main())
