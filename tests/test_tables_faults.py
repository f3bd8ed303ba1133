"""Every deliberate fault in tests/faults is refused by the named rule, on the right line, in plain words.

The faults are data. The lock of closed years is taken away first, so that no rule can hide behind it.
"""

import re
from pathlib import Path

import pytest
import yaml
from tables_tools import (
    block_span,
    cell_span,
    data_copy,
    line_of,
    our_tables,
    problems_in,
    row_span,
    row_with,
    row_without,
)

from scripts.tables import ROOT, load
from scripts.tables.closed import closed_rows, lock_text
from scripts.tables.model import InForce
from scripts.tables.places import LIMITS, LOCK

FOLDER = Path(__file__).parent / "faults"
KEYS = {
    "name", "file", "in", "row", "at", "was", "write", "rename", "remove", "add", "drop", "cells", "find", "replace",
    "rule", "line", "line_at", "line_row", "expect_file",
}  # fmt: skip
IN_FORCE = """\
in_force:
  calendar_year: 2026
  academic_year: 2026-27
  until: 2026-12-31
"""
UNFILLED = re.compile(r"\{[a-z_]*\}|\bNone\b|Decimal\(")

YEARLY = (
    "sum", "product", "equals", "order", "ratio", "yearly_change", "uplift", "unique", "whole_kroner",
)  # fmt: skip


