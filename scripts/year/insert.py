"""A new year put into data/limits.yaml and data/changes.yaml, where every other line stays as it was.

ruamel.yaml says where things stand; the new lines go in as text. Its round trip would rewrap the long rows and drop
each written `null`, 700 lines of our file, in which a reviewer could not see the new ones.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

# What an editor finds in a new row: the cells as gaps, and the words that the first figure needs beside it.
TO_FILL = ("# sources: [id-from-sources-yaml]", "# status: official or secondary")
YEARS_HEADER = "# The years that new-year opened, the oldest first; with each, the year before it was closed.\n"


class Unplaceable(Exception):
    """The file is written in a way that leaves no place for the new lines. The message names the place."""


def limits_with(text: str, in_force: Mapping[str, str], year: str, columns: Mapping[str, Iterable[str]]) -> str:
    """data/limits.yaml with new values in `in_force` and, in the tables that `columns` names, a row of gaps last.

    `columns` maps a table's name to its columns. Raises Unplaceable.
    """
    top = _entries(_compose(text))
    edits = [(*_span(node), in_force[name]) for name, node in _entries(top["in_force"]).items()]
    for table, names in columns.items():
        rows = _entries(top[table])["rows"]
        if rows.flow_style:
            raise Unplaceable(f"{table}: rows: {{…}}")
        indent = rows.value[-1][0].start_mark.column
        place = _after_row(text, rows)
        edits.append((place, place, _gap_row(year, names, " " * indent)))
    return _edited(text, edits)


def changes_with(text: str, year: str, on: date) -> str:
    """data/changes.yaml with the opened year under `years`, which is made where it is missing. Raises Unplaceable."""
    top = _compose(text)
    entry = f"  - {{on: {on}, year: {year}}}\n"
    years = _entries(top).get("years")
    if years is None:
        place = next(key.start_mark.index for key, _ in top.value if key.value == "changes")
        return _edited(text, [(place, place, f"{YEARS_HEADER}years:\n{entry}\n")])
    if years.flow_style:
        if years.value:
            raise Unplaceable("years: […]")
        start, end = _span(years)
        return _edited(text, [(len(text[:start].rstrip(" ")), end, f"\n{entry.rstrip()}")])
    place = _line_end(text, _end(years))
    return _edited(text, [(place, place, entry)])


def _compose(text: str) -> MappingNode:
    try:
        return YAML().compose(text)
    except YAMLError as error:
        raise Unplaceable(str(error)) from None


def _entries(node: Node) -> dict[str, Node]:
    return {key.value: value for key, value in node.value}


def _span(node: Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _end(node: Node) -> int:
    """Where the last sign of a node stands: a block's own end mark lies after the comments that follow it."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    return node.end_mark.index


def _after_row(text: str, rows: MappingNode) -> int:
    """The start of the line after the last row, with the remarks that are indented under it."""
    indent = rows.value[-1][0].start_mark.column
    place = _line_end(text, len(text[: _end(rows)].rstrip()))
    while True:
        line = text[place : _line_end(text, place)]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= indent:
            return place
        place += len(line)


def _line_end(text: str, place: int) -> int:
    """The start of the line after the one on which this place lies."""
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _gap_row(year: str, columns: Iterable[str], indent: str) -> str:
    lines = [f"{indent}{year}:", *(f"{indent}  {column}: null" for column in columns)]
    lines += [f"{indent}  {each}" for each in TO_FILL]
    return "\n".join(lines) + "\n"


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with every span replaced; a new line begins on a line of its own, also at the end of the file."""
    for start, end, new in sorted(edits, reverse=True):
        before = text[:start]
        if new.endswith("\n") and before and not before.endswith("\n"):
            before += "\n"
        text = before + new + text[end:]
    return text
