"""`new-year` opens a year with gaps, closes the one before, touches no other line, and says what to look up."""

import dataclasses
import difflib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from tables_tools import cell_span, data_copy, our_tables, problems_in, row_span

from calculators.core.tables import Tables
from scripts.dev import COMMANDS
from scripts.pages.book import open_book
from scripts.pages.forms import calculator_html, starting_answer
from scripts.tables import ROOT, Refused, load
from scripts.tables.changes import read_opened_years
from scripts.tables.checks.periods import next_year
from scripts.tables.closed import closed_rows, lock_text
from scripts.tables.overdue import overdue
from scripts.tables.places import CHANGES, LIMITS, LOCK, SOURCES
from scripts.words import texts
from scripts.year import new_year
from scripts.year.gaps import gaps_in_force
from scripts.year.insert import TO_FILL
from scripts.year.years import ACADEMIC, CALENDAR, hold_until, kind_of, year_before

LANGUAGES = ("nb", "en")
SAYS = texts("scripts/year/texts.yaml")
# Tables of every way to name rows, with rows in one line, in a block, and over several lines.
SOME = {"wealth_limit", "income_limit", "interest_deletion", "basic_support", "required_funds", "interest_rate"}
SOME |= {"conversion_split", "wealth_rate"}
FORCE = our_tables().in_force
NEXT = {CALENDAR: next_year(FORCE.calendar_year), ACADEMIC: next_year(FORCE.academic_year)}
# The two kinds of year are opened in turn; which comes first depends on the day we live in.
TURNS = [NEXT[CALENDAR], NEXT[ACADEMIC]]
if int(FORCE.calendar_year) > int(FORCE.academic_year[:4]):
    TURNS.reverse()


@pytest.fixture
def root(tmp_path):
    """A few tables, locked."""
    return locked(data_copy(tmp_path, SOME))


def locked(root: Path) -> Path:
    loaded = load(root)
    (root / LOCK).write_text(lock_text(loaded.tables, loaded.in_force), encoding="utf-8")
    return root


def run(root: Path, *arguments: str) -> int:
    return new_year.main([*arguments], root)


def files_of(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "data").iterdir())}


