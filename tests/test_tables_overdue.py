"""`check --on DATE` says what is overdue on a day, and nothing in the repository reads the clock."""

import re
from datetime import date

import pytest
from tables_tools import our_tables

from scripts.check import main
from scripts.tables import ROOT, load
from scripts.tables.overdue import overdue
from scripts.tables.places import LIMITS, SOURCES
from scripts.year.gaps import gaps_in_force

# Tables made for these tests: what is overdue in our own changes with every figure that is found.
HEAD = "label: {nb: Tall, en: Figure}, explain: {nb: Et tall., en: A figure.}"
NOK, PERCENT, DATE = (f"{{label: {{nb: A, en: A}}, unit: {unit}}}" for unit in ("NOK", "percent", "date"))
CITED = "sources: [a-page], status: official"
CLOSED = "sources: [old-page], status: official"
DAYS = "{changes_on: [01-01, 07-01, 09-01, 11-01]}"
TABLES = f"""\
in_force: {{YEARS}}
limit:
  {{{HEAD}, keyed_by: calendar_year, columns: {{one: {NOK}, rare: {NOK}, often: {NOK}}}, rows: {{
    2022: {{one: 1, rare: 1, often: 1, {CLOSED}}},
    2023: {{one: 2, rare: null, often: 2, {CLOSED}}},
    2024: {{one: 3, rare: null, often: null, {CLOSED}}},
    2025: {{one: 4, rare: null, often: 4, {CITED}}},
    2026: {{one: 5, rare: null, often: OFTEN, {CITED}}},
    MORE}}}}
funds:
  {{{HEAD}, keyed_by: academic_year, columns: {{one: {NOK}}}, checks: {{changes_on: 08-01}}, rows: {{
    2025-26: {{one: 1, {CLOSED}}},
    2026-27: {{one: 2, {CITED}}}}}}}
rate:
  {{{HEAD}, keyed_by: from_date, columns: {{one: {PERCENT}}}, checks: {DAYS}, rows: {{
    2026-07-01: {{one: 4.602, {CITED}}},
    2026-09-01: {{one: 4.602, {CITED}}}}}}}
deadline:
  {{{HEAD}, keyed_by: academic_year, columns: {{autumn: {DATE}, spring: {DATE}}}, rows: {{
    2026-27: {{autumn: 2026-11-15, spring: 2027-03-15, {CITED}}},
    OPENED}}}}
"""
NOW = "calendar_year: 2026, academic_year: 2026-27, until: 2026-12-31"
PAGE = "{title: A, publisher: B, kind: official, url: null, page_date: null, read: 2026-11-22}\n"


def read(root, often: str, years: str = NOW, more: str = "", opened: str = ""):
    """The tables above, with the newest figure that often is known, the years in force, and more rows."""
    (root / "data").mkdir()
    for file in (LIMITS, SOURCES):
        schema = file.replace(".yaml", ".schema.json")
        (root / schema).write_bytes((ROOT / schema).read_bytes())
    text = TABLES.replace("OFTEN", often).replace("YEARS", years).replace("MORE", more).replace("OPENED", opened)
    (root / LIMITS).write_text(text, encoding="utf-8")
    (root / SOURCES).write_text(f"a-page: {PAGE}old-page: {PAGE}", encoding="utf-8")
    return load(root)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    return read(tmp_path_factory.mktemp("overdue"), often="6")


def said(loaded, on: str) -> list[str]:
    return [
        f"{problem.rule} {problem.shows.get('table', '')}".strip()
        for problem in overdue(loaded, date.fromisoformat(on))
    ]


def test_nothing_is_overdue_before_the_next_day_of_change(loaded):
    assert said(loaded, "2026-10-31") == []


def test_a_rate_is_overdue_from_the_day_on_which_it_may_have_changed(loaded):
    assert said(loaded, "2026-11-01") == ["overdue_date rate"]
    [problem] = overdue(loaded, date(2026, 11, 22))
    assert "2026-11-01" in problem.say("nb") and "2026-11-01" in problem.say("en")
    assert problem.say("nb").startswith(f"{LIMITS}:{loaded.tables['rate'].rows['2026-09-01'].line}: forfalt")
    assert any("2026-11-01, 2027-01-01" in problem.say("en") for problem in overdue(loaded, date(2027, 1, 1)))


def test_the_years_in_force_are_overdue_the_day_after_their_last(loaded):
    assert "overdue_in_force" not in said(loaded, "2026-12-31")
    assert {"overdue_in_force", "overdue_row limit"} <= set(said(loaded, "2027-01-01"))


