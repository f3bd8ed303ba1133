"""`dev.py audit`: faults fail, a closed network is told and does not, and a broken tool is not taken for one."""

import json
import os
import subprocess
import sys

import pytest

from scripts import audit

FAULTY = {
    "dependencies": [
        {"name": "attrs", "version": "26.1.0", "vulns": []},
        {
            "name": "click",
            "version": "8.5.1",
            "vulns": [
                {
                    "id": "CVE-2026-1",
                    "fix_versions": ["99.1"],
                    "aliases": ["GHSA-xxxx-0001"],
                    "description": "Bars can be bent\nand more",
                }
            ],
        },
    ],
    "fixes": [],
}
CLEAN = {"dependencies": [{"name": "attrs", "version": "26.1.0", "vulns": []}], "fixes": []}
NPM_CLEAN = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 60}}}
NPM_FAULTY = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "glob": {"name": "glob", "via": ["minimatch"], "range": ">=1", "fixAvailable": True},
        "minimatch": {
            "name": "minimatch",
            "via": [{"title": "Slow patterns", "url": "https://example.org/advisories/GHSA-yyyy", "severity": "high"}],
            "range": "<9.0.6",
            "fixAvailable": True,
        },
    },
    "metadata": {"dependencies": {"total": 60}},
}
CLOSED = (
    "requests.exceptions.ConnectionError: Failed to resolve 'service.invalid' ([Errno -2] Name or service not known)"
)
NPM_CLOSED = {"message": "request to https://registry.invalid/ failed, reason: getaddrinfo ENOTFOUND", "error": {}}
NPM_MIRROR = {"message": "405 Method Not Allowed - POST https://registry.invalid/advisories/bulk", "statusCode": 405}


@pytest.fixture
def answers(monkeypatch, tmp_path):
    """answers(python, npm): let the tools end with these (exit status, what they print, what they complain)."""
    monkeypatch.setattr(audit, "tool_folder", lambda: tmp_path)

    def let(python, npm):
        def run(command, **_):
            status, printed, complained = npm if "--package-lock-only" in command else python
            text = printed if isinstance(printed, str) else json.dumps(printed)
            return subprocess.CompletedProcess(command, status, text, complained)

        monkeypatch.setattr(audit, "_run", run)

    return let


def test_nothing_known_is_well(answers, capsys):
    answers((0, CLEAN, ""), (0, NPM_CLEAN, ""))
    assert audit.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *(f"{lock}: 1 packages, known faults: none" for lock in audit.PYTHON_LOCKS),
        "package-lock.json: 60 packages, known faults: none",
    ]


def test_a_fault_in_either_registry_fails_and_is_told(answers, capsys):
    answers((1, FAULTY, "Found 1 known vulnerability in 1 package"), (0, NPM_CLEAN, ""))
    assert audit.main([]) == 1
    said = capsys.readouterr().out
    assert "  click 8.5.1: Bars can be bent [CVE-2026-1, GHSA-xxxx-0001], mended in 99.1\n" in said
    answers((0, CLEAN, ""), (1, NPM_FAULTY, ""))
    assert audit.main([]) == 1
    said = capsys.readouterr().out
    assert "known faults: 1\n  minimatch <9.0.6: Slow patterns (high) [GHSA-yyyy], mended in a newer version\n" in said


def test_an_accepted_fault_is_told_and_does_not_fail(answers, capsys, monkeypatch):
    monkeypatch.setattr(audit, "ACCEPTED", {"GHSA-xxxx-0001": "We bend no bars."})
    answers((1, FAULTY, ""), (0, NPM_CLEAN, ""))
    assert audit.main([]) == 0
    assert "requirements.lock: 2 packages, known faults: none\n  click 8.5.1: accepted. We bend no bars.\n" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("npm", [NPM_CLOSED, NPM_MIRROR], ids=["no network", "a mirror without advisories"])
def test_a_closed_network_is_told_and_does_not_fail(answers, capsys, npm):
    answers((1, "", f"Traceback\n{CLOSED}\n"), (1, npm, "npm error audit endpoint returned an error"))
    assert audit.main([]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "No advisory service was reached; nothing was audited."
    assert [line.split(":")[0].strip() for line in rest] == [*audit.PYTHON_LOCKS, audit.NPM_LOCK]


def test_what_was_reached_counts_also_when_the_rest_was_not(answers, capsys):
    answers((1, FAULTY, ""), (1, NPM_MIRROR, ""))
    assert audit.main([]) == 1
    said = capsys.readouterr().out
    assert (
        "click 8.5.1" in said and "Not audited, since their advisory service was not reached:\n  package-lock" in said
    )
    assert "nothing was audited" not in said


@pytest.mark.parametrize(
    ("python", "npm"),
    [
        ((2, "", "pip_audit: error: unrecognized arguments: --format"), (0, NPM_CLEAN, "")),
        ((1, "", "AttributeError: 'NoneType' object has no attribute 'id'"), (0, NPM_CLEAN, "")),
        ((0, CLEAN, ""), (1, {"message": "This command requires an existing lockfile.", "error": {}}, "")),
        ((0, CLEAN, ""), (1, "", "")),
    ],
)
def test_a_broken_tool_is_not_taken_for_a_closed_network(answers, capsys, python, npm):
    answers(python, npm)
    assert audit.main([]) == 1
    assert "the audit failed" in capsys.readouterr().err


def test_the_real_tools_without_a_network_end_well(tmp_path):
    nowhere = "http://127.0.0.1:9/"
    closed = {
        "UV_DEFAULT_INDEX": nowhere,
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        "UV_HTTP_RETRIES": "0",
        "npm_config_registry": nowhere,
        "npm_config_cache": str(tmp_path / "npm"),
    }
    # A cache of its own: what an earlier audit installed here must not be found.
    code = (
        "import pathlib, sys; from scripts import audit; whole = audit.tool_folder\n"
        f"audit.tool_folder = lambda: whole(pathlib.Path({str(tmp_path)!r})); sys.exit(audit.main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=audit.ROOT,
        env={**os.environ, **closed},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("No advisory service was reached; nothing was audited.\n")
    assert not [*tmp_path.glob("audit-*")]
