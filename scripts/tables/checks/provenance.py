"""Whether a source can carry the figure: a page cannot print a sum that was decided years after its date."""

from collections.abc import Iterator, Mapping

from scripts.tables.model import Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import Problem


def provenance(table: Table, sources: Mapping[str, dict]) -> Iterator[Problem]:
    """No sum of money, which is set anew each year, stands on a page dated before the year before its own."""
    if table.keyed_by not in ("calendar_year", "academic_year", "from_date"):
        return
    for row in table.rows.values():
        for column, cell in row.cells.items():
            for source in cell.sources if table.units[column].startswith("NOK") else ():
                printed = sources[source]["page_date"]
                if printed and int(printed[:4]) < int(row.key[:4]) - 1:
                    shows = {"row": row.key, "source": source, "page_date": printed}
                    yield Problem(LIMITS, cell.line, "source_before_row", shows)
