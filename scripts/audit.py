"""Known faults in what the project uses: `python3 scripts/dev.py audit`.

Asks the Open Source Vulnerabilities service (through pip-audit) about each Python lock, and npm's own service about
package-lock.json. Ends with status 1 when a fault is known that ACCEPTED does not name, or when the asking itself
breaks. A service that cannot be reached from here is no fault: then it says what was not audited, and ends with 0.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parents[1]
PYTHON_LOCKS = ("requirements.lock", "runtime.lock", "node.lock", "audit.lock")
NPM_LOCK = "package-lock.json"

# Faults that do not touch us: id of the advisory → why. Take an entry out when its package is upgraded.
ACCEPTED: dict[str, str] = {}

# How the tools say that nobody answered: a name without an address, a closed port, a mirror that knows no advisories.
UNREACHED = re.compile(
    r"failed to (?:resolve|fetch|connect)|could not connect|connection(?:error| refused| reset)|timed? ?out"
    r"|getaddrinfo|E(?:NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT)|ServiceError|ProxyError"
    r"|\b(?:40[0-9]|50[0-9]) [A-Z]|error sending request",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """A known fault: `ids` of its advisories, in which package and version, its title, what to do."""

    package: str
    ids: tuple[str, ...]
    title: str
    remedy: str


@dataclass(frozen=True)
class Report:
    """What was learnt of one lock file: how many packages it has and which faults they have.

    `unreached` says why no service answered; the other two are then empty.
    """

    lock: str
    packages: int = 0
    faults: tuple[Fault, ...] = ()
    unreached: str = ""


class Broken(Exception):
    """The asking failed, and not for want of a network; the text is what the tool said."""


def python_report(lock: str, tool: Path) -> Report:
    """What is known of a Python lock; `tool` is the folder with pip-audit. Raises Broken."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--disable-pip", "--require-hashes"]
    command += ["--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    done = _run(command, PYTHONPATH=str(tool))
    told = _json(done.stdout)
    if "dependencies" not in told:
        return Report(lock, unreached=_why(lock, done))
    found = [
        Fault(
            f"{package['name']} {package['version']}",
            (fault["id"], *fault["aliases"]),
            fault["description"].strip().partition("\n")[0],
            f"mended in {' or '.join(fault['fix_versions'])}" if fault["fix_versions"] else "not mended yet",
        )
        for package in told["dependencies"]
        for fault in package.get("vulns", [])
    ]
    return Report(lock, len(told["dependencies"]), tuple(found))


def npm_report() -> Report:
    """What is known of the npm lock. Raises Broken."""
    # On Windows npm is a script that only its full name starts.
    npm = shutil.which("npm") or "npm"
    done = _run([npm, "audit", "--json", "--package-lock-only", "--fetch-retries=0", "--no-update-notifier"])
    told = _json(done.stdout)
    if "auditReportVersion" not in told:
        return Report(NPM_LOCK, unreached=_why(NPM_LOCK, done))
    found = [
        Fault(
            f"{name} {package['range']}",
            (fault["url"].rpartition("/")[2],),
            f"{fault['title']} ({fault['severity']})",
            "mended in a newer version" if package["fixAvailable"] else "not mended yet",
        )
        for name, package in sorted(told["vulnerabilities"].items())
        for fault in package["via"]
        # A text names another package on the list, through which this one has the fault.
        if not isinstance(fault, str)
    ]
    return Report(NPM_LOCK, told["metadata"]["dependencies"]["total"], tuple(found))


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **environment},
        check=False,
    )


def _json(text: str) -> dict:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _why(lock: str, done: subprocess.CompletedProcess) -> str:
    said = f"{done.stderr}\n{_json(done.stdout).get('message', '')}".strip()
    last = said.splitlines()[-1] if said else f"exit status {done.returncode}"
    if not UNREACHED.search(said):
        raise Broken(f"{lock}: the audit failed.\n{said or last}")
    return shorten(last, 200)


def _python_reports(tool: Path) -> list[Report]:
    reports: list[Report] = []
    for lock in PYTHON_LOCKS:
        # One service for all: where it was not reached once, waiting for it again would be in vain.
        missed = reports[-1].unreached if reports else ""
        reports.append(Report(lock, unreached=missed) if missed else python_report(lock, tool))
    return reports


def tool_folder(cache: Path = ROOT / ".cache") -> Path | str:
    """The folder with pip-audit, installed from audit.lock if need be, or why it cannot be had. Raises Broken."""
    lock = ROOT / "audit.lock"
    folder = cache / f"audit-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    if (folder / "pip_audit").is_dir():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(folder), "--require-hashes"]
    done = _run([*command, "--only-binary", ":all:", "-r", str(lock)])
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        return _why(lock.name, done)
    return folder


def told(reports: list[Report]) -> tuple[list[str], int]:
    """The lines that say what was learnt, and how many faults there are that nobody accepted."""
    lines, open_faults = [], 0
    for report in reports:
        if report.unreached:
            continue
        faults = [fault for fault in report.faults if not ACCEPTED.keys() & set(fault.ids)]
        accepted = [fault for fault in report.faults if fault not in faults]
        open_faults += len(faults)
        lines.append(f"{report.lock}: {report.packages} packages, known faults: {len(faults) or 'none'}")
        lines += [f"  {each.package}: {each.title} [{', '.join(each.ids)}], {each.remedy}" for each in faults]
        lines += [
            f"  {each.package}: accepted. {next(ACCEPTED[one] for one in each.ids if one in ACCEPTED)}"
            for each in accepted
        ]
    missed = [report for report in reports if report.unreached]
    if missed and len(missed) == len(reports):
        lines.append("No advisory service was reached; nothing was audited.")
    elif missed:
        lines.append("Not audited, since their advisory service was not reached:")
    lines += [f"  {report.lock}: {report.unreached}" for report in missed]
    return lines, open_faults


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit status: 0 no fault known, or nobody reached; 1 faults, or it broke."""
    parser = argparse.ArgumentParser(prog="dev.py audit", description="Known faults in what the project uses.")
    parser.parse_args(arguments)
    try:
        tool = tool_folder()
        if isinstance(tool, str):
            reports = [Report(lock, unreached=tool) for lock in PYTHON_LOCKS]
        else:
            reports = _python_reports(tool)
        reports.append(npm_report())
    except Broken as broken:
        print(broken, file=sys.stderr)
        return 1
    lines, faults = told(reports)
    print("\n".join(lines))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
