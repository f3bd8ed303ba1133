"""The command line, run as a reader runs it: answers, exit statuses, faults by name, and JSON with a fixed shape."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calculators import __main__ as command_line
from calculators.core.answer import answer, rule
from calculators.core.files import kinds
from calculators.core.take_along import take_along
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
CASE = ["--year", "2020", "--household", "single", "--net-wealth", "678861", "--months", "10"]
WORDS = json.loads(words_json())


def run(*arguments, python=(sys.executable,), cwd=ROOT):
    """Run the command line; returns (exit status, stdout, stderr)."""
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": ""}
    done = subprocess.run(
        [*python, "-m", "calculators", *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def in_json(*arguments):
    """Run with --json; returns (exit status, the JSON). Nothing may be on stderr."""
    status, out, err = run(*arguments, "--json")
    assert err == ""
    return status, json.loads(out)


@pytest.fixture(scope="module")
def loaded():
    """Tables and words, read once."""
    return command_line._load()


@pytest.fixture
def run_here(loaded, monkeypatch, capsys):
    """run() without a process of its own, for the many small cases."""
    monkeypatch.setattr(command_line, "_load", lambda: loaded)

    def run_here(*arguments):
        try:
            status = command_line.main(list(arguments))
        except SystemExit as end:
            status = end.code or 0
        return status, *capsys.readouterr()

    return run_here


# The case of the issue


@pytest.mark.parametrize(
    ("flags", "headline", "origin"),
    [
        ([], "Formuen kan redusere stipendet ditt med opptil 50 000 kr", "[tall fra kilde, lk-wealth-2019]"),
        (
            ["--lang", "nb"],
            "Formuen kan redusere stipendet ditt med opptil 50 000 kr",
            "[tall fra kilde, lk-wealth-2019]",
        ),
        (
            ["--lang=en"],
            "Your wealth can reduce your grant by up to NOK 50,000",
            "[figure from a source, lk-wealth-2019]",
        ),
    ],
)
def test_it_answers_in_both_languages(flags, headline, origin):
    status, out, err = run("wealth", *CASE, *flags)
    out = out.replace("\u00a0", " ")
    assert (status, err) == (0, "")
    assert out.startswith(headline)
    assert origin in out
    assert re.findall(r"^  (\d)\. ", out, re.M) == list("123456")
    assert "lk-calculation-2020: Lånekassen" in out


KEYS = {"calculator", "inputs", "outputs", "display", "steps", "notices", "sources", "data_version"}
SOURCE_KEYS = {"id", "title", "publisher", "kind", "url", "page_date", "read"}


def has_the_shape(result):
    """Check the shape of a result by the contract, answered or not published."""
    assert set(result) == KEYS
    assert all(isinstance(value, str) or value is None for value in result["inputs"].values())
    assert all(set(step) == {"text", "value", "unit", "origin", "source"} for step in result["steps"])
    assert all(step["origin"] in ("input", "limit", "calculated") for step in result["steps"])
    assert all(set(notice) == {"kind", "text"} for notice in result["notices"])
    assert all(set(source) == SOURCE_KEYS for source in result["sources"])
    assert re.fullmatch("[0-9a-f]{12}", result["data_version"])
    assert result["notices"][-1]["kind"] == "estimate"


def test_json_has_the_contracts_shape():
    status, result = in_json("wealth", *CASE)
    assert status == 0
    has_the_shape(result)
    assert result["calculator"] == "wealth"
    assert result["inputs"] == {
        "year": "2020", "household": "single", "net_wealth": "678861", "months": "10", "study_percent": "100",
    }  # fmt: skip
    assert result["outputs"] == {"limit": "428861", "excess": "250000", "reduction": "50000"}
    assert result["display"] == {
        "limit": "428\u00a0861\u00a0kr", "excess": "250\u00a0000\u00a0kr", "reduction": "50\u00a0000\u00a0kr",
    }  # fmt: skip


def test_json_speaks_the_language_asked_for():
    nb, en = (in_json("wealth", *CASE, "--lang", lang)[1] for lang in ("nb", "en"))
    assert en["display"]["reduction"] == "NOK\u00a050,000"
    assert [step["value"] for step in en["steps"]] == [step["value"] for step in nb["steps"]]
    assert all(a["text"] != b["text"] for a, b in zip(nb["steps"][:-1], en["steps"], strict=False))


def test_the_order_of_the_flags_does_not_matter(run_here):
    turned = [*CASE[4:], *CASE[:4]]
    assert run_here("wealth", *turned) == run_here("wealth", *CASE)


def test_values_may_stand_behind_an_equals_sign_and_be_negative(run_here):
    joined = [f"{flag}={value}" for flag, value in zip(CASE[::2], CASE[1::2], strict=True)]
    assert run_here("wealth", *joined) == run_here("wealth", *CASE)
    for debt in (["--net-wealth", "-150000"], ["--net-wealth=-150000"]):
        status, out, _ = run_here("wealth", *CASE[:4], *debt, "--months", "10", "--json")
        result = json.loads(out)
        assert (status, result["inputs"]["net_wealth"], result["outputs"]["reduction"]) == (0, "-150000", "0")


# Exit status 3


def test_a_limit_that_is_not_published_is_status_3():
    case = ["--year", "2023", *CASE[2:]]
    status, out, err = run("wealth", *case)
    assert (status, err) == (3, "")
    assert "ikke funnet" in out
    assert "Formuesgrense" in out
    known = re.findall(r"\d{3}\u00a0\d{3}", out.split("\n")[0])
    assert known, "it must say what is known around the gap"
    status, result = in_json("wealth", *case)
    assert status == 3
    has_the_shape(result)
    assert result["outputs"] is None and result["display"] is None
    assert result["notices"][0]["kind"] == "not_published"


# Exit status 2


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_faulty_field_is_named_with_what_is_accepted(lang):
    wrong = ["--year", "1989", "--household", "family", "--net-wealth", "678 861", "--months", "13"]
    wrong += ["--study-percent", "0.5"]
    status, out, err = run("wealth", *wrong, "--lang", lang)
    assert (status, out) == (2, "")
    lines = {line.split(":")[0].strip(): line for line in err.splitlines()[1:]}
    assert set(lines) == {"--year", "--household", "--net-wealth", "--months", "--study-percent"}
    for flag, accepted in (("--household", "single"), ("--net-wealth", "678861"), ("--months", "12")):
        assert accepted in lines[flag]
    fields = WORDS["wealth"]["fields"]
    assert all(fields[name[2:].replace("-", "_")]["label"][lang] in line for name, line in lines.items())


def test_faults_in_json_go_to_stdout():
    status, result = in_json("wealth", "--year", "1989", "--household", "family", "--net-wealth", "1e6", "--months")
    assert status == 2
    assert set(result) == {"errors"}
    assert all(set(error) == {"field", "code", "text"} for error in result["errors"])
    assert [(error["field"], error["code"]) for error in result["errors"]] == [
        ("year", "too_low"), ("household", "not_choice"), ("net_wealth", "not_number"), ("months", "required"),
    ]  # fmt: skip


def test_nothing_given_names_every_required_field():
    status, result = in_json("wealth")
    assert status == 2
    assert {error["field"]: error["code"] for error in result["errors"]} == dict.fromkeys(
        ["year", "household", "net_wealth", "months"], "required"
    )


@pytest.mark.parametrize(
    ("extra", "field", "code"),
    [
        (["--net", "5"], "net", "unknown"),
        (["--mon", "5"], "mon", "unknown"),
        (["--study", "50"], "study", "unknown"),
        (["--net_wealth", "5"], "net_wealth", "unknown"),
        (["--salary", "5"], "salary", "unknown"),
        (["--salary=5"], "salary", "unknown"),
        (["stray"], "stray", "unknown"),
        (["-x"], "x", "unknown"),
        (["--year", "2020"], "year", "repeated"),
        (["--months=10"], "months", "repeated"),
        (["--lang", "sv"], "lang", "not_choice"),
        (["--lang"], "lang", "not_choice"),
        (["--jso"], "jso", "unknown"),
        (["--json=yes"], "yes", "unknown"),
    ],
)
def test_flags_are_spelled_out_known_and_given_once(run_here, extra, field, code):
    status, out, err = run_here("wealth", *CASE, "--json", *extra)
    assert (status, err) == (2, "")
    result = json.loads(out)
    assert (field, code) in [(error["field"], error["code"]) for error in result["errors"]]
    allowed = {field, extra[-1]}
    assert {error["field"] for error in result["errors"]} <= allowed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no_such"], "Det finnes ingen kalkulator"),
        (["no_such", "--lang", "en"], "There is no calculator"),
        (["common"], "Det finnes ingen kalkulator"),
        (["core"], "Det finnes ingen kalkulator"),
        (["../wealth"], "Det finnes ingen kalkulator"),
    ],
)
def test_an_unknown_calculator_is_refused_with_the_list(run_here, arguments, said):
    status, out, err = run_here(*arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "wealth" in err.replace(arguments[0], "", 1) or arguments[0] == "../wealth"


# Help


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_help_lists_the_calculators(run_here, arguments, lang):
    status, out, err = run_here(*arguments, "--lang", lang)
    assert (status, err) == (0, "")
    for name in set(WORDS) - {"common"}:
        assert re.search(rf"^  {name} .*{re.escape(WORDS[name]['summary'][lang])}", out, re.M)


def test_without_any_word_the_list_is_shown_and_nothing_answered(run_here):
    status, out, err = run_here()
    assert status == 0
    assert "wealth" in out + err


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_help_for_a_calculator_says_what_every_field_takes(run_here, lang):
    status, out, err = run_here("wealth", "--help", "--lang", lang)
    assert (status, err) == (0, "")
    text = re.sub(r"\s+", " ", out)
    assert re.sub(r"\s+", " ", WORDS["wealth"]["summary"][lang]) in text
    for spec in rule("wealth").FIELDS:
        assert f"--{spec.name.replace('_', '-')}" in text
        assert WORDS["wealth"]["fields"][spec.name]["label"][lang] in text
        assert all(choice in text for choice in spec.choices)
    assert "--json" in text and "--lang" in text
    other = {"nb": ["show this help", "options:", "usage:"], "en": ["vis denne hjelpen"]}[lang]
    assert not any(words in text for words in other)


# The files that the page hands over


FILE_CASES = {
    "deadlines": {"academic_year": "2024-25", "period": "year", "today": "2024-08-20"},
    "support": {"academic_year": "2025-26"},
    "repayment": {"debt": "300000", "annual_rate": "2.979", "support_ended": "2026-06-15"},
}


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("calculator", FILE_CASES)
def test_the_page_hands_over_the_same_bytes(loaded, monkeypatch, calculator, lang):
    """With one difference: a CSV opened by a double click begins with the mark that tells Excel it is UTF-8."""
    case, (tables, words) = FILE_CASES[calculator], loaded
    done = answer(calculator, case, tables, words, lang)
    handed = take_along(done, tables, words, page="https://example.org/", today="2026-11-22")["files"]
    assert handed.keys() == set(kinds(calculator))
    monkeypatch.setattr(command_line, "_load", lambda: loaded)
    flags = [part for name, value in case.items() for part in (f"--{name.replace('_', '-')}", value)]
    for kind, file in handed.items():
        with io.TextIOWrapper(io.BytesIO(), "ascii") as out:
            monkeypatch.setattr(sys, "stdout", out)
            assert command_line.main([calculator, *flags, "--lang", lang, f"--{kind}"]) == 0
            out.flush()
            printed = out.buffer.getvalue()
        assert len(printed) > 100
        mark = b"\xef\xbb\xbf" if kind == "csv" else b""
        assert file["text"].encode() == mark + printed


# Which Python runs it


def test_a_python_without_the_packages_goes_on_in_the_projects_own():
    bare = (sys.executable, "-S")
    lacking = subprocess.run([*bare, "-c", "import yaml"], capture_output=True, check=False)
    assert lacking.returncode != 0, "this Python must lack the packages, or the test shows nothing"
    assert run("wealth", *CASE, "--json", python=bare) == run("wealth", *CASE, "--json")


def test_without_a_set_up_it_says_what_to_run_first(tmp_path):
    for folder in ("calculators", "scripts", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    status, out, err = run("wealth", *CASE, python=(sys.executable, "-S"), cwd=tmp_path)
    assert status == 1
    assert out == ""
    assert "python3 scripts/dev.py setup" in err


def test_a_refused_table_is_told_with_file_and_line(tmp_path):
    for folder in ("calculators", "scripts", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    limits = tmp_path / "data/limits.yaml"
    text = limits.read_text("utf-8")
    assert text.count("428861") == 1
    limits.write_text(text.replace("428861", "482861"), "utf-8")
    line = text[: text.index("428861")].count("\n") + 1
    status, out, err = run("wealth", *CASE, cwd=tmp_path)
    assert status == 1
    assert out == ""
    assert f"data/limits.yaml:{line}:" in err
