"""How long a reader waits.

Real Chromium and the site as it ships (`build --host compressed`), through a server that lets 9 Mbit/s through and
waits 60 ms before each answer. Ours, stock `loadPyodide` and the floor (fetching and compiling Pyodide's one large
file) take turns in one run; what counts is the ratio of their medians, since machines are noisy.

`cpu` 50 holds the browser to half a processor by a cgroup quota (Linux, as root): the browser's own throttling of
the processor does not slow its workers.
"""

import json
import os
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
from playwright.sync_api import BrowserContext, Page, sync_playwright

from scripts.bench.slow_server import Network, slow_server
from scripts.pages.build import build_site
from scripts.tables import load
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
MEGABITS, LATENCY = 9.0, 0.06
CASE = {"year": "2020", "household": "single", "net_wealth": "678861", "months": "10"}
ANSWER = "50000"
LINK = "#wealth?" + "&".join(f"{name}={value}" for name, value in CASE.items())
BUDGET = 150_000
GOALS = {"first": 0.52, "second": 0.28, "wealth": 16, "repayment": 50}
WEIGHED = ["/nb/", "/en/wealth/", "/nb/grant/", "/nb/deposit-account/", "/en/figures/"]
TYPED = 60
HUMAN_SECONDS = 6.0
REST = 2.0
PATIENCE = 90
# The folder of the groups, and the file that holds a quota: of 100 ms, so many µs.
CGROUP_V1 = Path("/sys/fs/cgroup/cpu"), "cpu.cfs_quota_us"
CGROUP_V2 = Path("/sys/fs/cgroup"), "cpu.max"

# Notes in the page itself when the wanted answer stands there, so that no polling is measured.
WATCH = """
(() => {
  const look = () => {
    const found = document.querySelector(`[data-result] [data-output=reduction][data-value="ANSWER"]`);
    const ready = document.querySelector("form[data-engine=ready]");
    if (found && ready && !window.answeredAt) window.answeredAt = performance.now();
  };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(look).observe(document.documentElement, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["data-engine", "data-value"],
    });
    look();
  });
})();
"""

# Types values and notes for each how long it took until its own answer was in the page, in milliseconds.
TYPE = """
async ({ field, values, output }) => {
  const input = document.querySelector(`[name=${field}]`);
  const times = [];
  for (const value of values) {
    const before = document.querySelector(`[data-result] [data-output=${output}]`)?.dataset.value;
    const answered = new Promise((done) => {
      const observer = new MutationObserver(() => {
        const now = document.querySelector(`[data-result] [data-output=${output}]`)?.dataset.value;
        if (now !== undefined && now !== before) { observer.disconnect(); done(performance.now()); }
      });
      observer.observe(document.querySelector("[data-result]"), {
        childList: true, subtree: true, attributes: true, attributeFilter: ["data-value"],
      });
    });
    input.value = value;
    const start = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(await answered - start);
    await new Promise((done) => setTimeout(done, 30));
  }
  return times;
}
"""