def edit(root: Path, old: str, new: str, file: str = LIMITS) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (root / file).write_text(text.replace(old, new), encoding="utf-8")


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came."""
    lines = [*difflib.ndiff(before.splitlines(), after.splitlines())]
    return [each[2:] for each in lines if each[0] == "-"], [each[2:] for each in lines if each[0] == "+"]


# The years


@pytest.mark.parametrize(
    "typed, kind",
    [("2027", CALENDAR), ("2027-28", ACADEMIC), ("2099-00", ACADEMIC), ("2027-29", None), ("2027-27", None),
     ("27", None), ("2027/28", None), ("2027-2028", None), ("1927", None), ("20277", None), ("", None), ("x", None)],
)  # fmt: skip
def test_a_typed_year_is_of_one_kind_or_none(typed, kind):
    assert kind_of(typed) == kind
    if kind:
        assert next_year(year_before(typed)) == typed


@pytest.mark.parametrize(
    "calendar, academic, until",
    [("2026", "2026-27", "2026-12-31"), ("2027", "2026-27", "2027-07-31"), ("2027", "2027-28", "2027-12-31")],
)
def test_figures_hold_until_the_first_of_the_two_years_ends(calendar, academic, until):
    assert str(hold_until(calendar, academic)) == until


def test_our_own_until_is_what_new_year_would_have_written():
    assert str(hold_until(FORCE.calendar_year, FORCE.academic_year)) == FORCE.until


# All our tables, through a whole year


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """All our tables before, after the next year was opened, and after the one that follows: a folder each."""
    folders = [tmp_path_factory.mktemp(name) for name in ("before", "first", "second")]
    shutil.copytree(ROOT / "data", folders[0] / "data")
    for source, target, year in zip(folders, folders[1:], TURNS, strict=False):
        shutil.copytree(source / "data", target / "data")
        assert run(target, year) == 0
    return folders


@pytest.mark.parametrize("turn", [0, 1])
def test_only_the_new_rows_and_the_years_in_force_change(two_years, turn):
    before, after = ((folder / LIMITS).read_text(encoding="utf-8") for folder in two_years[turn : turn + 2])
    year, kind = TURNS[turn], kind_of(TURNS[turn])
    old, new = load(two_years[turn]), load(two_years[turn + 1])
    went, came = changed_lines(before, after)
    assert went == [f"  {kind}: {year_before(year)}", f"  until: {old.in_force.until}"]
    wanted = [f"  {kind}: {year}", f"  until: {new.in_force.until}"]
    for table in old.tables.values():
        if table.keyed_by == kind:
            rows = [f"    {year}:", *(f"      {column}: null" for column in table.units)]
            wanted += [*rows, *(f"      {line}" for line in TO_FILL)]
    # Sorted: two rows of gaps look alike, and a comparison of lines may take the one for the other.
    assert sorted(came) == sorted(wanted)


@pytest.mark.parametrize("turn", [0, 1])
def test_every_table_of_that_kind_of_year_has_a_row_of_gaps_and_no_other_table_a_row_more(two_years, turn):
    old, new = load(two_years[turn]), load(two_years[turn + 1])
    year, kind = TURNS[turn], kind_of(TURNS[turn])
    tables = [table for table in new.tables.values() if table.keyed_by == kind]
    assert tables
    for name, table in new.tables.items():
        more = [key for key in table.rows if key not in old.tables[name].rows]
        assert more == ([year] if table in tables else []), name
    for table in tables:
        assert list(table.rows)[-1] == year
        assert all(cell.value is None for cell in table.rows[year].cells.values())


@pytest.mark.parametrize("turn", [0, 1])
def test_the_year_before_is_closed_and_its_figures_are_locked(two_years, turn):
    loaded = load(two_years[turn + 1])
    year, kind = TURNS[turn], kind_of(TURNS[turn])
    assert getattr(loaded.in_force, kind) == year
    assert loaded.in_force.until == str(hold_until(loaded.in_force.calendar_year, loaded.in_force.academic_year))
    for table in loaded.tables.values():
        if table.keyed_by == kind:
            assert closed_rows(table, loaded.in_force)[-1].key == year_before(year)
    lock = (two_years[turn + 1] / LOCK).read_text(encoding="utf-8")
    assert lock == lock_text(loaded.tables, loaded.in_force)
    went, came = changed_lines((two_years[turn] / LOCK).read_text(encoding="utf-8"), lock)
    rows = [(loaded.tables[line.split()[0]].keyed_by, line.split()[1]) for line in came]
    # Rates that came in the meantime are locked along with the year.
    assert went == [] and {row for kept_by, row in rows if kept_by in NEXT} == {year_before(year)}


def test_the_day_is_noted_and_no_year_is_a_correction(two_years):
    earlier = len(read_opened_years(two_years[0]))
    noted = [(each["on"], each["year"]) for each in read_opened_years(two_years[2])][earlier:]
    first_days = {CALENDAR: "01-01", ACADEMIC: "08-01"}
    assert noted == [(f"{year[:4]}-{first_days[kind_of(year)]}", year) for year in TURNS]
    went, _ = changed_lines(
        *((folder / CHANGES).read_text(encoding="utf-8") for folder in (two_years[0], two_years[2]))
    )
    assert went == []
    before, after = (load(folder).changes for folder in (two_years[0], two_years[2]))
    assert [each["what"] for each in after] == [each["what"] for each in before]


def test_gaps_stop_nothing_and_are_told(two_years):
    loaded = load(two_years[2])
    for lang in LANGUAGES:
        *lines, last = gaps_in_force(loaded, lang)
        for table in loaded.tables.values():
            if table.keyed_by in NEXT:
                [line] = [each for each in lines if f" {table.name} {NEXT[table.keyed_by]}: " in each]
                row = table.rows[NEXT[table.keyed_by]]
                assert line.startswith(f"{LIMITS}:{next(iter(row.cells.values())).line}: ")
        assert str(len(lines)) in last
    first_day = date.fromisoformat(f"{NEXT[ACADEMIC][:4]}-08-01")
    late = {problem.shows.get("table") for problem in overdue(loaded, first_day) if problem.rule == "overdue_gap"}
    assert {"basic_support", "required_funds"} <= late, "what usually is known is overdue from its first day"


# What is refused


def test_a_year_that_is_not_the_next_is_refused_in_words_and_nothing_changes(root, capsys):
    first, second = TURNS
    kind = kind_of(first)
    wrong = {
        getattr(FORCE, kind): "already",
        year_before(getattr(FORCE, kind)): "already",
        next_year(first): "skips",
        second: "apart",
        "2027-29": "malformed",
        "i fjor": "malformed",
    }
    before = files_of(root)
    for year, reason in wrong.items():
        for lang in LANGUAGES:
            assert run(root, year, "--lang", lang) == 2
            said = capsys.readouterr().out.strip()
            pattern = re.sub(r"\\\{\w+\\\}", "(.+)", re.escape(SAYS["new_year"][reason][lang]))
            assert re.fullmatch(pattern, said) and year in said, (year, said)
            assert first in said or reason == "malformed", "says which year to open instead"
    assert files_of(root) == before


def test_a_year_cannot_be_opened_twice(root, capsys):
    assert run(root, TURNS[0]) == 0
    before = files_of(root)
    assert run(root, TURNS[0], "--lang", "en") == 2
    assert "is there already" in capsys.readouterr().out
    assert files_of(root) == before


def test_nothing_is_built_on_tables_with_slips(root, capsys):
    edit(root, "seven_months_or_less: 535532", "seven_months_or_less: 535523")
    before = files_of(root)
    assert run(root, TURNS[0], "--lang", "en") == 1
    said = capsys.readouterr().out
    assert f"{LIMITS}:" in said and "[closed_row_changed]" in said
    assert said.rstrip().endswith(SAYS["new_year"]["bad_tables"]["en"])
    assert files_of(root) == before


# How the file is written

# Tables made for these tests, in the layouts an editor may leave behind.
HEAD = "  label: {nb: Tall, en: Figure}\n  explain: {nb: Et tall., en: A figure.}\n"
ONE = "  columns: {one: {label: {nb: En, en: One}, unit: NOK}}\n"
MADE = f"""\
# yaml-language-server: $schema=limits.schema.json
in_force:   # moved by new-year
  calendar_year: 2026     # the year now
  academic_year: 2026-27
  until: "2026-12-31"

