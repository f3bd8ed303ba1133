"""Remake the lock files: `python3 scripts/dev.py lock [--upgrade] [NAME …]`.

    requirements  requirements.in → requirements.lock   the site, the tools, the tests
    node          node.in         → node.lock           Node.js, for machines without one
    runtime       runtime.in      → runtime.lock        what compiles the browser's Python (Python 3.14)
    audit         audit.in        → audit.lock          what looks up known faults (`dev.py audit`)
    npm           package.json    → package-lock.json   the browser's packages
    lighthouse    the same two in scripts/bench/lighthouse/, for `dev.py lighthouse`
    look          and in scripts/bench/look/, for `dev.py look`

Without names: all of them. What a lock already pins stays, so that an edit of one line changes one line;
`--upgrade` takes the newest of everything that the .in files allow. No lock names a host: the machine's own
settings say where packages come from.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM_LOCKS = {
    "npm": ROOT,
    "lighthouse": ROOT / "scripts" / "bench" / "lighthouse",
    "look": ROOT / "scripts" / "bench" / "look",
}
PYTHON_LOCKS = {"requirements": "3.11", "node": "3.11", "runtime": "3.14", "audit": "3.11"}
HOST = re.compile(r"[a-z][a-z+]*://|--(?:index|extra-index|find-links)", re.IGNORECASE)


def python_lock(name: str, upgrade: bool) -> None:
    """Resolve NAME.in into NAME.lock, each file of each release by its hash. Raises CalledProcessError."""
    uv = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    command = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--python-version",
        PYTHON_LOCKS[name],
        f"{name}.in",
        "--output-file",
        f"{name}.lock",
    ]
    subprocess.run([*command, "--upgrade"] if upgrade else command, cwd=ROOT, check=True)


def npm_lock(folder: Path, upgrade: bool) -> None:
    """Resolve the folder's package.json into its package-lock.json. Raises CalledProcessError."""
    lock = folder / "package-lock.json"
    if upgrade:
        lock.unlink(missing_ok=True)
    # dev.py has put the folder of the right Node first on PATH, and its npm with it.
    npm = shutil.which("npm")
    # As .npmrc says, which npm reads in the root only.
    env = {**os.environ, "npm_config_omit_lockfile_registry_resolved": "true"}
    subprocess.run([npm, "install", "--package-lock-only", "--ignore-scripts"], cwd=folder, env=env, check=True)
    lock.write_text(without_funding(lock.read_text(encoding="utf-8")), encoding="utf-8")


def without_funding(text: str) -> str:
    """The package-lock without its requests for money: they are web addresses that npm does not need."""
    lock = json.loads(text)
    for package in lock["packages"].values():
        package.pop("funding", None)
    return json.dumps(lock, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Remake the locks named on the command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py lock", allow_abbrev=False)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="requirements, node, runtime, audit, npm, lighthouse, look (all)"
    )
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    options = parser.parse_args()
    known = [*PYTHON_LOCKS, *NPM_LOCKS]
    for name in options.names or known:
        if name not in known:
            parser.error(f"there is no lock {name!r}; there are {', '.join(known)}")
    for name in options.names or known:
        try:
            npm_lock(NPM_LOCKS[name], options.upgrade) if name in NPM_LOCKS else python_lock(name, options.upgrade)
        except subprocess.CalledProcessError as problem:
            print(f"{name}: the lock was not remade (exit status {problem.returncode}).", file=sys.stderr)
            return 1
        file = NPM_LOCKS[name] / "package-lock.json" if name in NPM_LOCKS else ROOT / f"{name}.lock"
        if HOST.search(file.read_text(encoding="utf-8")):
            print(f"{file.name} names a host. Take the address out of the .in file or .npmrc.", file=sys.stderr)
            return 1
        print(f"{file.relative_to(ROOT)} remade")
    return 0


if __name__ == "__main__":
    sys.exit(main())
