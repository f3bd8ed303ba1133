"""`compare`: which figures changed, who uses them, and what it means in kroner."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.tables import ROOT
from scripts.tables.places import LIMITS
from scripts.year.compare import NoSuchVersion, changes, main, report, tables_of, typical_students, uses_of

# The years in force move on; what these tests compare are figures of years whose official pages we have read.
YEARS = "in_force:\n  calendar_year: 2020\n  academic_year: 2019-20\n  until: 2020-07-31\n"


def limits() -> str:
    """Our limits.yaml as it would have stood early in 2020."""
    return re.sub(r"^in_force:\n(?:  .*\n)+", YEARS, (ROOT / LIMITS).read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    path = tmp_path_factory.mktemp("now") / "limits.yaml"
    path.write_text(limits(), encoding="utf-8")
    return tables_of(str(path))


@pytest.fixture
def changed(tmp_path):
    """The tables of `now` with other text in limits.yaml: changed(old, new, …) gives the path of the file."""

    def write(*pairs):
        text = limits()
        for old, new in pairs:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "limits.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


HIGHER = ("single: 428861", "single: 438861")
FEE = ("      fee: 280\n", "      fee: 290\n")
GONE = ("single: 415362", "single: null")


def names(found):
    return [f"{each.table}.{each.row}.{each.column}" for each in found]


def test_nothing_changed_is_said_in_both_languages(capsys, now):
    assert changes(now, now) == []
    assert main(["."]) == 0
    said = capsys.readouterr().out
    assert "Ingen tall er endret." in said and "No figure has changed." in said


def test_every_change_is_found_with_its_old_and_new_figure(now, changed):
    found = changes(now, tables_of(str(changed(HIGHER, GONE))))
    assert names(found) == ["wealth_limit.2019.single", "wealth_limit.2020.single"]
    assert found[0].new is None and found[0].row_is_there
    assert (found[1].old.value, found[1].new.value) == (428861, 438861)


def test_a_changed_status_or_source_is_a_change(now, changed):
    was = re.search(r"    2020: \{single: 428861.*\n", (ROOT / LIMITS).read_text(encoding="utf-8"))[0]
    found = changes(now, tables_of(str(changed((was, was.replace("official", "secondary"))))))
    assert names(found) == ["wealth_limit.2020.single", "wealth_limit.2020.couple"]
    assert (found[0].old.status, found[0].new.status) == ("official", "secondary")


def test_pages_calculators_and_examples_that_use_a_figure_are_named(now, changed):
    new = tables_of(str(changed(HIGHER)))
    uses = uses_of(changes(now, new), now, new)
    assert "wealth" in uses.pages and "wealth" in uses.calculators
    assert "invoice" not in uses.pages and "deferral" not in uses.calculators
    assert any(each.startswith("wealth: ") for each in uses.examples)


def test_an_example_that_comes_out_differently_is_told(now, changed):
    new = tables_of(str(changed(FEE)))
    broken = uses_of(changes(now, new), now, new).broken
    assert ("late_payment: ordinary_year", "fees", "280", "290") in broken


def test_students_are_followed_in_kroner(now, changed):
    new = tables_of(str(changed(HIGHER)))
    before_after = {
        case.who["en"]: tuple(done.result["outputs"] and done.result["outputs"][case.output] for done in pair)
        for case in typical_students(now, new, "en")
        for pair in [(case.before, case.after)]
    }
    assert len(before_after) >= 12
    # (600 000 − 428 861) × 2 % × 10, and with a limit 10 000 higher.
    single = next(value for who, value in before_after.items() if who.startswith("Single with NOK 600,000"))
    assert single == ("34227.80", "32227.80")
    assert before_after["Studies full time in Norway the whole year"][0] == "121220"


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_report_says_it_in_the_readers_language(now, changed, lang):
    said = report(now, tables_of(str(changed(HIGHER, FEE, GONE))), ("OLD", "NEW"), lang)
    row = next(line for line in said.splitlines() if "wealth_limit.2020.single" in line)
    nb, en = ("428\u00a0861\u00a0kr", "+10\u00a0000\u00a0kr"), ("NOK\u00a0428,861", "+NOK\u00a010,000")
    assert all(each in row for each in (nb if lang == "nb" else en))
    assert {"nb": "er nå borte", "en": "are now gone"}[lang] in said
    assert ("Endringer i tallene" in said) == (lang == "nb")
    for line in said.splitlines():
        if line.startswith("|"):
            assert line.count("|") in (5, 6)


def test_a_moved_year_is_said_and_students_follow_it(now, changed):
    before = tables_of(str(changed(("  calendar_year: 2020\n", "  calendar_year: 2019\n"), FEE)))
    said = report(before, now, ("OLD", "NEW"), "en")
    assert "2019, 2019-20 → 2020, 2019-20" in said
    row = next(line for line in said.splitlines() if line.startswith("| Single with NOK 600,000"))
    # (600 000 − 415 362) × 2 % × 10 = 36 927.60 with the limit of 2019, 34 227.80 with that of 2020
    assert "36,927.60" in row and "34,227.80" in row and "2,699.80" in row


def test_a_moved_year_alone_is_said_too(now, changed):
    before = tables_of(str(changed(("  calendar_year: 2020\n", "  calendar_year: 2019\n"))))
    said = report(before, now, ("OLD", "NEW"), "nb")
    assert "2019, 2019-20 → 2020, 2019-20" in said and "Ingen tall er endret." in said
    assert "Enslig med" in said


def test_an_answer_in_words_has_no_difference_in_kroner(changed):
    year_with_limits = ("  calendar_year: 2020\n", "  calendar_year: 2019\n")
    before, after = (tables_of(str(changed(year_with_limits, *more))) for more in ([], [FEE]))
    row = next(line for line in report(before, after, ("OLD", "NEW"), "en").splitlines() if "| Out of work" in line)
    assert "no answer" not in row and row.endswith("| – |")


def test_versions_come_from_git_too(tmp_path, now):
    root = tmp_path / "copy"
    shutil.copytree(ROOT / "data", root / "data")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    path = root / LIMITS
    path.write_text(path.read_text(encoding="utf-8").replace(*HIGHER), encoding="utf-8")
    assert names(changes(tables_of("HEAD", root), tables_of(None, root))) == ["wealth_limit.2020.single"]
    assert names(changes(tables_of("HEAD", root), tables_of(str(root)))) == ["wealth_limit.2020.single"]


@pytest.mark.parametrize("what", ["no-such-branch", "--output=x", "/nowhere/limits.yaml", "docs"])
def test_what_is_no_version_is_refused_by_name(what, capsys):
    with pytest.raises(NoSuchVersion):
        tables_of(what)
    if not what.startswith("-"):
        assert main([what, "--lang", "en"]) == 2
        assert what in capsys.readouterr().err


def test_tables_that_cannot_be_read_are_refused_with_their_line(changed, capsys):
    path = changed(("single: 428861", "single: many"))
    assert main([str(path), "--lang", "en"]) == 2
    assert re.search(r"data/limits\.yaml:\d+:", capsys.readouterr().err)
    assert Path(path).exists()