@pytest.mark.parametrize(
    "calendar, academic, until, named",
    [("2026", "2026-27", "2026-12-31", "2027"), ("2027", "2026-27", "2027-07-31", "2027-28")],
)
def test_the_command_for_the_year_that_ends_first_is_named(tmp_path, calendar, academic, until, named):
    years = f"calendar_year: {calendar}, academic_year: {academic}, until: {until}"
    loaded = read(tmp_path, often="6", years=years, more="    2027: {one: null, rare: null, often: null}")
    [problem] = [each for each in overdue(loaded, date(2027, 8, 2)) if each.rule == "overdue_in_force"]
    for lang in ("nb", "en"):
        assert re.findall(r"dev\.py new-year (\S+?),", problem.say(lang)) == [named]
        assert until in problem.say(lang)


def test_an_academic_year_is_overdue_from_its_day_of_change(loaded):
    assert "overdue_row funds" not in said(loaded, "2027-07-31")
    assert "overdue_row funds" in said(loaded, "2027-08-01")
    assert any("2027-28, 2028-29" in problem.say("en") for problem in overdue(loaded, date(2028, 8, 1)))


def test_deadlines_are_overdue_when_the_last_of_them_has_passed(loaded):
    assert "overdue_deadlines deadline" not in said(loaded, "2027-03-15")
    [problem] = [each for each in overdue(loaded, date(2027, 3, 16)) if each.rule == "overdue_deadlines"]
    assert "2027-28" in problem.say("nb")
    assert problem.line == loaded.tables["deadline"].rows["2026-27"].line


def test_deadlines_of_an_opened_year_are_asked_for_in_its_own_row(tmp_path):
    loaded = read(tmp_path, often="6", opened="    2027-28: {autumn: null, spring: null}")
    [problem] = [each for each in overdue(loaded, date(2027, 3, 16)) if each.rule == "overdue_deadlines"]
    assert problem.line == loaded.tables["deadline"].rows["2027-28"].line
    assert "2027-03-15" in problem.say("en") and "in the row of that year" in problem.say("en")


def test_a_source_in_use_is_overdue_a_year_after_it_was_read(loaded):
    assert not any(each.startswith("overdue_source") for each in said(loaded, "2027-11-22"))
    [problem] = [each for each in overdue(loaded, date(2027, 11, 24)) if each.rule == "overdue_source"]
    assert problem.say("en").startswith(f"{SOURCES}:1: overdue [overdue_source] “a-page”"), "not of a closed row"


def test_what_a_year_of_gaps_stands_on_is_the_year_before(tmp_path):
    """The row of 2027 is there and empty: what was read for 2026 is still what readers see."""
    loaded = read(tmp_path, often="6", more="    2027: {one: null, rare: null, often: null}")
    told = {
        problem.shows["where"] for problem in overdue(loaded, date(2027, 11, 24)) if problem.rule == "overdue_source"
    }
    assert told == {"limit 2026"}


def test_a_gap_that_usually_is_known_is_overdue_and_one_that_is_not_waits(tmp_path):
    [problem] = overdue(read(tmp_path, often="null"), date(2026, 10, 31))
    assert problem.rule == "overdue_gap"
    assert "often" in problem.say("nb") and "rare" not in problem.say("nb")


def test_every_overdue_sentence_is_filled_in_in_both_languages(loaded):
    for on in ("2026-11-22", "2027-04-01", "2028-08-01"):
        for problem in [*overdue(loaded, date.fromisoformat(on)), *overdue(our_tables(), date.fromisoformat(on))]:
            for lang in ("nb", "en"):
                assert "{" not in problem.say(lang) and "None" not in problem.say(lang)


@pytest.mark.parametrize("lang, some", [("nb", "Forfalt 2030-01-01: "), ("en", "Overdue on 2030-01-01: ")])
def test_the_command_lists_and_ends_with_status_one(lang, some, capsys):
    assert main(["--lang", lang, "--on", "2030-01-01"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith(some) and lines[-1].endswith(f"{len(lines) - 2}.")
    assert all(line.startswith("data/") for line in lines[1:-1])


def test_the_command_ends_with_status_zero_when_nothing_is_overdue(capsys):
    assert main(["--on", "2008-01-01", "--lang", "en"]) == 0
    assert capsys.readouterr().out.endswith("Nothing is overdue on 2008-01-01.\n")


def test_the_command_without_a_day_lists_the_gaps_in_force_and_nothing_overdue(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "forfalt" not in said.lower()
    well, *gaps = said.splitlines()
    assert well.startswith("Alt i orden") and gaps == gaps_in_force(our_tables(), "nb")


def test_the_summary_says_it_in_both_languages_as_markdown(capsys):
    assert main(["--summary"]) == 0
    said = capsys.readouterr().out
    assert main(["--summary", "--on", "2030-01-01"]) == 1
    late = capsys.readouterr().out
    for lang, well in (("nb", "**Alt i orden"), ("en", "**All is well")):
        *gaps, count = gaps_in_force(our_tables(), lang)
        assert well in said and well in late
        assert "\n\n".join([count, *(["\n".join(f"- {gap}" for gap in gaps)] if gaps else [])]) in said
        problems = overdue(our_tables(), date(2030, 1, 1))
        assert "\n" + "\n".join(f"- {problem.say(lang)}" for problem in problems) + "\n" in late
