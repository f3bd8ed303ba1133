"""From YAML nodes to tables: row keys, units, sources and status, each slip with its line."""

import re
from datetime import date
from pathlib import Path

from scripts.tables.model import NUMERIC_UNITS, Cell, InForce, Row, Table
from scripts.tables.nodes import Entries, Items, Node, Text, read_nodes, text_data
from scripts.tables.places import LIMITS, SOURCES
from scripts.tables.problems import Problem, Refused
from scripts.tables.structure import shape_problems
from scripts.tables.texts import text_problems

ROW_WORDS = ("label", "sources", "status", "note", "accepted")


def read_sources(root: Path) -> tuple[dict[str, int], dict[str, dict]]:
    """data/sources.yaml: the line of each id, and {id: {title, publisher, kind, url, page_date, read}}.

    Raises Refused.
    """
    top = shaped(root, SOURCES)
    problems = [
        Problem(SOURCES, entry.values[name].line, "not_a_date", {"value": entry.values[name].value})
        for entry in top.values.values()
        for name in ("page_date", "read")
        if not entry.values[name].is_null and not is_date(entry.values[name].value)
    ]
    problems += [
        Problem(SOURCES, entry.values["read"].line, "read_before_page", {"source": name})
        for name, entry in top.values.items()
        if not entry.values["page_date"].is_null
        and not entry.values["read"].is_null
        and entry.values["read"].value < entry.values["page_date"].value
    ]
    if problems:
        raise Refused(problems)
    return top.key_lines, text_data(top)


def read_tables(root: Path, sources: dict[str, dict]) -> tuple[InForce, dict[str, Table]]:
    """data/limits.yaml as tables. Raises Refused with every slip in shape, keys, units and sources."""
    top = shaped(root, LIMITS)
    problems = text_problems(top, LIMITS)
    in_force = _in_force(top.values["in_force"], problems)
    tables = {
        name: _table(name, top.key_lines[name], node, sources, problems)
        for name, node in top.values.items()
        if name != "in_force"
    }
    if problems:
        raise Refused(problems)
    return in_force, tables


def shaped(root: Path, file: str) -> Entries:
    """The nodes of one of the files, once its schema has nothing to say. Raises Refused."""
    path = root / file
    top = read_nodes(path.read_bytes(), file)
    problems = shape_problems(top, file, path.with_suffix(".schema.json"))
    if problems:
        raise Refused(problems)
    return top


def _in_force(node: Entries, problems: list[Problem]) -> InForce:
    values = {key: value.value for key, value in node.values.items()}
    lines = {key: value.line for key, value in node.values.items()}
    if not re.fullmatch("[0-9]{4}", values["calendar_year"]):
        problems.append(
            Problem(LIMITS, lines["calendar_year"], "bad_row_key_calendar_year", {"key": values["calendar_year"]})
        )
    if not _is_academic_year(values["academic_year"]):
        problems.append(
            Problem(LIMITS, lines["academic_year"], "bad_row_key_academic_year", {"key": values["academic_year"]})
        )
    if not is_date(values["until"]):
        problems.append(Problem(LIMITS, lines["until"], "not_a_date", {"value": values["until"]}))
    return InForce(values["calendar_year"], values["academic_year"], values["until"], lines)


def _table(name: str, line: int, node: Entries, sources: dict, problems: list[Problem]) -> Table:
    data = {key: text_data(value) for key, value in node.values.items() if key not in ("rows", "columns")}
    columns = node.values["columns"].values
    units = {key: column.values["unit"].value for key, column in columns.items()}
    checks = node.get("checks")
    keyed_by = data["keyed_by"]
    rows_node = node.values["rows"]
    rows = {
        key: _row(name, key, keyed_by, units, rows_node.key_lines[key], row, sources, problems)
        for key, row in rows_node.values.items()
    }
    return Table(
        name=name,
        line=line,
        label=data["label"],
        explain=data["explain"],
        rule=data.get("rule"),
        keyed_by=keyed_by,
        units=units,
        column_labels={key: text_data(column.values["label"]) for key, column in columns.items()},
        checks=data.get("checks", {}),
        check_lines=checks.key_lines if isinstance(checks, Entries) else {},
        rows=rows,
    )


