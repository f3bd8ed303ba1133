"""Closed years are locked, and a correction of one is something readers see."""

import re
import subprocess
import sys

import pytest
from tables_tools import cell_span, data_copy, line_of, node_at, our_tables, problems_in, row_span

from scripts.tables import ROOT, load
from scripts.tables.closed import closed_rows, freeze_problems, lock_text, locked_rows, read_lock
from scripts.tables.places import CHANGES, LIMITS, LOCK

TABLES = {"wealth_limit", "income_limit", "interest_rate", "wealth_rate"}


@pytest.fixture
def root(tmp_path):
    """A few tables with a fresh lock."""
    root = data_copy(tmp_path, TABLES)
    lock(root)
    assert problems_in(root) == []
    return root


def lock(root) -> None:
    loaded = load(root)
    (root / LOCK).write_text(lock_text(loaded.tables, loaded.in_force), encoding="utf-8")


def correct(root, at: str, new: str) -> None:
    text = (root / LIMITS).read_text(encoding="utf-8")
    start, end = cell_span(text, at)
    (root / LIMITS).write_text(text[:start] + new + text[end:], encoding="utf-8")


def tell(root, *entries: str) -> None:
    (root / CHANGES).write_text("changes:\n" + "".join(f"  - {each}\n" for each in entries), encoding="utf-8")


def entry(row: str, old: str, new: str, on: str = "2026-12-01") -> str:
    words = "{nb: Rettet etter kilden., en: Corrected by the source.}"
    return f"{{on: {on}, table: wealth_limit, row: {row}, old: {{{old}}}, new: {{{new}}}, what: {words}}}"


def rules(root) -> set[str]:
    return {problem.rule for problem in problems_in(root)}


def test_what_is_closed_follows_from_the_years_in_force():
    loaded = our_tables()
    closed = {name: [row.key for row in closed_rows(t, loaded.in_force)] for name, t in loaded.tables.items()}
    assert closed["wealth_limit"][-1] == str(int(loaded.in_force.calendar_year) - 1)
    assert closed["required_funds"][-1] < loaded.in_force.academic_year
    assert closed["interest_rate"] == list(loaded.tables["interest_rate"].rows)[:-1]
    assert closed["wealth_rate"] == closed["institution_account"] == []


def test_the_lock_of_this_repository_holds_every_row_of_a_closed_year():
    """What came since the last year was opened, a rate or a correction told to readers, waits for the next one."""
    loaded = our_tables()
    locked = read_lock(ROOT)
    by_year = [table for table in loaded.tables.values() if table.keyed_by in ("calendar_year", "academic_year")]
    closed = {(table.name, row.key) for table in by_year for row in closed_rows(table, loaded.in_force)}
    assert closed and closed <= locked.keys()
    assert list(freeze_problems(loaded.tables, loaded.in_force, locked, loaded.changes)) == []


@pytest.mark.parametrize(
    "at, figure",
    [
        ("wealth_limit.2022.couple", "872087"),
        ("wealth_limit.2022.couple", "null"),
        ("wealth_limit.2023.single", "{value: 467697, sources: [danskebank-2022], status: secondary}"),
        ("interest_rate.2022-05-01.floating", "1.676"),
    ],
)
def test_a_changed_figure_of_a_closed_year_is_refused_on_its_row(root, at, figure):
    correct(root, at, figure)
    [problem] = [problem for problem in problems_in(root) if problem.rule == "closed_row_changed"]
    text = (root / LIMITS).read_text(encoding="utf-8")
    assert problem.line == line_of(text, row_span(text, at.rpartition(".")[0])[0])


def test_a_change_too_small_for_every_other_rule_is_still_refused(root):
    correct(root, "wealth_limit.2022.couple", "872087")
    assert rules(root) == {"closed_row_changed"}


def test_a_changed_unit_changes_every_closed_figure_of_the_column(root):
    text = (root / LIMITS).read_text(encoding="utf-8")
    unit = node_at(text, ("interest_rate", "columns", "floating", "unit"))
    start, end = unit.start_mark.index, unit.end_mark.index
    (root / LIMITS).write_text(text[:start] + "percent/month" + text[end:], encoding="utf-8")
    assert sum(problem.rule == "closed_row_changed" for problem in problems_in(root)) > 10


def test_a_row_without_a_year_is_locked_too(tmp_path):
    """A reminder fee has no neighbour that would give a swapped digit away."""
    root = data_copy(tmp_path, {"reminder_fee"})
    lock(root)
    correct(root, "reminder_fee.first_reminder.fee", "208")
    [problem] = problems_in(root)
    text = (root / LIMITS).read_text(encoding="utf-8")
    assert problem.rule == "standing_row_changed"
    assert problem.line == line_of(text, row_span(text, "reminder_fee.first_reminder")[0])
    first, last = row_span(text, "reminder_fee.first_reminder")
    (root / LIMITS).write_text(text[: text.rindex("\n", 0, first)] + text[last:], encoding="utf-8")
    assert rules(root) == {"standing_row_removed"}


