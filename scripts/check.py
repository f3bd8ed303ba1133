"""The editor's check: `python3 scripts/dev.py check [--lang nb|en] [--on DATE]`.

Reads the tables and the glossary. Prints each slip as `data/limits.yaml:LINE: …` and ends with status 1, or
says that all is well. With a date it then lists, table by table, what is overdue on that day, and ends with
status 1 if anything is.
"""

import argparse
import sys
from datetime import date

from scripts.glossary import load_glossary
from scripts.lint import lint
from scripts.tables import ROOT, Loaded, Refused, load
from scripts.tables.overdue import overdue
from scripts.tables.problems import WARNING

_ENDINGS = {
    "nb": ("{errors} feil og {warnings} advarsler. Rett dem før noe kan publiseres.",
           "Alt i orden: {tables} tabeller, {rows} rader, {figures} tall, {gaps} markerte hull, {terms} ord."),
    "en": ("{errors} errors and {warnings} warnings. Correct them before anything can be published.",
           "All is well: {tables} tables, {rows} rows, {figures} figures, {gaps} marked gaps, {terms} terms."),
}  # fmt: skip
_OVERDUE = {
    "nb": ("Forfalt {on}: {count}.", "Ingenting er forfalt {on}."),
    "en": ("Overdue on {on}: {count}.", "Nothing is overdue on {on}."),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the check; the exit status is 0 when nothing is wrong or overdue, else 1."""
    parser = argparse.ArgumentParser(prog="dev.py check", allow_abbrev=False)
    parser.add_argument("--lang", choices=("nb", "en"), default="nb", help="language of the messages")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="list what is overdue then")
    options = parser.parse_args(arguments)
    lang = options.lang
    refused, well = _ENDINGS[lang]
    try:
        loaded = load()
        terms = load_glossary()
        if problems := lint(loaded, ROOT):
            raise Refused(problems)
    except Refused as refusal:
        for problem in refusal.problems:
            print(problem.say(lang))
        warnings = sum(problem.severity == WARNING for problem in refusal.problems)
        print(refused.format(errors=len(refusal.problems) - warnings, warnings=warnings))
        return 1
    print(well.format(**_count(loaded), terms=len(terms)))
    return _list_overdue(loaded, options.on, lang) if options.on else 0


def _list_overdue(loaded: Loaded, on: date, lang: str) -> int:
    late = overdue(loaded, on)
    for problem in late:
        print(problem.say(lang))
    some, none = _OVERDUE[lang]
    print((some if late else none).format(count=len(late), on=on))
    return 1 if late else 0


def _count(loaded: Loaded) -> dict[str, int]:
    rows = [row for table in loaded.tables.values() for row in table.rows.values()]
    cells = [cell for row in rows for cell in row.cells.values()]
    gaps = sum(cell.value is None for cell in cells)
    return {"tables": len(loaded.tables), "rows": len(rows), "figures": len(cells) - gaps, "gaps": gaps}


if __name__ == "__main__":
    sys.exit(main())
