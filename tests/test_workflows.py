"""The forge's workflows stay thin: they call dev.py, and what they call works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tables_tools import our_tables

from scripts.dev import COMMANDS
from scripts.tables.checks.periods import next_year
from scripts.tables.places import CHANGES, LIMITS, LOCK

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CALL = re.compile(r"python3 scripts/dev\.py (\S+)")


def steps(path):
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_step_is_an_action_or_one_of_our_commands(path):
    assert steps(path)
    for step in steps(path):
        if "run" in step:
            called = CALL.search(step["run"])
            by_git = path.stem == "new-year" and all(each.startswith("git ") for each in step["run"].splitlines())
            assert step["run"] == ".ci/run" or (called and called[1] in COMMANDS) or by_git, step
            # What a stranger typed as a branch name must never become part of a command.
            assert "${{" not in step["run"]
        else:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_the_workflows_say_least_that_they_may_do():
    for path in WORKFLOWS:
        text = yaml.safe_load(path.read_text("utf-8"))
        more = {"publish": {"pages": "write", "id-token": "write"}, "new-year": {"contents": "write"}}
        assert text["permissions"] == {"contents": "read"} | more.get(path.stem, {}), path.name


def test_check_and_compare_reach_the_job_summary(tmp_path):
    summary = tmp_path / "summary.md"
    env = {**os.environ, "GITHUB_STEP_SUMMARY": str(summary), "BASE": str(ROOT)}
    runs = [step["run"] for step in steps(ROOT / ".github/workflows/figures.yml") if "SUMMARY" in step.get("run", "")]
    assert len(runs) == 2
    for run in runs:
        script = run.replace("python3 scripts/dev.py check", f"{sys.executable} -m scripts.check")
        script = script.replace("python3 scripts/dev.py compare", f"{sys.executable} -m scripts.year.compare")
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=ROOT, env=env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
    said = summary.read_text("utf-8")
    assert "Alt i orden" in said
    assert "Ingen tall er endret." in said and "No figure has changed." in said


def test_a_new_year_comes_onto_a_branch_of_its_own(tmp_path):
    """What an editor without Python starts from the forge's page, run as the forge runs it."""
    origin, copy, summary = tmp_path / "origin.git", tmp_path / "copy", tmp_path / "summary.md"
    for name in ("data", "scripts", "calculators"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))

    def git(*words):
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(["git", "-C", str(copy), *name, *words], check=True, capture_output=True, text=True)
        return done.stdout

    subprocess.run(["git", "init", "-q", "--bare", str(origin)], check=True)
    git("init", "-q", "-b", "main")
    (copy / ".gitignore").write_text("__pycache__/\n")
    git("add", ".")
    git("commit", "-q", "-m", "as it stands")
    git("remote", "add", "origin", str(origin))
    git("push", "-q", "origin", "main")

    runs = [step["run"] for step in steps(ROOT / ".github/workflows/new-year.yml") if "run" in step]
    calendar, academic = our_tables().in_force.calendar_year, our_tables().in_force.academic_year
    year = next_year(calendar if calendar == academic[:4] else academic)
    env = {**os.environ, "GITHUB_STEP_SUMMARY": str(summary), "WORDS": "en"}
    for typed, expected in (("$(touch harm)", False), (year, True)):
        script = "\n".join(runs).replace(
            "python3 scripts/dev.py new-year", f"{sys.executable} -m scripts.year.new_year"
        )
        run = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
        done = subprocess.run(run, cwd=copy, env={**env, "YEAR": typed}, capture_output=True, text=True)
        assert (done.returncode == 0) == expected, done.stderr
        assert not (copy / "harm").exists()
    assert f" year: {year}\n" in summary.read_text("utf-8")
    assert git("diff", "--name-only", "main", f"origin/new-year-{year}").split() == [CHANGES, LOCK, LIMITS]
