"""What Lighthouse says of five kinds of pages: `dev.py lighthouse [--runs N] [--site DIR] [--out FILE] [--again]`.

The site as it ships (`build --host compressed`), under a host that obeys its `_headers`; Lighthouse of
scripts/bench/lighthouse/package-lock.json, installed into .cache/lighthouse. Writes reports/lighthouse.md, and beside
it the same as JSON. A category below 95 is explained by explained.yaml: one sentence for each audit that cost points.
The exit status is 1 where such a sentence is missing.

Nothing goes out: Lighthouse's own error reports are off, and the browser can look up no name.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import yaml

from scripts import dev
from scripts.bench.own_packages import npm_ci
from scripts.bench.told_host import told_host
from scripts.pages.build import build_site

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "lighthouse"
REPORT = ROOT / "reports" / "lighthouse.md"
INSTALLED = ROOT / ".cache" / "lighthouse"
ENOUGH = 95

# Kind of page, what it is, and the addresses that stand for it.
KINDS = {
    "front": ("the front page", ("nb/",)),
    "calculator": ("a page with a calculator", ("nb/wealth/", "en/wealth/")),
    "text": ("a long page of text", ("nb/deposit-account/",)),
    "figures": ("all figures, the largest page", ("nb/figures/",)),
    "bare": ("a bare calculator for other people's pages", ("nb/embed/wealth/",)),
}
DEVICES = {
    "phone": (),  # Lighthouse's own: a middling phone on slow 4G, worked out from what was seen without throttling
    "desktop": ("--preset=desktop",),
}
CATEGORIES = {
    "performance": "Performance",
    "accessibility": "Accessibility",
    "best-practices": "Best practices",
    "seo": "SEO",
    "agentic-browsing": "Agentic browsing",
}
METRICS = {
    "first-contentful-paint": "FCP s",
    "largest-contentful-paint": "LCP s",
    "total-blocking-time": "TBT ms",
    "cumulative-layout-shift": "CLS",
    "speed-index": "SI s",
}
BROWSER_FLAGS = (
    "--headless=new",
    "--no-proxy-server",
    '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"',
)


# Running


def install() -> tuple[str, Path]:
    """The Node program and Lighthouse's command, installed if they are not there. Raises dev.Failed."""
    package = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]["node_modules/lighthouse"]
    oldest = tuple(map(int, re.findall(r"\d+", package["engines"]["node"])))
    found = dev.system_node()
    version = dev.output_of(found[0]["NODE"], "--version") if found else None
    if not version or tuple(map(int, re.findall(r"\d+", version))) < oldest:
        found = dev.own_node()
    npm_ci(HERE, INSTALLED, "Lighthouse", found)
    return found[0]["NODE"], INSTALLED / "node_modules" / "lighthouse" / "cli" / "index.js"


def browser_flags() -> str:
    """The browser's flags, as Lighthouse wants them: in one line."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return " ".join([*BROWSER_FLAGS, *(["--no-sandbox"] if root else [])])


def look(node: str, lighthouse: Path, url: str, options: Iterable[str]) -> dict:
    """One run of Lighthouse. Raises RuntimeError with what it said where it did not come to an end."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = [
            node,
            str(lighthouse),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={out}",
            "--no-enable-error-reporting",
            "--disable-full-page-screenshot",
            f"--chrome-flags={browser_flags()}",
            *options,
        ]
        env = {**os.environ, "CHROME_PATH": os.environ["CHROME"]}
        done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", errors="replace")
        report = json.loads(out.read_text("utf-8")) if out.is_file() else {}
    if done.returncode or report.get("runtimeError"):
        raise RuntimeError(f"{url}: {report.get('runtimeError', {}).get('message') or done.stderr}")
    return report


# Reading


