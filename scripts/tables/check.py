"""The editor's check: `python3 scripts/dev.py check [--lang nb|en]`.

Prints each slip as `data/limits.yaml:LINE: …` and ends with status 1, or says that all is well.
"""

import argparse
import sys

from scripts.tables import Loaded, Refused, load
from scripts.tables.problems import WARNING

_ENDINGS = {
    "nb": ("{errors} feil og {warnings} advarsler. Rett dem før noe kan publiseres.",
           "Alt i orden: {tables} tabeller, {rows} rader, {figures} tall, {gaps} markerte hull."),
    "en": ("{errors} errors and {warnings} warnings. Correct them before anything can be published.",
           "All is well: {tables} tables, {rows} rows, {figures} figures, {gaps} marked gaps."),
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the check; the exit status is 0 when nothing is wrong, else 1."""
    parser = argparse.ArgumentParser(prog="dev.py check", allow_abbrev=False)
    parser.add_argument("--lang", choices=("nb", "en"), default="nb", help="language of the messages")
    lang = parser.parse_args(arguments).lang
    refused, well = _ENDINGS[lang]
    try:
        loaded = load()
    except Refused as refusal:
        for problem in refusal.problems:
            print(problem.say(lang))
        warnings = sum(problem.severity == WARNING for problem in refusal.problems)
        print(refused.format(errors=len(refusal.problems) - warnings, warnings=warnings))
        return 1
    print(well.format(**_count(loaded)))
    return 0


def _count(loaded: Loaded) -> dict[str, int]:
    rows = [row for table in loaded.tables.values() for row in table.rows.values()]
    cells = [cell for row in rows for cell in row.cells.values()]
    gaps = sum(cell.value is None for cell in cells)
    return {"tables": len(loaded.tables), "rows": len(rows), "figures": len(cells) - gaps, "gaps": gaps}


if __name__ == "__main__":
    sys.exit(main())
