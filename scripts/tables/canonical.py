"""The one JSON that text, calculators and open data read: same rows in, same bytes out."""

import json

from scripts.tables.model import Cell, InForce, Table


def canonical_json(
    in_force: InForce,
    tables: dict[str, Table],
    sources: dict[str, dict],
    contacts: dict[str, dict],
    holidays: list[str],
) -> bytes:
    """All tables and public holidays as JSON in UTF-8, numbers as strings. Same YAML in, same bytes out."""
    contents = {
        "in_force": {
            "calendar_year": in_force.calendar_year,
            "academic_year": in_force.academic_year,
            "until": in_force.until,
        },
        "sources": sources,
        "contacts": contacts,
        "tables": {name: _table(table) for name, table in tables.items()},
        "holidays": holidays,
    }
    return json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()


def _table(table: Table) -> dict:
    return {
        "label": table.label,
        "explain": table.explain,
        "rule": table.rule,
        "keyed_by": table.keyed_by,
        "columns": {name: {"label": table.column_labels[name], "unit": unit} for name, unit in table.units.items()},
        "rows": {
            key: {
                "label": row.label,
                "note": row.note,
                "cells": {name: _cell(cell) for name, cell in row.cells.items()},
            }
            for key, row in table.rows.items()
        },
    }


def _cell(cell: Cell) -> dict:
    if cell.value is None:
        return {"value": None}
    value = cell.value if isinstance(cell.value, (str, dict)) else f"{cell.value:f}"
    return {"value": value, "status": cell.status, "sources": list(cell.sources)}