def _row(
    table: str,
    key: str,
    keyed_by: str,
    units: dict,
    line: int,
    node: Entries,
    sources: dict,
    problems: list[Problem],
) -> Row:
    if not _KEY_FORMS[keyed_by](key):
        problems.append(Problem(LIMITS, line, f"bad_row_key_{keyed_by}", {"key": key}))
    if keyed_by in ("institution", "case") and "label" not in node.values:
        problems.append(Problem(LIMITS, line, "missing_key", {"key": key, "missing": "label"}))
    for column in node.values:
        if column not in units and column not in ROW_WORDS:
            known = ", ".join(units)
            shows = {"table": table, "column": column, "known": known}
            problems.append(Problem(LIMITS, node.key_lines[column], "unknown_column", shows))
    for column in units:
        if column not in node.values:
            problems.append(Problem(LIMITS, line, "missing_cell", {"row": key, "column": column}))
    known = len(problems)
    cells = {
        column: _cell(column, unit, node.values[column], node, sources, problems)
        for column, unit in units.items()
        if column in node.values
    }
    # A figure that could not be read is told by itself, not also as a missing one.
    if len(problems) == known and node.get("sources") and all(cell.value is None for cell in cells.values()):
        problems.append(Problem(LIMITS, line, "sources_without_value", {"row": key}))
    accepted = _listed(node.get("accepted"))
    for each in accepted:
        if not is_date(each.values["on"].value):
            shows = {"value": each.values["on"].value}
            problems.append(Problem(LIMITS, each.values["on"].line, "not_a_date", shows))
    return Row(
        key=key,
        line=line,
        cells=cells,
        label=text_data(node.values["label"]) if "label" in node.values else None,
        note=text_data(node.values["note"]) if "note" in node.values else None,
        accepted={each.values["check"].value: each.line for each in accepted},
    )


def _listed(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else node.values if isinstance(node, Items) else (node,)


def _cell(column: str, unit: str, node: Node, row: Entries, sources: dict, problems: list[Problem]) -> Cell:
    own = node if isinstance(node, Entries) and "value" in node.values else None
    value_node = own.values["value"] if own else node
    value = _value(column, unit, value_node, problems)
    sources_node = (own and own.get("sources")) or row.get("sources")
    status_node = (own and own.get("status")) or row.get("status")
    cited = cited_in(sources_node, sources, LIMITS, problems)
    status = status_node.value if isinstance(status_node, Text) else None
    line = value_node.line
    if value is None:
        return Cell(None, line, None, ())
    for name, there in (("sources", sources_node), ("status", status_node)):
        if there is None:
            problems.append(Problem(LIMITS, line, "value_without", {"column": column, "missing": name}))
    if status == "official" and cited and not read_official(cited, sources):
        problems.append(Problem(LIMITS, status_node.line, "official_without_official_source", {"column": column}))
    elif cited and all(sources[each]["read"] is None for each in cited):
        problems.append(Problem(LIMITS, line, "no_read_source", {"column": column}))
    return Cell(value, line, status, cited)


def read_official(cited: tuple[str, ...], sources: dict) -> bool:
    """Whether one of the sources is an official page that we have read."""
    return any(sources[each]["kind"] == "official" and sources[each]["read"] is not None for each in cited)


def cited_in(node: Node | None, sources: dict, file: str, problems: list[Problem]) -> tuple[str, ...]:
    """The known sources that a list of ids names; an unknown one is added to the problems."""
    if not isinstance(node, Items):
        return ()
    for each in node.values:
        if each.value not in sources:
            problems.append(Problem(file, each.line, "unknown_source", {"source": each.value}))
    return tuple(each.value for each in node.values if each.value in sources)


def _value(column: str, unit: str, node: Node, problems: list[Problem]):
    if isinstance(node, Text) and node.is_null:
        return None
    shows = {"column": column, "value": node.value if isinstance(node, Text) else "…", "unit": unit}
    if unit in NUMERIC_UNITS:
        if isinstance(node, Text) and node.number is not None:
            return node.number
        quoted = isinstance(node, Text) and not node.plain
        problems.append(Problem(LIMITS, node.line, "quoted_number" if quoted else "not_a_number", shows))
        return None
    if unit == "text":
        if isinstance(node, Entries):
            return text_data(node)
        if isinstance(node, Text) and not node.plain:
            return node.value
        problems.append(Problem(LIMITS, node.line, "text_not_quoted", shows))
        return None
    fits = isinstance(node, Text) and (is_date(node.value) if unit == "date" else _is_month_day(node.value))
    if not fits:
        problems.append(Problem(LIMITS, node.line, "not_a_date" if unit == "date" else "not_a_month_day", shows))
        return None
    return node.value


def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar, written 2026-12-31."""
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_month_day(text: str) -> bool:
    return re.fullmatch(r"[0-9]{2}-[0-9]{2}", text) is not None and is_date(f"2024-{text}")


def _is_academic_year(text: str) -> bool:
    match = re.fullmatch(r"((?:19|20)[0-9]{2})-([0-9]{2})", text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


_KEY_FORMS = {
    "calendar_year": lambda key: re.fullmatch(r"(19|20)[0-9]{2}", key),
    "academic_year": _is_academic_year,
    "from_date": is_date,
    "institution": lambda key: re.fullmatch(r"[a-z][a-z0-9_]*", key),
    "case": lambda key: re.fullmatch(r"[a-z][a-z0-9_]*", key),
    "months": lambda key: re.fullmatch(r"[1-9]|1[0-2]", key),
}
