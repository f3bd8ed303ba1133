"""The checks that stand beside the values. Each asks one question of one table and yields its problems."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scripts.tables.checks.arithmetic import equals, product, sum_, whole_kroner
from scripts.tables.checks.families import ladder, order, ratio, uplift
from scripts.tables.checks.names import check_names
from scripts.tables.checks.periods import changes_on, dates_in, no_missing_year, years_in_force
from scripts.tables.checks.provenance import provenance
from scripts.tables.checks.spread import range_, unique, yearly_change
from scripts.tables.model import InForce, Row, Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import WARNING, Problem

ERRORS = (order, sum_, product, equals, dates_in, range_, whole_kroner, changes_on, no_missing_year)
WARNINGS = (ratio, ladder, unique, uplift, yearly_change)


def all_problems(tables: Mapping[str, Table], in_force: InForce, sources: Mapping[str, dict]) -> list[Problem]:
    """Everything the declared checks find in all tables, less the warnings that were accepted."""
    problems = [problem for table in tables.values() for problem in check_names(table, tables)]
    if problems:
        return problems
    for table in tables.values():
        for check in ERRORS:
            problems += check(table, tables)
        problems += _warnings(table, tables)
        problems += provenance(table, sources)
    return [*problems, *years_in_force(tables, in_force)]


def _warnings(table: Table, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The warnings that nobody signed off, and the sign-offs that no longer silence anything."""
    used = set()
    for check in WARNINGS:
        for row, problem in check(table, tables):
            if problem.rule in row.accepted:
                used.add((row.key, problem.rule))
            else:
                yield replace(problem, severity=WARNING)
    for row in table.rows.values():
        yield from _needless(row, {check for key, check in used if key == row.key})


def _needless(row: Row, used: set[str]) -> Iterator[Problem]:
    for check, line in row.accepted.items():
        if check not in used:
            yield Problem(LIMITS, line, "accepted_needless", {"row": row.key, "check": check})
