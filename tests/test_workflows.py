"""The forge's workflows stay thin: they call dev.py, and what they call works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.dev import COMMANDS

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
            assert step["run"] == ".ci/run" or (called and called[1] in COMMANDS), step
            # What a stranger typed as a branch name must never become part of a command.
            assert "${{" not in step["run"]
        else:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_the_workflows_say_least_that_they_may_do():
    for path in WORKFLOWS:
        text = yaml.safe_load(path.read_text("utf-8"))
        allowed = {"contents": "read"} | ({"pages": "write", "id-token": "write"} if path.stem == "publish" else {})
        assert text["permissions"] == allowed, path.name


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