def points_lost(report: Mapping, category: str) -> list[dict]:
    """The audits that cost a category points, the dearest first: id, title, points, and how much was measured."""
    parts = report["categories"][category]["auditRefs"]
    audits = report["audits"]
    counted = [part for part in parts if part["weight"] and audits[part["id"]]["score"] is not None]
    weights = sum(part["weight"] for part in counted)
    lost = [
        {
            "audit": part["id"],
            "title": audits[part["id"]]["title"],
            "points": round(100 * part["weight"] * (1 - audits[part["id"]]["score"]) / weights, 1),
            "found": audits[part["id"]].get("displayValue", "").replace("\u00a0", " "),
        }
        for part in counted
        if audits[part["id"]]["score"] < 1
    ]
    return sorted(lost, key=lambda each: (-each["points"], each["audit"]))


def summary(reports: list[dict]) -> dict:
    """What is kept of the runs over one page: the first was over everything, the others over the speed alone.

    The speed is that of the run with the median score.
    """
    first = reports[0]
    by_speed = sorted(reports, key=lambda each: each["categories"]["performance"]["score"])
    median = by_speed[(len(by_speed) - 1) // 2]
    of = {name: median if name == "performance" else first for name in first["categories"]}
    scores = {name: round(100 * of[name]["categories"][name]["score"]) for name in of}
    return {
        "scores": scores,
        # What Lighthouse makes of the machine's own speed in each run: one that is busy with other things has less.
        "machine": [round(each["environment"]["benchmarkIndex"]) for each in reports],
        "performance_runs": [round(100 * each["categories"]["performance"]["score"]) for each in reports],
        "metrics": {name: round(median["audits"][name]["numericValue"], 3) for name in METRICS},
        "lost": {name: lost for name in of if (lost := points_lost(of[name], name))},
    }


def with_others(found: dict, before: dict) -> dict:
    """These pages and, of those measured before, the ones of other kinds, in the order of KINDS.

    `first` keeps what the performance of a page measured again was the first time.
    """
    kinds = {page["kind"] for page in found["pages"]}
    both = [*found["pages"], *(page for page in before["pages"] if page["kind"] not in kinds)]
    order = list(KINDS)
    first = {
        f"{page['path']} on a {page['device']}": page["scores"]["performance"]
        for page in before["pages"]
        if page["kind"] in kinds
    }
    pages = sorted(both, key=lambda page: order.index(page["kind"]))
    return {**found, "first": {**first, **before.get("first", {})}, "pages": pages}


def browser_name(report: Mapping) -> str:
    """The browser and its version, as it names itself."""
    return re.search(r"\S*Chrome/[\d]+", report["environment"]["hostUserAgent"])[0].replace("/", " ")


# Telling


def unexplained(found: Mapping, explained: Mapping) -> list[str]:
    """The audits that cost points in a category below ENOUGH and have no sentence."""
    audits = {
        each["audit"]
        for page in found["pages"]
        for category, lost in page["lost"].items()
        if page["scores"][category] < ENOUGH
        for each in lost
    }
    return sorted(audits - explained.keys())


def markdown(found: Mapping, explained: Mapping) -> str:
    """The report: a table for each device, what each page took, and why what is below ENOUGH is so."""
    speeds = [speed for page in found["pages"] for speed in page.get("machine", [])]
    lines = [
        "# What Lighthouse says",
        "",
        f"Lighthouse {found['lighthouse']}, {found['browser']}, {found['date']}. Performance is the median of "
        f"{found['runs']} runs on a phone, and",
        "one run on a desktop. The site as it ships, from a host on this machine that obeys its `_headers` and sends",
        "Brotli; Lighthouse itself reckons with a slow network and, for the phone, a slow processor. Made by",
        "`python3 scripts/dev.py lighthouse`; the same as data lies in `lighthouse.json`.",
        "",
    ]
    if speeds:
        lines += [
            f"Lighthouse itself measured the machine at {min(speeds)} to {max(speeds)}. Where other work takes",
            "from it, the speed of a page varies too.",
            "",
        ]
    if found.get("first"):
        scores = ", ".join(f"{page}: {score}" for page, score in found["first"].items())
        lines += ["Measured again later, by themselves; their performance the first time:", f"{scores}.", ""]
    for device in DEVICES:
        pages = [page for page in found["pages"] if page["device"] == device]
        heads = ["Page", "What it is", *CATEGORIES.values(), *METRICS.values()]
        lines += [f"## On a {device}", "", _row(heads), _row(["---"] * 2 + ["---:"] * (len(heads) - 2))]
        for page in pages:
            scores = [str(page["scores"].get(name, "–")) for name in CATEGORIES]
            lines.append(_row([f"`{page['path']}`", KINDS[page["kind"]][0], *scores, *_measured(page["metrics"])]))
        lines.append("")
    lines += [f"## What is below {ENOUGH}, and why", ""]
    low = [
        (page, category) for page in found["pages"] for category in page["scores"] if page["scores"][category] < ENOUGH
    ]
    for page, category in low:
        lines += [
            f"### {CATEGORIES[category]} of `{page['path']}` on a {page['device']}: {page['scores'][category]}",
            "",
        ]
        for each in page["lost"][category]:
            value = f" ({each['found']})" if each["found"] else ""
            sentence = explained.get(each["audit"], "Not explained yet.")
            lines.append(f"- {each['title']}{value}, {each['points']:g} points: {sentence}")
        lines.append("")
    if not low:
        lines += [f"Nothing: each category of each page has {ENOUGH} or more.", ""]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _measured(metrics: Mapping[str, float]) -> list[str]:
    shown = []
    for name, title in METRICS.items():
        value = metrics[name]
        shown.append(f"{value / 1000:.1f}" if title.endswith(" s") else f"{value:.2g}" if value < 1 else f"{value:.0f}")
    return shown


def explanations() -> dict[str, str]:
    """Audit → the sentence that says why its points are lost."""
    return yaml.safe_load((HERE / "explained.yaml").read_text("utf-8")) or {}


def main() -> int:
    """Runs Lighthouse and writes the report. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py lighthouse", allow_abbrev=False)
    parser.add_argument("--runs", type=int, default=3, help="how often each page is measured on a phone (3)")
    parser.add_argument("--site", type=Path, help="a site built with --host compressed (else one is built)")
    parser.add_argument("--out", type=Path, default=REPORT, help="the report (reports/lighthouse.md)")
    parser.add_argument("--only", choices=KINDS, help="measure this kind of page and keep what is known of the others")
    parser.add_argument("--again", action="store_true", help="write the report anew from its JSON, and measure nothing")
    options = parser.parse_args()
    kept = options.out.with_suffix(".json")
    if not options.again:
        found = measure(options.site, options.runs, [options.only] if options.only else list(KINDS))
        if options.only:
            found = with_others(found, json.loads(kept.read_text("utf-8")))
        options.out.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    found = json.loads(kept.read_text("utf-8"))
    options.out.write_text(markdown(found, explanations()), "utf-8")
    missing = unexplained(found, explanations())
    for audit in missing:
        print(f"{audit}: costs points in a category below {ENOUGH}; say why in {HERE.name}/explained.yaml")
    print(f"{options.out} written")
    return 1 if missing else 0


def measure(site: Path | None, runs: int, kinds: Iterable[str]) -> dict:
    """Runs Lighthouse over every page of these kinds on every device, one at a time. Without `site` it builds one."""
    node, lighthouse = install()
    pages = []
    with tempfile.TemporaryDirectory() as folder:
        if not site:
            site = Path(folder) / "site"
            build_site(site, host="compressed")
        with told_host(site) as base:
            for kind in kinds:
                for path in KINDS[kind][1]:
                    for device, preset in DEVICES.items():
                        print(f"{path} on a {device}", file=sys.stderr, flush=True)
                        reports = [look(node, lighthouse, base + path, preset)]
                        for _ in range(runs - 1 if device == "phone" else 0):
                            speed = (*preset, "--only-categories=performance")
                            reports.append(look(node, lighthouse, base + path, speed))
                        pages.append({"kind": kind, "path": path, "device": device, **summary(reports)})
    return {
        "lighthouse": reports[0]["lighthouseVersion"],
        "browser": browser_name(reports[0]),
        "date": date.today().isoformat(),
        "runs": runs,
        "pages": pages,
    }


if __name__ == "__main__":
    sys.exit(main())
