"""Closed years are locked, and a correction of one is something readers see."""

import re
import subprocess
import sys

import pytest
from tables_tools import cell_span, data_copy, our_tables, problems_in

from scripts.tables import ROOT, load
from scripts.tables.closed import closed_rows, lock_text, read_lock
from scripts.tables.places import CHANGES, LIMITS, LOCK

TABLES = {"wealth_limit", "income_limit", "interest_rate", "wealth_rate"}
ROW_2022 = "    2022: {single: 454075, couple: 872088, sources: [danskebank-2022], status: secondary}\n"


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


def edit(root, old: str, new: str, file: str = LIMITS) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (root / file).write_text(text.replace(old, new), encoding="utf-8")


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


def test_the_lock_of_this_repository_holds_every_closed_row():
    """If this fails: run `python -m scripts.tables.freeze`, which refuses unless every change is accounted for."""
    loaded = our_tables()
    assert (ROOT / LOCK).read_text(encoding="utf-8") == lock_text(loaded.tables, loaded.in_force)


@pytest.mark.parametrize(
    "old, new",
    [
        ("single: 454075, couple: 872088", "single: 454075, couple: 872087"),
        ("single: 454075, couple: 872088", "single: 454075, couple: null"),
        (
            "2023: {single: null, couple: null}",
            "2023: {single: 467697, couple: null, sources: [danskebank-2022], status: secondary}",
        ),
    ],
)
def test_a_changed_figure_of_a_closed_year_is_refused_on_its_row(root, old, new):
    edit(root, old, new)
    found = [problem for problem in problems_in(root) if problem.rule == "closed_row_changed"]
    line = (root / LIMITS).read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert new.split(",")[0] in line and len(found) == 1


def test_a_change_too_small_for_every_other_rule_is_still_refused(root):
    correct(root, "wealth_limit.2022.couple", "872087")
    assert rules(root) == {"closed_row_changed"}


def test_a_changed_unit_changes_every_closed_figure_of_the_column(root):
    edit(root, "    floating: {label: {nb: Flytende rente, en: Variable interest rate}, unit: percent}",
         "    floating: {label: {nb: Flytende rente, en: Variable interest rate}, unit: percent/month}")  # fmt: skip
    assert "closed_row_changed" in rules(root) or "within_unit" in rules(root)


def test_a_removed_row_and_a_removed_table_are_refused(root):
    edit(root, ROW_2022, "")
    assert {"closed_row_removed", "missing_year"} <= rules(root)
    text = (root / LIMITS).read_text(encoding="utf-8")
    (root / LIMITS).write_text(re.sub(r"(?ms)^interest_rate:.*?(?=^\S|\Z)", "", text), encoding="utf-8")
    gone = [problem for problem in problems_in(root) if problem.rule == "closed_table_removed"]
    assert gone and {problem.file for problem in gone} == {LOCK}


def test_a_row_slipped_in_among_the_closed_ones_is_refused(root):
    before = "    2017-01-01:\n      floating: 2.109"
    slipped = "    2016-01-01: {floating: 2.5, fixed_3: null, fixed_5: null, fixed_10: null,"
    edit(root, before, f"{slipped} sources: [lk-interest-2015], status: official}}\n{before}")
    assert rules(root) == {"closed_row_added"}


def test_an_open_year_a_new_row_and_better_sources_are_free(root):
    correct(root, "wealth_limit.2026.single", "534226")
    edit(root, "    2026-11-01: {floating: null, fixed_3: null, fixed_5: null, fixed_10: null}",
         "    2026-11-01: {floating: 4.602, fixed_3: null, fixed_5: null, fixed_10: null, "
         "sources: [lk-interest-2015], status: official}\n"
         "    2027-01-01: {floating: null, fixed_3: null, fixed_5: null, fixed_10: null}")  # fmt: skip
    edit(root, ROW_2022, ROW_2022.replace("[danskebank-2022]", "[danskebank-2022, gjensidige-2021]"))
    assert "closed_row_changed" not in rules(root) and "closed_row_added" not in rules(root)


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
    edit(root, "2023: {single: null, couple: null}",
         "2023: {single: 467697, couple: null, sources: [danskebank-2022], status: secondary}")  # fmt: skip
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
        (table.name, row.key) for table in loaded.tables.values() for row in closed_rows(table, loaded.in_force)
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
