"""YAML read as text with line numbers, never by YAML's own types.

YAML would make 15:00 nine hundred, 0614 three hundred and ninety-six and `no` false, and it drops the
first of two equal keys without a word. Here every scalar keeps its text, its quotes and its line.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import yaml

from scripts.tables.damage import suspect
from scripts.tables.problems import Problem, Refused

# No sum in Norwegian student finance has more than twelve digits; a longer one is two figures run together.
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,9})?")
MAX_DEPTH = 40
# What a person cannot see or an editor counts as a line of its own: control signs, a lone carriage return,
# Unicode's line separators, zero-width and direction marks, a byte order mark inside the text.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]|\r(?!\n)"
)
NESTING = re.compile(r"[{\[]|[}\]]|\n")
ITEMS_IN_A_ROW = re.compile(rf"(?:[-?:][ \t]+){{{MAX_DEPTH}}}")

try:
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader


@dataclass(frozen=True)
class Text:
    """A scalar as it stands in the file. `plain` is False when it is quoted or a block of text."""

    value: str
    plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether it says "not published": null, ~ or nothing at all."""
        return self.plain and self.value in ("null", "~", "")

    @property
    def number(self) -> Decimal | None:
        """The number, if it is a plain, unquoted one without leading zeros."""
        return Decimal(self.value) if self.plain and NUMBER.fullmatch(self.value) else None


@dataclass(frozen=True)
class Items:
    """A list, with the line it starts on."""

    values: tuple["Node", ...]
    line: int


@dataclass(frozen=True)
class Entries:
    """A mapping: key text → value; `key_lines` tells where each key stands."""

    values: dict[str, "Node"]
    key_lines: dict[str, int]
    line: int

    def get(self, key: str) -> "Node | None":
        """The value under `key`, or None."""
        return self.values.get(key)


Node = Text | Items | Entries


@functools.lru_cache(maxsize=256)
def read_nodes(data: bytes, file: str) -> Entries:
    """Read one YAML file whose top is a mapping. Raises Refused with the file and line of each slip.

    What is read must not be changed: the same contents are read once, for each language asks for them again.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused([Problem(file, data[: error.start].count(b"\n") + 1, "not_utf8")]) from None
    text = text.removeprefix("\ufeff")
    invisible = INVISIBLE.search(text)
    if invisible:
        raise Refused([Problem(file, text.count("\n", 0, invisible.start()) + 1, "bad_character")])
    too_deep = _too_deep(text)
    if too_deep:
        raise Refused([Problem(file, too_deep, "too_deep")])
    try:
        top = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line + 1, text.rstrip().count("\n") + 1) if mark else 1
        line, rule = suspect(text, line) or (line, "syntax")
        raise Refused([Problem(file, line, rule, {"what": error.problem or error.context})]) from None
    problems: list[Problem] = []
    if not isinstance(top, yaml.MappingNode):
        raise Refused([Problem(file, 1, "top_not_mapping")])
    read = _read(top, file, problems, set(), 0)
    if problems:
        raise Refused(problems)
    return read


def _too_deep(text: str) -> int | None:
    """The line where brackets or list signs are nested beyond all sense.

    Asked before the parser: libyaml composes by recursion in C, where enough brackets end the whole process.
    """
    items = ITEMS_IN_A_ROW.search(text)
    if items:
        return text.count("\n", 0, items.start()) + 1
    depth, line = 0, 1
    for sign in NESTING.findall(text):
        if sign == "\n":
            line += 1
        else:
            depth = max(0, depth + (1 if sign in "{[" else -1))
        if depth > MAX_DEPTH:
            return line
    return None


def _read(node: yaml.Node, file: str, problems: list[Problem], seen: set[int], depth: int) -> Node:
    line = node.start_mark.line + 1
    if id(node) in seen or depth > MAX_DEPTH:
        problems.append(Problem(file, line, "alias" if id(node) in seen else "too_deep"))
        return Text("", True, line)
    seen.add(id(node))
    if not node.tag.startswith("tag:yaml.org,2002:"):
        problems.append(Problem(file, line, "tag", {"tag": node.tag}))
    if isinstance(node, yaml.ScalarNode):
        return Text(node.value, not node.style, line)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_read(each, file, problems, seen, depth + 1) for each in node.value), line)
    values: dict[str, Node] = {}
    key_lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(file, key_line, "key_not_text"))
            continue
        key = key_node.value
        if key in values:
            problems.append(Problem(file, key_line, "duplicate_key", {"key": key, "first": key_lines[key]}))
            continue
        key_lines[key] = key_line
        values[key] = _read(value_node, file, problems, seen, depth + 1)
    return Entries(values, key_lines, line)


def plain_data(node: Node) -> object:
    """The node as ordinary data: numbers as Decimal, null as None, every other scalar as its text."""
    if isinstance(node, Entries):
        return {key: plain_data(value) for key, value in node.values.items()}
    if isinstance(node, Items):
        return [plain_data(value) for value in node.values]
    if node.is_null:
        return None
    return node.value if node.number is None else node.number


def text_data(node: Node) -> object:
    """The node as ordinary data in which every scalar is its text, and null is None."""
    if isinstance(node, Entries):
        return {key: text_data(value) for key, value in node.values.items()}
    if isinstance(node, Items):
        return [text_data(value) for value in node.values]
    return None if node.is_null else node.value


def follow(node: Node, path: Iterator[str | int]) -> Node:
    """The node at a path of keys and list positions; the nearest one there is, where the path breaks off."""
    for step in path:
        if isinstance(node, Entries) and step in node.values:
            node = node.values[step]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.values):
            node = node.values[step]
        else:
            break
    return node


def line_of_key(node: Node, path: list[str | int]) -> int:
    """The line on which the key at the end of a path stands: better than the value's for block values."""
    parent = follow(node, iter(path[:-1]))
    if path and isinstance(parent, Entries) and path[-1] in parent.key_lines:
        return parent.key_lines[path[-1]]
    return follow(node, iter(path)).line
