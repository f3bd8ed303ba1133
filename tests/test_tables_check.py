"""What the check says and when: sentences for an adviser, errors and warnings apart, signed notes, speed."""

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tables_tools import cell_span, data_copy, our_tables, problems_in, row_with

from scripts.tables import ROOT
from scripts.tables.places import LIMITS
from scripts.tables.problems import ERROR, WARNING

CODE = ROOT / "scripts" / "tables"
MESSAGES = yaml.safe_load((CODE / "messages.yaml").read_text(encoding="utf-8"))
SEVERITIES = ("error", "warning", "overdue")
# What a sentence tells the adviser to do.
IMPERATIVE = {
    "nb": r"(?i)\b(Skriv|Rett|Legg|Fjern|Les|Sett|Bruk|Slett|Behold|Velg|Slå|Se|Kjør|hver \[ sin)\b",
    "en": r"(?i)\b(Write|Correct|Add|Remove|Read|Put|Use|Delete|Keep|Choose|Look|See|Run|Type|Copy|each \[ its)\b",
}
TABLES = {"wealth_limit", "income_limit", "required_funds", "basic_support"}


def words_in_code() -> set[str]:
    """Every text in the code of the check, f-strings as patterns, so that rules built from parts are met too."""
    found = set()
    for path in (ROOT / "scripts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.escape(node.value))
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(each.value) if isinstance(each, ast.Constant) else ".+" for each in node.values]
                found.add("".join(parts))
    return found


def names_in(sentence: str) -> set[str]:
    """What is filled in to a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("rule", [rule for rule in MESSAGES if rule not in SEVERITIES])
def test_a_sentence_stands_in_both_languages_and_says_what_to_do(rule):
    sentences = MESSAGES[rule]
    assert set(sentences) == {"nb", "en"}
    shown = {
        lang: {name for _, name, _, _ in string.Formatter().parse(each) if name} for lang, each in sentences.items()
    }
    assert shown["nb"] == shown["en"]
    for lang, sentence in sentences.items():
        assert re.search(IMPERATIVE[lang], sentence), f"{lang}: {sentence}"
        # What is to be copied may end a sentence: a full stop would be copied along.
        assert re.search(r"[.?]$|\{(example|page)\}$|\}\}$", sentence), sentence
        plain = sentence.replace("{{", "").replace("}}", "")
        assert not re.search(r"\b(YAML-node|parse|scalar|regex|schema|null-verdi|exception)\b", plain), sentence


def test_no_sentence_is_idle():
    patterns = [each for each in words_in_code() if len(each) > 2]
    idle = [rule for rule in MESSAGES if not any(re.fullmatch(each, rule) for each in patterns)]
    assert idle == []


# Errors, warnings and signed notes


@pytest.fixture
def root(tmp_path):
    return data_copy(tmp_path, TABLES)


def change(root: Path, at: str, figure: str) -> None:
    """Type another figure into a cell."""
    text = (root / LIMITS).read_text(encoding="utf-8")
    start, end = cell_span(text, at)
    (root / LIMITS).write_text(text[:start] + figure + text[end:], encoding="utf-8")


def accept(root: Path, row: str, *checks: str, on: str = "2026-12-01") -> None:
    """Sign off the warnings of these checks in a row."""
    notes = [f"{{check: {each}, on: {on}, by: study adviser, why: The source prints this.}}" for each in checks]
    text = (root / LIMITS).read_text(encoding="utf-8")
    entry = f"accepted: {notes[0] if len(notes) == 1 else '[' + ', '.join(notes) + ']'}"
    (root / LIMITS).write_text(row_with(text, row, entry), encoding="utf-8")


def test_a_warning_stops_the_tables_until_a_signed_note_accepts_it(root):
    newest = [row for row in our_tables().tables["wealth_limit"].rows.values() if row.cells["single"].value][-1]
    change(root, f"wealth_limit.{newest.key}.single", str(newest.cells["single"].value + 100))
    found = problems_in(root)
    assert "ratio" in {problem.rule for problem in found}
    assert {problem.severity for problem in found} == {WARNING}
    assert all("advarsel [" in problem.say("nb") and "warning [" in problem.say("en") for problem in found)
    accept(root, f"wealth_limit.{newest.key}", *sorted({problem.rule for problem in found}))
    assert problems_in(root) == []


def test_a_note_silences_its_own_check_only(root):
    change(root, "income_limit.2023.whole_year", "205679")
    change(root, "income_limit.2026.whole_year", "234921")
    assert {"ratio", "uplift"} <= {problem.rule for problem in problems_in(root)}
    accept(root, "income_limit.2026", "uplift")
    assert "ratio" in {problem.rule for problem in problems_in(root)}


def test_a_note_silences_its_own_row_only(root):
    change(root, "wealth_limit.2025.single", "511202")
    change(root, "wealth_limit.2019.single", "415326")
    before = {problem.line for problem in problems_in(root) if problem.rule == "ratio"}
    accept(root, "wealth_limit.2025", "ratio")
    after = {problem.line for problem in problems_in(root) if problem.rule == "ratio"}
    assert after and len(after) < len(before)


def test_a_note_that_is_no_longer_needed_is_an_error(root):
    accept(root, "wealth_limit.2025", "unique")
    [problem] = problems_in(root)
    assert (problem.rule, problem.severity) == ("accepted_needless", ERROR)


@pytest.mark.parametrize("on, rule", [("2026-02-30", "not_a_date"), ("yesterday", "wrong_form")])
def test_a_note_is_dated(root, on, rule):
    change(root, "wealth_limit.2025.single", "511202")
    accept(root, "wealth_limit.2025", "ratio", on=on)
    assert rule in {problem.rule for problem in problems_in(root)}


def test_an_error_cannot_be_silenced(root):
    change(root, "required_funds.2024-25.spring", "825740")
    accept(root, "required_funds.2024-25", "sum")
    assert "not_one_of" in {problem.rule for problem in problems_in(root)}


def test_all_slips_are_listed_in_file_order_and_each_once(root):
    change(root, "wealth_limit.2025.single", "51122")
    change(root, "wealth_limit.2014.single", "887150")
    found = problems_in(root)
    assert len(found) > 3
    assert found == sorted(found)
    assert len({problem.say("en") for problem in found}) == len(found)


# The command


def test_the_whole_check_takes_less_than_two_seconds_of_work():
    """Seconds of the processor, start of Python included: the machine may be busy with other things."""
    resource = pytest.importorskip("resource")
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "scripts.check"], cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"\nthe whole check: {min(spent):.2f} s")
    assert min(spent) < 2


def test_the_command_prints_every_slip_with_its_place_and_ends_with_status_one(root):
    change(root, "wealth_limit.2014.single", "887150")
    code = (
        "import scripts.check as check, functools, pathlib, sys;"
        "check.load = functools.partial(check.load, pathlib.Path(sys.argv[1]));"
        "sys.exit(check.main(['--lang', sys.argv[2]]))"
    )
    for lang, ending in (("nb", r"(\d+) feil og (\d+) advarsler\. "), ("en", r"(\d+) errors and (\d+) warnings\. ")):
        run = subprocess.run([sys.executable, "-c", code, str(root), lang], cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 1, run.stderr
        *slips, last = run.stdout.splitlines()
        assert all(re.match(r"data/limits\.yaml:\d+: \S+ \[\w+\] ", slip) for slip in slips)
        counted = re.match(ending, last)
        assert counted and sum(map(int, counted.groups())) == len(slips)