def stock_app(folder: Path) -> None:
    """What the stock page needs beside Pyodide: the calculators as source, tables and words in one zip."""
    folder.mkdir(parents=True)
    for page in PAGES.iterdir():
        shutil.copyfile(page, folder / page.name)
    with zipfile.ZipFile(folder / "app.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sorted((ROOT / "calculators").rglob("*.py")):
            if source.name != "__main__.py":
                archive.write(source, source.relative_to(ROOT).as_posix())
        archive.writestr("tables.json", load().canonical)
        archive.writestr("words.json", words_json())
    request = {"id": 1, "calculator": "wealth", "lang": "nb", "canonical": CASE}
    (folder / "request.json").write_text(json.dumps(request), "utf-8")


def stock_pyodide(folder: Path) -> None:
    """The files of the npm package that `loadPyodide` fetches, each with its Brotli, as a good host sends them."""
    folder.mkdir(parents=True)
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"):
        content = (ROOT / "node_modules" / "pyodide" / name).read_bytes()
        (folder / name).write_bytes(content)
        if not name.endswith(".zip"):
            # Quality 9 takes a tenth of the time of 11, and a few percent more bytes.
            (folder / f"{name}.br").write_bytes(brotli.compress(content, quality=9))


@contextmanager
def profile(playwright, *, chrome: str) -> Iterator[BrowserContext]:
    """A browser with a cache of its own that outlives its pages, as a reader's does."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chrome, args=arguments, headless=True
        )
        context.add_init_script(WATCH.replace("ANSWER", ANSWER))
        try:
            yield context
        finally:
            context.close()


def answered(page: Page) -> float:
    """Waits for the answer; when it came, in seconds since the navigation. The policy forbids wait_for_function."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if moment := page.evaluate("window.answeredAt"):
            return moment / 1000
        time.sleep(0.05)
    raise RuntimeError(f"{page.url} gave no answer in {PATIENCE} s")


def visit(context: BrowserContext, url: str, network: Network) -> float:
    """Seconds from the start of the navigation to the answer in the page."""
    page = context.new_page()
    page.goto(url, wait_until="commit")
    waited = answered(page)
    # A reader stays a while; meanwhile the browser writes down what it keeps of compiled code.
    time.sleep(HUMAN_SECONDS)
    # The next visit is on another day: what is fetched ahead for use without a network is no longer under way.
    before = None
    while (sent := sum(network.sent.values())) != before:
        before = sent
        time.sleep(REST)
    page.close()
    return waited


def visits(
    playwright, chrome: str, addresses: dict[str, str], runs: int, network: Network
) -> dict[str, list[tuple[float, float]]]:
    """First and second visit of each variant, the variants in turn, each pair in a new profile."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    for _ in range(runs):
        for name, url in addresses.items():
            with profile(playwright, chrome=chrome) as context:
                found[name].append((visit(context, url, network), visit(context, url, network)))
    return found


def typing(context: BrowserContext, base: str) -> dict[str, float]:
    """The 95th percentile from an input event to the new answer in the page, in milliseconds, by calculator."""
    cases = {
        "wealth": ("net_wealth", [str(678_861 + 1_000 * step) for step in range(1, TYPED)], "reduction"),
        "repayment": ("debt", [str(300_000 + 1_000 * step) for step in range(1, TYPED)], "instalment"),
    }
    found = {}
    for name, (field, values, output) in cases.items():
        page = context.new_page()
        page.goto(f"{base}/nb/{name}/{LINK if name == 'wealth' else ''}")
        page.locator(f"[name={field}]").focus()
        page.wait_for_selector("form[data-engine=ready]", timeout=120_000)
        time.sleep(REST)
        times = page.evaluate(TYPE, {"field": field, "values": values, "output": output})
        found[name] = statistics.quantiles(times, n=20)[-1]
        page.close()
    return found


def human(playwright, chrome: str, base: str) -> float:
    """Seconds a reader waits after the last field, who takes six seconds to fill in the form on a first visit."""
    with profile(playwright, chrome=chrome) as context:
        page = context.new_page()
        page.goto(f"{base}/nb/wealth/")
        steps: list[Callable[[Page], None]] = [
            lambda page: page.locator("[name=year]").focus(),
            lambda page: page.locator("[name=year]").select_option(CASE["year"]),
            lambda page: page.locator("[name=household][value=single]").check(),
            lambda page: page.locator("[name=months]").fill(CASE["months"]),
            lambda page: page.locator("[name=net_wealth]").fill(CASE["net_wealth"]),
        ]
        for number, step in enumerate(steps):
            step(page)
            if number < len(steps) - 1:
                time.sleep(HUMAN_SECONDS / (len(steps) - 1))
        last = page.evaluate("performance.now()")
        return max(0.0, answered(page) - last / 1000)


def weight(playwright, chrome: str, base: str, network: Network, paths: list[str]) -> dict[str, int]:
    """Bytes that each page fetches before the reader shows any interest in a calculator."""
    found = {}
    for path in paths:
        with profile(playwright, chrome=chrome) as context:
            page = context.new_page()
            network.sent.clear()
            page.goto(f"{base}{path}", wait_until="networkidle")
            found[path] = sum(network.sent.values())
            engine = [each for each in network.sent if "/engine/" in each]
            if engine:
                raise RuntimeError(f"{path} fetched {engine} before anybody asked for it")
    return found


@contextmanager
def held(percent: int | None) -> Iterator[str]:
    """Holds this process and the browsers it starts to so much of one processor; gives the words for the report."""
    if percent is None:
        yield "all the processor there is"
        return
    root, setting = CGROUP_V1 if CGROUP_V1[0].is_dir() else CGROUP_V2
    group = root / "studiestotte-bench"
    try:
        group.mkdir(exist_ok=True)
        (group / setting).write_text(f"{percent * 1000} 100000" if setting == "cpu.max" else str(percent * 1000))
        before = _place(Path("/proc/self/cgroup").read_text())
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError as error:
        raise SystemExit(f"Holding the processor needs a writable cgroup ({error}): as root, on Linux.") from None
    try:
        yield f"{percent} % of one processor, by a cgroup quota ({setting})"
    finally:
        (root / before / "cgroup.procs").write_text(str(os.getpid()))


def _place(groups: str) -> str:
    """Where a process is among those with a quota, by its /proc/…/cgroup; in version 2 there is but one place."""
    places = dict(line.split(":", 2)[1:] for line in groups.splitlines())
    return next((place for names, place in places.items() if "cpu" in names.split(",")), places[""]).lstrip("/")


def median(pairs: list[tuple[float, float]], position: int) -> float:
    """The median of the first (0) or second (1) visits."""
    return statistics.median(pair[position] for pair in pairs)


def measure(runs: int = 3, *, cpu: int | None = None, site: Path | None = None) -> dict:
    """All of it, with so many paired runs; `cpu` in percent of one processor, `site` built with --host compressed.

    Without `site` one is built. Raises SystemExit without a browser, or where the processor cannot be held.
    """
    chrome = os.environ.get("CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chrome:
        raise SystemExit("No Chromium was found. Set CHROME, or run python3 scripts/dev.py setup.")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if not site:
            site = folder / "site"
            build_site(site, host="compressed")
        stock_app(folder / "stock")
        stock_pyodide(folder / "pyodide")
        network = Network(MEGABITS, LATENCY)
        folders = {"/": site, "/stock/": folder / "stock", "/pyodide/": folder / "pyodide"}
        with slow_server(folders, network) as base, held(cpu) as held_to, sync_playwright() as playwright:
            addresses = {
                "floor": f"{base}/stock/floor.html",
                "stock": f"{base}/stock/stock.html",
                "ours": f"{base}/nb/wealth/{LINK}",
            }
            pairs = visits(playwright, chrome, addresses, runs, network)
            with profile(playwright, chrome=chrome) as context:
                typed = typing(context, base)
            return {
                "runs": runs,
                "held_to": held_to,
                "pairs": pairs,
                "visits": {name: (median(each, 0), median(each, 1)) for name, each in pairs.items()},
                "typing": typed,
                "human": human(playwright, chrome, base),
                "weight": weight(playwright, chrome, base, network, WEIGHED),
            }


def lines(found: dict) -> list[str]:
    """The findings as Markdown, ratios first."""
    stock, floor, ours = (found["visits"][name] for name in ("stock", "floor", "ours"))
    network = f"{MEGABITS:g} Mbit/s, {LATENCY * 1000:.0f} ms a request"
    table = [
        f"{network}, {found['held_to']}, medians of {found['runs']} paired runs.",
        "",
        "| | first visit | × stock | × floor | second visit | × stock |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, (first, second) in {"floor": floor, "stock": stock, "ours": ours}.items():
        ratios = f"{first / stock[0]:.2f} | {first / floor[0]:.2f} | {second:.2f} s | {second / stock[1]:.2f}"
        table.append(f"| {name} | {first:.2f} s | {ratios} |")
    table += ["", "| Goal | measured | goal | × goal |", "|---|---:|---:|---:|"]
    goals = [
        ("first visit, × stock", ours[0] / stock[0], GOALS["first"], ""),
        ("second visit, × stock", ours[1] / stock[1], GOALS["second"], ""),
        *((f"input to answer, `{name}`, 95 %", each, GOALS[name], " ms") for name, each in found["typing"].items()),
    ]
    table += [
        f"| {words} | {value:.2f}{unit} | {goal}{unit} | {value / goal:.2f} |" for words, value, goal, unit in goals
    ]
    table += [
        "",
        f"A reader who takes {HUMAN_SECONDS:g} s for the form waits {found['human']:.2f} s after the last field.",
        "",
        "| Page, before any interest | bytes | × 150 kB |",
        "|---|---:|---:|",
    ]
    return table + [f"| {path} | {size} | {size / BUDGET:.2f} |" for path, size in found["weight"].items()]