folded:
{HEAD}  keyed_by: calendar_year
{ONE}  rows:
    2026:
      one: 10
      sources: [late-page, later-page]
      status: official
      note:
        nb: >-
          En merknad
          over to linjer.
        en: >-
          A remark
          of two lines.
      # A remark that belongs to the row.

# A remark about what follows.

remarked:
{HEAD}  keyed_by: calendar_year
{ONE}  rows:
    2026: {{one: 20, sources: [early-page], status: official}}   # read twice
    # A remark about the table.
first_day:
{HEAD}  keyed_by: calendar_year
{ONE}  rows:
      2026:
          one: {{value: 30, sources: [day-page], status: official}}

of_another_year:
{HEAD}  keyed_by: calendar_year
{ONE.replace("NOK", "percent")}  rows:
    2026: {{one: 40, sources: [undated-page, old-page], status: official}}

never:
{HEAD}  keyed_by: calendar_year
{ONE}  rows:
    2026: {{one: null}}

gone:
{HEAD}  keyed_by: calendar_year
{ONE}  rows:
    2025: {{one: 49, sources: [early-page], status: official}}
    2026: {{one: null}}

early_bird:
{HEAD}  keyed_by: calendar_year
{ONE}  rows:
    2026: {{one: 50, sources: [press], status: secondary}}
    2027: {{one: 51, sources: [press], status: secondary}}

