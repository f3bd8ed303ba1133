"""Every swap of two neighbouring digits, in every figure of every table, against the declared checks alone.

The lock of closed years takes no part. Where a figure stands by itself no check can see a swap; those are counted
and printed, and a table that catches all of them today must go on doing so.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest
from tables_tools import cell_span, data_copy, our_tables, problems_in

from scripts.tables import ROOT
from scripts.tables.checks import all_problems
from scripts.tables.model import NUMERIC_UNITS
from scripts.tables.nodes import NUMBER
from scripts.tables.places import LIMITS

# In these every swap is caught, but for the figures named here.
ALL_CAUGHT = {
    "wealth_limit": set(),
    "income_limit": set(),
    "benefits_limit": set(),
    "spouse_income_limit": set(),
    "interest_deletion": set(),
    "disability_limit": set(),
    "required_funds": set(),
    "basic_support": {("2014-15", "month")},
}  # fmt: skip

LOADED = our_tables()


def swaps(written: str) -> list[str]:
    """The figure with each pair of different neighbouring digits swapped."""
    pairs = [(i, a, b) for i, (a, b) in enumerate(zip(written, written[1:], strict=False))]
    return [written[:i] + b + a + written[i + 2 :] for i, a, b in pairs if a.isdigit() and b.isdigit() and a != b]


def every_swap():
    """(table, row, column, as written, swapped) for each figure of each table."""
    for table in LOADED.tables.values():
        for row in table.rows.values():
            for column, cell in row.cells.items():
                if cell.value is not None and table.units[column] in NUMERIC_UNITS:
                    for swapped in swaps(f"{cell.value:f}"):
                        yield table.name, row.key, column, f"{cell.value:f}", swapped


def found_in(name: str, key: str, column: str, written: str) -> list:
    """What the checks say when this one figure is another; a zero in front is refused by the reader."""
    table = LOADED.tables[name]
    row = table.rows[key]
    cell = replace(row.cells[column], value=Decimal(written))
    other = replace(table, rows={**table.rows, key: replace(row, cells={**row.cells, column: cell})})
    return all_problems({**LOADED.tables, name: other}, LOADED.in_force, LOADED.sources)


def test_every_swap_in_the_limits_is_caught_on_its_line_and_the_rest_is_counted(capsys):
    total, caught, missed = Counter(), Counter(), defaultdict(list)
    for name, key, column, written, swapped in every_swap():
        total[name] += 1
        found = found_in(name, key, column, swapped) if NUMBER.fullmatch(swapped) else ["a zero in front"]
        if not found:
            missed[name].append((key, column, written, swapped))
            continue
        caught[name] += 1
        if name in ALL_CAUGHT and NUMBER.fullmatch(swapped):
            lines = {problem.line for problem in found} | {
                problem.shows[each]
                for problem in found
                for each in ("to_line", "old_line", "first")
                if each in problem.shows
            }
            row = LOADED.tables[name].rows[key]
            near = {row.cells[column].line, *(cell.line for cell in row.cells.values())}
            assert lines & near, f"{name} {key} {column}: {written} → {swapped} is reported far away"
    with capsys.disabled():
        print(f"\nswaps of two neighbouring digits caught: {sum(caught.values())} of {sum(total.values())}")
        for name in total:
            uncaught = sorted({f"{key} {column}" for key, column, _, _ in missed[name]})
            print(f"  {name:<26} {caught[name]:>4} of {total[name]:>4}  {', '.join(uncaught)[:200]}")
    for name, excepted in ALL_CAUGHT.items():
        assert {(key, column) for key, column, _, _ in missed[name]} == excepted, name


@pytest.mark.parametrize("name", ["wealth_limit", "income_limit"])
def test_the_whole_way_through_the_file_says_the_same(name, tmp_path):
    """A sample of the swaps, typed into the file itself: refused too, on the same lines."""
    root = data_copy(tmp_path, set(ALL_CAUGHT))
    path = root / LIMITS
    whole = path.read_text(encoding="utf-8")
    offset = whole.splitlines().index(f"{name}:") - (ROOT / LIMITS).read_text("utf-8").splitlines().index(f"{name}:")
    some = [swap for swap in every_swap() if swap[0] == name][::9]
    assert len(some) > 8
    for _, key, column, written, swapped in some:
        start, end = cell_span(whole, f"{name}.{key}.{column}")
        assert whole[start:end] == written
        path.write_text(whole[:start] + swapped + whole[end:], encoding="utf-8")
        found = problems_in(root)
        assert found, f"{name} {key} {column}: {written} → {swapped}"
        if NUMBER.fullmatch(swapped):
            in_memory = {(p.rule, p.line + offset) for p in found_in(name, key, column, swapped)}
            assert in_memory & {(problem.rule, problem.line) for problem in found}