def test_a_removed_row_and_a_removed_table_are_refused(root):
    text = (root / LIMITS).read_text(encoding="utf-8")
    first, last = row_span(text, "wealth_limit.2022")
    (root / LIMITS).write_text(text[: text.rindex("\n", 0, first)] + text[last:], encoding="utf-8")
    assert {"closed_row_removed", "missing_year"} <= rules(root)
    (root / LIMITS).write_text(re.sub(r"(?ms)^interest_rate:.*?(?=^\S|\Z)", "", text), encoding="utf-8")
    gone = [problem for problem in problems_in(root) if problem.rule == "closed_table_removed"]
    assert gone and {problem.file for problem in gone} == {LOCK}


def test_a_row_slipped_in_among_the_closed_ones_is_refused(root):
    text = (root / LIMITS).read_text(encoding="utf-8")
    first, _ = row_span(text, "interest_rate.2017-01-01")
    slipped = "2016-01-01: {floating: 2.5, fixed_3: null, fixed_5: null, fixed_10: null,"
    slipped += " sources: [lk-interest-2015], status: official}\n    "
    (root / LIMITS).write_text(text[:first] + slipped + text[first:], encoding="utf-8")
    assert rules(root) == {"closed_row_added"}


def test_an_open_year_a_new_row_and_better_sources_are_free(root):
    newest = list(load(root).tables["interest_rate"].rows)[-1]
    open_year = load(root).in_force.calendar_year
    correct(root, f"wealth_limit.{open_year}.single", "{value: 534226, sources: [danskebank-2022], status: secondary}")
    text = (root / LIMITS).read_text(encoding="utf-8")
    _, last = row_span(text, f"interest_rate.{newest}")
    new = "\n    2030-01-01: {floating: null, fixed_3: null, fixed_5: null, fixed_10: null}"
    text = text[:last] + new + text[last:]
    first, last = row_span(text, "wealth_limit.2022")
    better = text[first:last].replace("[danskebank-2022]", "[danskebank-2022, gjensidige-2021]")
    assert better != text[first:last]
    (root / LIMITS).write_text(text[:first] + better + text[last:], encoding="utf-8")
    assert not {rule for rule in rules(root) if rule.startswith("closed_")}


def test_a_correction_told_to_readers_is_accepted(root):
    correct(root, "wealth_limit.2022.couple", "872087")
    tell(root, entry("2022", "couple: 872088", "couple: 872087"))
    assert rules(root) == set()
    assert load(root).changes[0]["what"]["en"] == "Corrected by the source."


@pytest.mark.parametrize(
    "told",
    [
        entry("2022", "couple: 872086", "couple: 872087"),
        entry("2022", "couple: 872088", "couple: 872090"),
        entry("2021", "couple: 872088", "couple: 872087"),
        entry("2022", "single: 454075", "single: 454075"),
    ],
)
def test_a_correction_told_wrongly_accounts_for_nothing(root, told):
    correct(root, "wealth_limit.2022.couple", "872087")
    tell(root, told)
    assert rules(root) == {"closed_row_changed"}


def test_a_correction_does_not_cover_another_figure_of_the_row(root):
    correct(root, "wealth_limit.2022.couple", "872087")
    correct(root, "wealth_limit.2022.single", "454076")
    tell(root, entry("2022", "couple: 872088", "couple: 872087"))
    assert "closed_row_changed" in rules(root)


def test_two_corrections_of_one_row_lead_back_to_the_lock_and_a_gap_may_be_filled(root):
    correct(root, "wealth_limit.2022.couple", "872087")
    correct(root, "wealth_limit.2023.single", "{value: 467697, sources: [danskebank-2022], status: secondary}")
    tell(
        root,
        entry("2022", "couple: 872088", "couple: 872080"),
        entry("2022", "couple: 872080", "couple: 872087", "2026-12-02"),
        entry("2023", "single: null", "single: 467697", "2026-12-03"),
    )
    assert rules(root) == set()
    lock(root)
    assert rules(root) == set(), "locked anew, the old entries still do no harm"


def test_the_lock_is_plain_lines_and_a_fresh_one_is_the_same_bytes(root):
    loaded = load(root)
    assert read_lock(root).keys() == {
        (table.name, row.key) for table in loaded.tables.values() for row in locked_rows(table, loaded.in_force)
    }
    assert (root / LOCK).read_text(encoding="utf-8") == lock_text(loaded.tables, loaded.in_force)


def test_freezing_is_refused_while_a_change_is_not_accounted_for(root):
    """The command writes a lock only for tables that the check accepts: it launders nothing."""
    correct(root, "wealth_limit.2022.couple", "872087")
    before = (root / LOCK).read_bytes()
    code = (
        "import scripts.tables.freeze as freeze, pathlib, sys;"
        "freeze.ROOT = pathlib.Path(sys.argv[1]); sys.exit(freeze.main(['--lang', 'en']))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(root)], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1 and "closed_row_changed" in run.stdout, run.stderr
    assert (root / LOCK).read_bytes() == before
    correct(root, "wealth_limit.2022.couple", "872088")
    run = subprocess.run([sys.executable, "-c", code, str(root)], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
