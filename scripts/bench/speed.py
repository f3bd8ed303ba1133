"""What the project measures of its speed: `dev.py bench [--only PART] [--runs N] [--cpu PERCENT] [--site DIR]`.

Parts: how fast the calculators answer, how long a reader's browser waits, how long a build takes. Writes
reports/speed.json, where the parts that were not measured keep what they had, and from it reports/speed.md. What was
tried on the way, and what each idea gave, is told in tried.md beside this file.
"""

import argparse
import json
import os
import platform
from collections.abc import Callable
from datetime import date
from pathlib import Path

from scripts.bench import browser, building, calculators

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "reports" / "speed.md"
TRIED = Path(__file__).parent / "tried.md"

HEAD = """# How fast it is

Made by `python3 scripts/dev.py bench`; the same as data lies in `speed.json`. Machines are noisy: read the ratios,
which compare what was measured in one run, before the seconds.
"""

# Part, its title, and what makes its lines.
PARTS: dict[str, tuple[str, Callable[[dict], list[str]]]] = {
    "browser": ("How long a reader waits", browser.lines),
    "held": ("The same with the processor held", browser.lines),
    "calculators": ("How fast the calculators answer", calculators.lines),
    "building": ("How long a build takes", building.lines),
}


def report(found: dict[str, dict]) -> str:
    """The report as Markdown, the parts in a fixed order."""
    text = [HEAD]
    for part, (title, lines) in PARTS.items():
        if part in found:
            measured = found[part]
            machine = f"Measured {measured['date']}, {measured['processors']} processors, Python {measured['python']}."
            text += [f"## {title}", "", machine, "", *lines(measured["found"]), ""]
    return "\n".join(text) + "\n" + TRIED.read_text("utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns 0; a figure above its goal is for the reader of the report to judge."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--only", choices=("calculators", "browser", "building"), help="measure this part alone")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="paired runs of the browser (3)")
    parser.add_argument("--cpu", type=int, metavar="PERCENT", help="hold the browser to so much of one processor")
    parser.add_argument("--site", type=Path, metavar="DIR", help="a site built with --host compressed (else built now)")
    parser.add_argument("--out", type=Path, default=REPORT, metavar="FILE", help="the report (reports/speed.md)")
    options = parser.parse_args(arguments)
    kept = options.out.with_suffix(".json")
    found = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    measures: dict[str, Callable[[], dict]] = {
        "calculators": calculators.measure,
        "browser": lambda: browser.measure(options.runs, cpu=options.cpu, site=options.site),
        "building": building.measure,
    }
    for part, measure in measures.items():
        if options.only in (None, part):
            name = "held" if part == "browser" and options.cpu else part
            about = {
                "date": date.today().isoformat(),
                "processors": os.cpu_count(),
                "python": platform.python_version(),
            }
            found[name] = {**about, "found": measure()}
            print("\n".join(PARTS[name][1](found[name]["found"])), flush=True)
    options.out.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
    options.out.write_text(report(found), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
