"""What the tests of the tables share: a copy of data/, a place in a file, and what the check says about it."""

import re
import shutil
from functools import cache
from pathlib import Path

import yaml

from scripts.tables import ROOT, Loaded, Problem, Refused, load
from scripts.tables.places import CHANGES, CONTACTS, LIMITS, LOCK, SOURCES

FILES = (LIMITS, SOURCES, CONTACTS, CHANGES)


def data_copy(root: Path, tables: set[str] | None = None) -> Path:
    """A folder with its own copy of data/, without the lock of closed years.

    With `tables`, every other table is cut out, and every source that nothing cites: the same figures, read in a
    fraction of the time.
    """
    shutil.copytree(ROOT / "data", root / "data")
    (root / LOCK).unlink(missing_ok=True)
    if tables is not None:
        limits = _keep(root / LIMITS, tables | {"in_force"})
        cited = re.findall(r"[a-z][a-z0-9-]*", limits + (root / CONTACTS).read_text(encoding="utf-8"))
        _keep(root / SOURCES, set(cited))
    return root


def _keep(path: Path, names: set[str]) -> str:
    """Cut every other top-level block out of a file."""
    text = path.read_text(encoding="utf-8")
    starts = [key.start_mark.index for key, _ in yaml.compose(text, Loader=yaml.CSafeLoader).value]
    for first, last in reversed([*zip(starts, [*starts[1:], len(text)], strict=True)]):
        if text[first : text.index(":", first)] not in names:
            text = text[:first] + text[last:]
    path.write_text(text, encoding="utf-8")
    return text


@cache
def our_tables() -> Loaded:
    """The tables of this repository, read once."""
    return load()


def problems_in(root: Path) -> list[Problem]:
    """What load() refuses, in file order; empty when it accepts."""
    try:
        load(root)
    except Refused as refusal:
        return refusal.problems
    return []


def node_at(text: str, path: tuple[str, ...]) -> yaml.Node:
    """The YAML node at a path of keys and list positions; of a cell written {value: …}, its value."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    for step in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[int(step)]
        else:
            node = next(value for key, value in node.value if key.value == step)
    return node


def cell_span(text: str, at: str) -> tuple[int, int]:
    """Where the value of `table.row.column` stands in limits.yaml: from the first sign to after the last."""
    table, row, column = at.split(".")
    node = node_at(text, (table, "rows", row, column))
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "value"), node)
    return node.start_mark.index, node.end_mark.index


def row_span(text: str, row: str) -> tuple[int, int]:
    """Where the row `table.row` of limits.yaml begins, with its key, and ends, whatever form it is written in."""
    key, value = row_entry(text, row)
    end = value.end_mark.index
    return key.start_mark.index, len(text[:end].rstrip())


def row_entry(text: str, row: str) -> tuple[yaml.Node, yaml.Node]:
    """The key and the value of a row, as YAML nodes."""
    table, name = row.split(".")
    return next(entry for entry in node_at(text, (table, "rows")).value if entry[0].value == name)


def row_with(text: str, row: str, entry: str) -> str:
    """The text with one more `name: value` first in a row."""
    _, value = row_entry(text, row)
    place = value.start_mark.index
    if value.flow_style:
        return f"{text[: place + 1]}{entry}, {text[place + 1 :]}"
    return f"{text[:place]}{entry}\n{' ' * value.start_mark.column}{text[place:]}"


def row_without(text: str, row: str, name: str) -> str:
    """The text without one name of a row."""
    _, value = row_entry(text, row)
    key, node = next(entry for entry in value.value if entry[0].value == name)
    first, last = key.start_mark.index, node.end_mark.index
    if value.flow_style:
        return text[:first] + text[last:].removeprefix(",").lstrip(" ")
    return text[: text.rindex("\n", 0, first)] + text[len(text[:last].rstrip()) :]


def block_span(text: str, name: str) -> tuple[int, int]:
    """Where the block of one top-level name begins and ends in a file."""
    top = yaml.compose(text, Loader=yaml.CSafeLoader)
    starts = {key.value: key.start_mark.index for key, _ in top.value}
    later = [start for start in starts.values() if start > starts[name]]
    return starts[name], min(later, default=len(text))


def line_of(text: str, index: int) -> int:
    """The line number of a place in a text, counted from 1."""
    return text.count("\n", 0, index) + 1
