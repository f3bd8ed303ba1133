"""A page that shows the last but one figure of a table kept by date, and not the newest: it would pass for the newest.

A figure kept by the year follows `in_force` by itself. One kept by date is named by its day, and stays on the page when
a new row comes.
"""

from collections.abc import Iterator

from scripts.lint.page import Page
from scripts.tables import Loaded
from scripts.tables.problems import Problem


def outrun(page: Page, loaded: Loaded) -> Iterator[Problem]:
    """Each place where a section shows the newest figure but one of a column, and nowhere the newest."""
    shown = {}
    for call in page.calls:
        if call.name == "figure" and len(call.arguments) == 3:
            shown.setdefault((call.section, *map(str, call.arguments)), call.line)
    for (section, table, column, row), line in shown.items():
        known = _known(loaded, table, column)
        if known[-2:-1] == [row] and (section, table, column, known[-1]) not in shown:
            use = f'{{{{ figure("{table}", "{column}", "{known[-1]}") }}}}'
            yield Problem(page.file, line, "newer_row", {"table": table, "row": known[-1], "shown": row, "use": use})


def _known(loaded: Loaded, table: str, column: str) -> list[str]:
    """The rows of a table kept by date in which the column has a figure, the oldest first."""
    found = loaded.tables.get(table)
    if found is None or found.keyed_by != "from_date" or column not in found.units:
        return []
    return [row.key for row in found.rows.values() if row.cells[column].value is not None]
