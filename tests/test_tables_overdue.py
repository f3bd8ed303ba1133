"""`check --on DATE` says what is overdue on a day, and nothing in the repository reads the clock."""

from datetime import date

import pytest
from tables_tools import data_copy, our_tables

from scripts.tables import load
from scripts.tables.check import main
from scripts.tables.overdue import overdue
from scripts.tables.places import LIMITS

TABLES = {"wealth_limit", "income_limit", "required_funds", "basic_support", "interest_rate", "application_deadline"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A few tables as they would stand with no known gap and nothing after 1 September 2026."""
    root = data_copy(tmp_path_factory.mktemp("overdue"), TABLES)
    path = root / LIMITS
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("single: 534225, couple: null", "single: 534225, couple: 1026024"),
        ("    2026-11-01: {floating: null, fixed_3: null, fixed_5: null, fixed_10: null}\n", ""),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return load(root)


def said(loaded, on: str) -> list[str]:
    return [
        f"{problem.rule} {problem.shows.get('table', '')}".strip()
        for problem in overdue(loaded, date.fromisoformat(on))
    ]


def test_nothing_is_overdue_before_the_next_day_of_change(loaded):
    assert said(loaded, "2026-10-31") == []


def test_the_interest_rate_of_november_is_overdue_from_its_day(loaded):
    assert said(loaded, "2026-11-01") == ["overdue_date interest_rate"]
    [problem] = overdue(loaded, date(2026, 11, 22))
    assert "2026-11-01" in problem.say("nb") and "2026-11-01" in problem.say("en")
    assert problem.say("nb").startswith(f"{LIMITS}:{loaded.tables['interest_rate'].rows['2026-09-01'].line}: forfalt")
    later = overdue(loaded, date(2027, 1, 1))
    assert any("2026-11-01, 2027-01-01" in problem.say("en") for problem in later)


def test_the_years_in_force_are_overdue_the_day_after_their_last(loaded):
    assert "overdue_in_force" not in said(loaded, "2026-12-31")
    assert {"overdue_in_force", "overdue_row wealth_limit", "overdue_row income_limit"} <= set(
        said(loaded, "2027-01-01")
    )


def test_an_academic_year_is_overdue_from_its_day_of_change(loaded):
    assert "overdue_row required_funds" not in said(loaded, "2027-07-31")
    assert {"overdue_row required_funds", "overdue_row basic_support"} <= set(said(loaded, "2027-08-01"))


def test_deadlines_are_overdue_when_the_last_of_them_has_passed(loaded):
    assert "overdue_deadlines application_deadline" not in said(loaded, "2027-03-15")
    assert "overdue_deadlines application_deadline" in said(loaded, "2027-03-16")


def test_a_source_in_use_is_overdue_a_year_after_it_was_read(loaded):
    assert not any(each.startswith("overdue_source") for each in said(loaded, "2027-11-22"))
    late = [problem for problem in overdue(loaded, date(2027, 11, 24)) if problem.rule == "overdue_source"]
    assert late and all(problem.file == "data/sources.yaml" for problem in late)
    assert not any("lk-wealth-2017-nn" in problem.say("en") for problem in late), "only sources of rows still in use"


def test_a_gap_that_usually_is_known_is_overdue_and_one_that_never_was_is_not():
    rules = [(problem.rule, problem.shows.get("table")) for problem in overdue(our_tables(), date(2026, 11, 22))]
    if our_tables().tables["wealth_limit"].rows["2026"].cells["couple"].value is None:
        assert ("overdue_gap", "wealth_limit") in rules
    if our_tables().tables["benefits_limit"].rows["2026"].cells["whole_year"].value is None:
        assert ("overdue_gap", "benefits_limit") not in rules


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


def test_the_command_without_a_day_lists_nothing_overdue(capsys):
    assert main([]) == 0
    assert "forfalt" not in capsys.readouterr().out.lower()