def faults():
    """All faults of all files, each with the name of its file."""
    return [
        pytest.param(fault, id=f"{path.stem}: {fault['name']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for fault in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    ]


ALL = [parameter.values[0] for parameter in faults()]
LOADED = our_tables()
# The tables that the faults are in, and those that these are compared with.
TABLES = {fault.get("at", fault.get("row", fault.get("in", ""))).split(".")[0] for fault in ALL}
TABLES |= {"income_limit", "basic_support"}


def edited(text: str, fault: dict) -> tuple[str, set[int]]:
    """The text with the fault in it, and the lines on which it may be reported.

    at/was/write    another figure in the cell `table.row.column`
    row/rename      another key for the row `table.row`
    row/remove      the row is gone
    row/add, drop   one more name in the row, or one less
    row/cells       other figures in several cells of the row
    find/replace    in the row, in the block `in`, or in the whole file
    It is reported where it begins, or on the line of the cell `line_at`, the row `line_row`, or the text `line`.
    """
    assert set(fault) <= KEYS, set(fault) - KEYS
    start = first = 0
    last = len(text)
    if "row" in fault:
        first, last = row_span(text, fault["row"])
    elif "in" in fault:
        first, last = block_span(text, fault["in"])
    if "at" in fault:
        start, end = cell_span(text, fault["at"])
        assert text[start:end] == fault.get("was", text[start:end]), (
            f"{fault['at']} is {text[start:end]!r}: mend the fault"
        )
        broken = text[:start] + fault["write"] + text[end:]
    elif "rename" in fault:
        start = first
        broken = text[:first] + fault["rename"] + text[text.index(":", first) :]
    elif "remove" in fault:
        start = text.rindex("\n", 0, first)
        broken = text[:start] + text[last:]
    elif "add" in fault:
        start, broken = first, row_with(text, fault["row"], fault["add"])
    elif "drop" in fault:
        start, broken = first, row_without(text, fault["row"], fault["drop"])
    elif "cells" in fault:
        start, broken = first, text
        for column, figure in fault["cells"].items():
            place, end = cell_span(broken, f"{fault['row']}.{column}")
            broken = broken[:place] + figure + broken[end:]
    else:
        assert text.count(fault["find"], first, last) == 1, f"{fault['find']!r} must stand there once"
        start = text.index(fault["find"], first, last)
        broken = text[:start] + fault["replace"] + text[start + len(fault["find"]) :]
    if "line_at" in fault:
        return broken, {line_of(broken, cell_span(broken, fault["line_at"])[0])}
    if "line_row" in fault:
        return broken, {line_of(broken, row_span(broken, fault["line_row"])[0])}
    if "line" in fault:
        first, last = block_span(text, fault["in"]) if "in" in fault else (first, last)
        marks = re.compile(re.escape(fault["line"])).finditer(broken, first, last + len(broken) - len(text))
        places = [mark.start() for mark in marks]
        assert places, f"no line has {fault['line']!r}"
        return broken, {line_of(broken, place) for place in places}
    return broken, {line_of(broken, start)}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return as_in_2026(data_copy(tmp_path_factory.mktemp("faults"), TABLES))


@pytest.mark.parametrize("fault", faults())
def test_a_fault_is_refused_by_its_rule_on_its_line_in_plain_words(fault, root):
    path = root / fault.get("file", LIMITS)
    whole = path.read_text(encoding="utf-8")
    broken, lines = edited(whole, fault)
    path.write_text(broken, encoding="utf-8")
    try:
        found = problems_in(root)
    finally:
        path.write_text(whole, encoding="utf-8")
    said = "\n".join(problem.say("en") for problem in found)
    where = fault.get("expect_file", fault.get("file", LIMITS))
    hits = [problem for problem in found if (problem.file, problem.rule) == (where, fault["rule"])]
    assert hits, f"expected [{fault['rule']}]; the check said:\n{said or 'all is well'}"
    if "expect_file" not in fault:
        assert any(problem.line in lines for problem in hits), f"expected line {sorted(lines)}:\n{said}"
    for problem in found:
        for lang in ("nb", "en"):
            sentence = problem.say(lang)
            assert sentence.startswith(f"{problem.file}:{problem.line}: ")
            assert not UNFILLED.search(sentence), sentence


def test_there_are_at_least_eighty_faults_and_no_two_are_the_same():
    edits = [str({key: each for key, each in fault.items() if key not in ("name", "rule")}) for fault in ALL]
    assert len(set(edits)) == len(edits) >= 80
    assert len({fault["name"] for fault in ALL}) == len(ALL)
    print(f"\n{len(ALL)} deliberate faults, {len({fault['rule'] for fault in ALL})} rules")


def as_in_2026(root: Path) -> Path:
    """The years in force as they were when the faults were written: new-year breaks none of them."""
    path = root / LIMITS
    text = path.read_text(encoding="utf-8")
    first, last = block_span(text, "in_force")
    path.write_text(f"{text[:first]}{IN_FORCE}\n{text[last:]}", encoding="utf-8")
    return root


def parted_faults() -> dict[bool, list[dict]]:
    """The faults in single cells, parted into those in closed and those in open years."""
    in_force = InForce("2026", "2026-27", "2026-12-31", {})
    closed = {(table.name, row.key) for table in LOADED.tables.values() for row in closed_rows(table, in_force)}
    parted = {True: [], False: []}
    for fault in ALL:
        if "at" in fault:
            table, row, _ = fault["at"].split(".")
            parted[(table, row) in closed].append(fault)
    return parted


@pytest.mark.parametrize("rule", [*YEARLY, "not_a_number"])
def test_a_rule_is_shown_in_open_and_in_closed_years(rule):
    for closed, some in parted_faults().items():
        years = "closed" if closed else "open"
        assert any(fault["rule"] == rule for fault in some), f"no fault shows {rule} in {years} years"


def test_the_freeze_is_never_the_only_rule_that_fires(tmp_path):
    """In closed years a wrong figure is refused twice: by its rule, and by the lock."""
    root = as_in_2026(data_copy(tmp_path, TABLES))
    loaded = load(root)
    (root / LOCK).write_text(lock_text(loaded.tables, loaded.in_force), encoding="utf-8")
    path = root / LIMITS
    whole = path.read_text(encoding="utf-8")
    frozen = [fault for fault in parted_faults()[True] if fault["rule"] in YEARLY]
    assert len(frozen) >= 30
    for fault in frozen:
        path.write_text(edited(whole, fault)[0], encoding="utf-8")
        rules = {problem.rule for problem in problems_in(root)}
        assert {fault["rule"], "closed_row_changed"} <= rules, fault["name"]


def test_the_tables_themselves_are_without_fault():
    assert problems_in(ROOT) == []
