"""The editor's check: `python3 scripts/dev.py check [--lang nb|en] [--on DATE] [--summary]`.

Reads the tables, the glossary and the pages. Prints each slip as `data/limits.yaml:LINE: …` and ends with status 1,
or says that all is well and where the years in force have gaps. With a date it lists instead, table by table, what is
overdue on that day, and ends with status 1 if anything is. --summary says it as Markdown in both languages, for the
page on which a forge tells what came of a change.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date

from scripts.glossary import load_glossary
from scripts.lint import lint
from scripts.tables import ROOT, Loaded, Refused, load
from scripts.tables.overdue import overdue
from scripts.tables.problems import WARNING, Problem
from scripts.year.gaps import gaps_in_force

LANGUAGES = ("nb", "en")
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
_TITLE = {"nb": "Kontroll av tall og sider", "en": "Check of figures and pages"}


@dataclass(frozen=True)
class _Outcome:
    """What came of a check, in one language: the verdict if all is well, the places, how many or which they are."""

    well: str | None
    places: list[str]
    count: str

    def plain(self) -> str:
        """Lines for a terminal."""
        return "\n".join([*([self.well] if self.well else []), *self.places, self.count])

    def markdown(self, title: str) -> str:
        """A section for a review, under this title."""
        parts = [f"## {title}", *([f"**{self.well}**"] if self.well else []), self.count]
        if self.places:
            parts.append("\n".join(f"- {place}" for place in self.places))
        return "\n\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the check; the exit status is 0 when nothing is wrong or overdue, else 1."""
    parser = argparse.ArgumentParser(prog="dev.py check", allow_abbrev=False)
    parser.add_argument("--lang", choices=LANGUAGES, default="nb", help="language of the messages")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="list what is overdue then")
    parser.add_argument("--summary", action="store_true", help="Markdown in both languages")
    options = parser.parse_args(arguments)
    problems, late = [], []
    try:
        loaded = load()
        terms = load_glossary()
        if slips := lint(loaded, ROOT):
            raise Refused(slips)
    except Refused as refusal:
        problems = refusal.problems
    else:
        late = overdue(loaded, options.on) if options.on else []
    for lang in LANGUAGES if options.summary else [options.lang]:
        said = _refused(problems, lang) if problems else _accepted(loaded, len(terms), options.on, late, lang)
        print(said.markdown(_TITLE[lang]) if options.summary else said.plain())
    return 1 if problems or late else 0


def _refused(problems: list[Problem], lang: str) -> _Outcome:
    warnings = sum(problem.severity == WARNING for problem in problems)
    count = _ENDINGS[lang][0].format(errors=len(problems) - warnings, warnings=warnings)
    return _Outcome(None, [problem.say(lang) for problem in problems], count)


def _accepted(loaded: Loaded, terms: int, on: date | None, late: list[Problem], lang: str) -> _Outcome:
    well = _ENDINGS[lang][1].format(**_count(loaded), terms=terms)
    if on is None:
        *places, count = gaps_in_force(loaded, lang)
        return _Outcome(well, places, count)
    some, none = _OVERDUE[lang]
    return _Outcome(well, [each.say(lang) for each in late], (some if late else none).format(count=len(late), on=on))


def _count(loaded: Loaded) -> dict[str, int]:
    rows = [row for table in loaded.tables.values() for row in table.rows.values()]
    cells = [cell for row in rows for cell in row.cells.values()]
    gaps = sum(cell.value is None for cell in cells)
    return {"tables": len(loaded.tables), "rows": len(rows), "figures": len(cells) - gaps, "gaps": gaps}


if __name__ == "__main__":
    sys.exit(main())
