"""The gaps in the years in force, a line a table: nothing is wrong with them, but an editor should see them."""

from scripts.tables import Loaded
from scripts.tables.places import LIMITS
from scripts.year.words import words
from scripts.year.years import ACADEMIC, CALENDAR


def gaps_in_force(loaded: Loaded, lang: str) -> list[str]:
    """Where a figure of a year in force is null: `data/limits.yaml:61: …` for each table, then how many there are."""
    say = words().say
    in_force = {CALENDAR: loaded.in_force.calendar_year, ACADEMIC: loaded.in_force.academic_year}
    lines = []
    for table in loaded.tables.values():
        row = table.rows.get(in_force.get(table.keyed_by, ""))
        missing = [column for column, cell in row.cells.items() if cell.value is None] if row else []
        if missing:
            columns = say(lang, "gaps", "every") if len(missing) == len(row.cells) > 1 else ", ".join(missing)
            shows = {"file": LIMITS, "line": row.cells[missing[0]].line, "table": table.name, "row": row.key}
            lines.append(say(lang, "gaps", "line", **shows, columns=columns))
    key = "some" if lines else "none"
    return [*lines, say(lang, "gaps", key, count=len(lines), years=", ".join(in_force.values()))]