studies:
{HEAD}  keyed_by: academic_year
{ONE}  rows:
    2026-27: {{one: 60, sources: [late-page], status: official}}"""
PAGES = {
    "late-page": "2026-01-12", "later-page": "2026-03-01", "early-page": "2025-11-20", "day-page": "2026-01-01",
    "undated-page": None, "old-page": "2024-12-30",
}  # fmt: skip


@pytest.fixture
def made(tmp_path):
    """A folder with the tables above."""
    (tmp_path / "data").mkdir()
    for file in (LIMITS, SOURCES, CHANGES):
        schema = Path(file).with_suffix(".schema.json")
        shutil.copy(ROOT / schema, tmp_path / schema)
    (tmp_path / CHANGES).write_text("# Corrections.\n\nchanges: []\n", encoding="utf-8")
    (tmp_path / LIMITS).write_text(MADE, encoding="utf-8")
    page = "{{title: A, publisher: B, kind: {}, url: {}, page_date: {}, read: 2026-11-22}}\n"
    lines = [
        f"{name}: {page.format('official', f'https://example.org/{name}', printed or 'null')}"
        for name, printed in PAGES.items()
    ]
    (tmp_path / SOURCES).write_text("".join(lines) + f"press: {page.format('secondary', 'null', 'null')}")
    assert problems_in(tmp_path) == []
    return tmp_path


def test_a_row_stands_after_the_remarks_of_the_last_one_and_before_other_remarks(made):
    assert run(made, "2027") == 0
    text = (made / LIMITS).read_text(encoding="utf-8")
    gap = "2027:\n      one: null\n" + "".join(f"      {line}\n" for line in TO_FILL)
    assert f"      # A remark that belongs to the row.\n    {gap}\n# A remark about what follows." in text
    assert f"# read twice\n    {gap}    # A remark about the table.\nfirst_day:" in text
    assert "official}\n      2027:\n        one: null\n" in text, "indented as its neighbours"
    assert "in_force:   # moved by new-year\n  calendar_year: 2027     # the year now\n" in text
    assert "  until: 2027-07-31\n" in text
    went, _ = changed_lines(MADE, text)
    assert went == ["  calendar_year: 2026     # the year now", '  until: "2026-12-31"']


def test_remarks_on_what_to_fill_in_stay_with_their_own_year(made):
    for year in ("2027", "2027-28", "2028"):
        assert run(made, year) == 0
    text = (made / LIMITS).read_text(encoding="utf-8")
    rows = "".join(
        f"    {year}:\n      one: null\n" + "".join(f"      {line}\n" for line in TO_FILL) for year in ("2027", "2028")
    )
    assert f"2026: {{one: null}}\n{rows}\ngone:" in text
    assert text.endswith("official}\n    2027-28:\n      one: null\n" + "".join(f"      {x}\n" for x in TO_FILL))
    noted = (made / CHANGES).read_text(encoding="utf-8")
    assert noted.endswith(
        "years:\n  - {on: 2027-01-01, year: 2027}\n  - {on: 2027-08-01, year: 2027-28}\n"
        "  - {on: 2028-01-01, year: 2028}\n\nchanges: []\n"
    )


def test_a_row_that_an_editor_entered_early_is_kept(made, capsys):
    assert run(made, "2027", "--lang", "en") == 0
    text = (made / LIMITS).read_text(encoding="utf-8")
    assert text.count("one: 51") == 1
    assert load(made).tables["early_bird"].rows["2027"].cells["one"].value == 51
    section = sections(capsys.readouterr().out)["early_bird"]
    assert SAYS["checklist"]["was_there"]["en"].format(year="2027") in section


def test_no_gap_is_told_where_none_is(made):
    (made / LIMITS).write_text(MADE[: MADE.index("\nnever:")], encoding="utf-8")
    assert gaps_in_force(load(made), "en") == [SAYS["gaps"]["none"]["en"].format(years="2026, 2026-27")]


def test_the_ends_of_lines_are_kept(made):
    path = made / LIMITS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run(made, "2027") == 0
    data = path.read_bytes()
    assert b"2027:\r\n      one: null\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_a_file_that_leaves_no_place_for_a_row_is_left_alone(made, capsys):
    edit(made, "    2026: {one: null}\n\ngone:", "    {2026: {one: null}}\n\ngone:")
    before = files_of(made)
    assert run(made, "2027", "--lang", "en") == 1
    said = capsys.readouterr().out
    assert said.startswith("Nothing was changed") and "never" in said
    assert files_of(made) == before


def test_a_result_that_reads_differently_elsewhere_is_never_written(made, capsys, monkeypatch):
    """The last line of defence: the new files are read back and compared before anything is written."""
    honest = new_year.limits_with
    official = "      sources: [late-page]\n      status: official"
    for harm in (
        lambda text: text.replace("one: 60", "one: 61"),
        lambda text: text.replace("nb: Tall", "nb: Sum", 1),
        lambda text: text.replace("      one: null", f"      one: 11\n{official}", 1),
        lambda text: text.replace("until: 2027-07-31", "until: 2027-07-30"),
    ):
        monkeypatch.setattr(new_year, "limits_with", lambda *given, harm=harm: harm(honest(*given)))
        before = files_of(made)
        assert run(made, "2027", "--lang", "en") == 1
        assert "Nothing was changed" in capsys.readouterr().out
        assert files_of(made) == before


# Options


def test_a_dry_run_shows_what_would_change_and_changes_nothing(root, capsys):
    before = files_of(root)
    assert run(root, TURNS[0], "--dry-run") == 0
    shown = capsys.readouterr().out
    assert files_of(root) == before
    for file in (LIMITS, CHANGES, LOCK):
        assert f"--- a/{file}" in shown and f"+++ b/{file}" in shown
    assert run(root, TURNS[0]) == 0
    _, came = changed_lines(before["limits.yaml"].decode(), (root / LIMITS).read_text("utf-8"))
    assert came and all(f"+{line}\n" in shown for line in came)


def test_the_day_may_be_given_and_the_checklist_written_into_a_file(root, capsys, tmp_path):
    year = TURNS[0]
    out = tmp_path / "list.md"
    day = f"{year[:4]}-12-30"
    assert run(root, year, "--on", day, "--out", str(out), "--lang", "en") == 0
    said = capsys.readouterr()
    assert out.read_text(encoding="utf-8") == said.out
    assert read_opened_years(root)[-1]["on"] == day
    assert "which was before" in said.out, "what was wanted before that day is late"
    assert str(out) in said.err and LIMITS in said.err


def test_nothing_changes_when_the_checklist_cannot_be_written(root, capsys, tmp_path):
    before = files_of(root)
    out = tmp_path / "no such folder" / "list.md"
    assert run(root, TURNS[0], "--out", str(out), "--lang", "en") == 2
    assert capsys.readouterr().out.startswith(f"Nothing was changed: {out} cannot be written")
    assert files_of(root) == before


def test_the_command_is_one_of_dev_py():
    assert COMMANDS["new-year"].module == "scripts.year.new_year"
    assert COMMANDS["new-year"].needs == frozenset()


# The checklist


def sections(markdown: str) -> dict[str, str]:
    """The checklist's part about each table, by the table's name."""
    parts = re.split(r"^## .*\(`(\w+)`\)$", markdown, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("turn", [0, 1])
def test_the_checklist_tells_for_each_table_what_where_when_and_what_must_hold(two_years, tmp_path, capsys, turn, lang):
    shutil.copytree(two_years[turn] / "data", tmp_path / "data")
    year, kind = TURNS[turn], kind_of(TURNS[turn])
    assert run(tmp_path, year, "--lang", lang) == 0
    said = capsys.readouterr().out
    assert "{" not in said and "None" not in said and "Decimal" not in said
    loaded = load(tmp_path)
    tables = {table.name: table for table in loaded.tables.values() if table.keyed_by == kind}
    parts = sections(said)
    assert list(parts) == list(tables)
    for name, table in tables.items():
        part = parts[name]
        for column in table.units:
            assert f"- [ ] `{column}`: {table.column_labels[column][lang]} (" in part
        assert f" {table.rows[year].line} " in part
        last = [row for row in table.rows.values() if any(cell.value is not None for cell in row.cells.values())][-1:]
        for source in {source for row in last for cell in row.cells.values() for source in cell.sources}:
            assert f"`{source}`" in part
            assert (loaded.sources[source]["url"] or "") in part
        for ratio in [table.checks["ratio"]] if isinstance(table.checks.get("ratio"), dict) else []:
            assert f"`{ratio['of']}` = {ratio['factor']} × `{ratio['to']}`" in part
    if kind == ACADEMIC:
        assert "`autumn` + `spring` = `year`" in parts["required_funds"]
        assert "`autumn` = `month` × 5" in parts["required_funds"]
        assert "`year` = `basic_support.year`" in parts["required_funds"]
    assert "`interest_rate`" in said and "interest_rate" not in parts, "rates are entered on their own days"


def test_what_came_early_or_late_is_told_by_the_dates_of_the_pages(made, capsys):
    assert run(made, "2027", "--lang", "en") == 0
    parts = {name: part.replace("\u00a0", " ") for name, part in sections(capsys.readouterr().out).items()}
    assert "late, as far as we know" in parts["folded"] and "11 days after" in parts["folded"]
    assert "`late-page`" in parts["folded"] and "12 January 2026" in parts["folded"]
    assert "early, as far as we know" in parts["remarked"] and "42 days before" in parts["remarked"]
    assert "on the day the year began" in parts["first_day"]
    assert "for 2026 came is unknown" in parts["of_another_year"], "a page of two years before tells nothing"
    assert "For 2026 the figure was never found" in parts["gone"]
    assert "Last found for 2025" in parts["gone"] and "`early-page`" in parts["gone"]
    assert "Never found" in parts["never"] and SAYS["checklist"]["no_page"]["en"] in parts["never"]
    assert SAYS["checklist"]["no_official_page"]["en"] in parts["early_bird"]
    assert all("Wanted by 1 January 2027." in part for part in parts.values())


def test_both_languages_fill_in_every_sentence():
    def leaves(node, path=()):
        if set(node) == set(LANGUAGES):
            yield path, node
        else:
            for key, each in node.items():
                yield from leaves(each, (*path, key))

    found = dict(leaves(SAYS))
    assert len(found) > 50
    for path, sentence in found.items():
        names = [set(re.findall(r"\{(\w+)\}", sentence[lang])) for lang in LANGUAGES]
        assert names[0] == names[1], path
    code = "".join(path.read_text("utf-8") for path in (ROOT / "scripts/year").glob("*.py"))
    unused = [path for path in found if f'"{path[-1]}"' not in code and f"'{path[-1]}'" not in code]
    assert [path for path in unused if not path[-1].startswith("title_")] == []


# From gap to figure


def test_a_new_row_is_filled_as_it_says_and_a_wrong_figure_is_refused(root):
    """Three figures of a made-up year: one of them wrong at first."""
    if TURNS[0] != NEXT[CALENDAR]:
        assert run(root, TURNS[0]) == 0
    year = NEXT[CALENDAR]
    assert run(root, year) == 0
    loaded = load(root)
    incomes, assets = (loaded.tables[name].rows for name in ("income_limit", "wealth_limit"))
    known = [key for key in assets if assets[key].cells["single"].value and incomes[key].cells["whole_year"].value][-1]
    undated = next(name for name, page in loaded.sources.items() if page["read"] and not page["page_date"])
    limit = (incomes[known].cells["whole_year"].value * 104 / 100).to_integral_value()
    wealth = (assets[known].cells["single"].value * 104 / 100).to_integral_value()

    def fill(row: str, **figures: object) -> None:
        text = (root / LIMITS).read_text(encoding="utf-8")
        for column, figure in figures.items():
            start, end = cell_span(text, f"{row}.{column}")
            text = text[:start] + str(figure) + text[end:]
        first, last = row_span(text, row)
        last = text.index("status: official or secondary", first) + len("status: official or secondary")
        filled = text[first:last].replace(TO_FILL[0], f"sources: [{undated}]").replace(TO_FILL[1], "status: secondary")
        (root / LIMITS).write_text(text[:first] + filled + text[last:], encoding="utf-8")

    fill(f"income_limit.{year}", whole_year=limit)
    fill(f"wealth_limit.{year}", single=wealth + 3000)
    assert {problem.rule for problem in problems_in(root)} >= {"ratio"}
    start, end = cell_span((root / LIMITS).read_text("utf-8"), f"wealth_limit.{year}.single")
    text = (root / LIMITS).read_text("utf-8")
    (root / LIMITS).write_text(text[:start] + str(wealth) + text[end:], encoding="utf-8")
    assert {problem.rule for problem in problems_in(root)} <= {"uplift"}, "a made-up year need not follow the budget"


def test_a_form_starts_with_the_year_in_force_or_says_that_it_does_not(two_years, tmp_path):
    (tmp_path / "engine.json").write_text(json.dumps({"worker": "worker.js"}))
    place = type("Place", (), {"up": "../", "to_engine": "../engine/"})()
    now = dataclasses.replace(open_book("en"), tables=Tables.from_json(load(two_years[2]).canonical))
    by_year = [name for name in now.words.calculators() if starting_answer(now, name)[1]]
    assert {"wealth", "income", "support", "deposit", "grant", "deadlines"} <= set(by_year)
    for name in by_year:
        start, newer = starting_answer(now, name)
        [year] = [value for field, value in start.result["inputs"].items() if field in ("year", "academic_year")]
        assert start.status == 0 and year < newer and newer in NEXT.values()
        html = calculator_html(now, place, name, tmp_path)
        told = re.search(r"<p[^>]*data-older-example>([^<]*)</p>", html)[1]
        assert newer in told and year in told
        assert f'<option value="{year}" selected>' in html and f'<option value="{newer}">{newer} (not found)' in html


def test_once_the_figures_are_there_a_form_starts_with_the_new_year(two_years):
    contents = json.loads(load(two_years[2]).canonical)
    rows = contents["tables"]["wealth_limit"]["rows"]
    known = [row["cells"]["single"] for row in rows.values() if row["cells"]["single"]["value"]]
    rows[NEXT[CALENDAR]]["cells"]["single"] = known[-1]
    now = dataclasses.replace(open_book("nb"), tables=Tables.from_json(json.dumps(contents).encode()))
    start, newer = starting_answer(now, "wealth")
    assert newer is None and start.result["inputs"]["year"] == NEXT[CALENDAR]


# The years in data/changes.yaml


@pytest.mark.parametrize(
    "years, rule, line",
    [
        ("[{on: 2027-01-01, year: 2027}, {on: 2027-01-02, year: 2027}]", "rows_out_of_order", 1),
        ("[{on: 2027-08-01, year: 2027-28}, {on: 2027-01-01, year: 2027}]", "rows_out_of_order", 1),
        ("[{on: 2027-08-01, year: 2027-29}]", "bad_row_key_academic_year", 1),
        ("[{on: 2027-02-30, year: 2027}]", "not_a_date", 1),
        ("[{on: 2027-01-01, year: 2027, table: wealth_limit}]", "unknown_key", 1),
    ],
)
def test_a_slip_in_the_opened_years_is_refused_on_its_line(made, years, rule, line):
    (made / CHANGES).write_text(f"years: {years}\nchanges: []\n", encoding="utf-8")
    assert [(problem.file, problem.line, problem.rule) for problem in problems_in(made)] == [(CHANGES, line, rule)]
    with pytest.raises(Refused):
        read_opened_years(made)


def test_an_empty_list_of_opened_years_is_filled_and_one_in_brackets_left_alone(made, capsys):
    (made / CHANGES).write_text("years: []\nchanges: []\n", encoding="utf-8")
    assert run(made, "2027") == 0
    assert (made / CHANGES).read_text("utf-8") == "years:\n  - {on: 2027-01-01, year: 2027}\nchanges: []\n"
    (made / CHANGES).write_text("years: [{on: 2027-01-01, year: 2027}]\nchanges: []\n", encoding="utf-8")
    before = files_of(made)
    assert run(made, "2027-28") == 1
    assert "years" in capsys.readouterr().out.splitlines()[-1]
    assert files_of(made) == before
