"""How long a build takes, and how soon a change shows: measured on a copy of the tree, made larger for growth.

A tree of N sizes has N times the pages and N times the rows of figures; the added pages stand in chapters of their own,
each as large as the guide, for nobody reads a menu of hundreds. Growth is the time for a size over the time
for one, beside how much was really built: no faster than pages and rows means that it stays below.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from scripts.own_copy import copied

ROOT = Path(__file__).resolve().parents[2]
SIZES = (1, 5, 20)
GOALS = {"clean": 90.0, "page": 5.0, "figure": 5.0}
PATIENCE = 300
REST = 2.0

PAGE, FEE = "docs/nb/appeal.md", "permit_fee"


@contextmanager
def tree(*, engine: bool = False) -> Iterator[Path]:
    """A copy of what a build needs, with a cache of its own: of downloaded packages, and of the `engine` if asked."""
    with TemporaryDirectory() as made:
        folder = copied(Path(made) / "tree", "node_modules")
        (folder / ".cache").mkdir()
        # Copied, for Python under Node cannot look through a link.
        kept = ("runtime-packages-*", "runtime") if engine else ("runtime-packages-*",)
        for path in (path for name in kept for path in (ROOT / ".cache").glob(name)):
            shutil.copytree(path, folder / ".cache" / path.name)
        yield folder


def built(folder: Path, *options: str) -> float:
    """Seconds for one build of a tree. Raises RuntimeError with what it said when it is refused."""
    command = [sys.executable, "-m", "scripts.pages.build", "--out", str(folder / "site"), *options]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""})
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:] or done.stdout[-2000:])
    return time.perf_counter() - start


def grow(folder: Path, times: int) -> dict[str, int]:
    """Makes a tree `times` as large: more pages of text, more tables of figures. Returns how many there are now."""
    # A calculator has one page, and so has the list of all figures, which grows by its rows.
    alone = ("calculator(", "all_figures(")
    texts = [
        path
        for path in sorted((folder / "docs" / "nb").glob("*.md"))
        if path.name != "index.md" and not any(macro in path.read_text("utf-8") for macro in alone)
    ]
    pages = len(list((folder / "docs" / "nb").glob("*.md")))
    wanted = pages * times
    added = []
    while pages + len(added) < wanted:
        source = texts[len(added) % len(texts)]
        added.append((source.name, f"{source.stem}-copy{len(added)}.md"))
    for lang, config in (("nb", "mkdocs.yml"), ("en", "mkdocs.en.yml")):
        for source, name in added:
            shutil.copyfile(folder / "docs" / lang / source, folder / "docs" / lang / name)
        path = folder / config
        names = [name for _, name in added]
        listed = "".join(
            f"      - {start}:\n" + "".join(f"          - {name}\n" for name in names[start : start + pages])
            for start in range(0, len(names), pages)
        )
        last = "      - embed.md\n"
        path.write_text(path.read_text("utf-8").replace(last, last + listed), "utf-8")
    limits = folder / "data" / "limits.yaml"
    text = limits.read_text("utf-8")
    table = _fees(text)
    rows, own = _rows(text), _rows(table)
    copies = (rows * (times - 1)) // own
    labels = re.compile(r"label: \{nb: Gebyr for studietillatelse, en: Study permit fee\}")
    for number in range(copies):
        named = table.replace(f"{FEE}:", f"{FEE}_{number}:", 1)
        text += labels.sub(f"label: {{nb: Gebyr {number}, en: Fee {number}}}", named)
    limits.write_text(text, "utf-8")
    return {"pages": pages + len(added), "rows": rows + copies * own}


def _fees(text: str) -> str:
    (table,) = re.findall(rf"(?ms)^{FEE}:\n.*?(?=^\w|\Z)", text)
    return table


def _rows(text: str) -> int:
    return len(re.findall(r"(?m)^    [\w.-]+:(?: \{|$)", text))


def growth() -> list[dict]:
    """For each size: pages a language, rows, and seconds with the engine compiled before, nothing kept offline."""
    found = []
    for times in SIZES:
        with tree(engine=True) as folder:
            found.append({"times": times, **grow(folder, times), "seconds": built(folder, "--no-offline")})
    return found


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a tree under `serve`, once it shows a page."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "scripts.pages.serve", "--port", str(port)]
    running = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/nb/"
        until(f"{address}appeal/", "<article")
        yield address
    finally:
        running.terminate()
        running.wait(10)


def until(address: str, words: str) -> float:
    """Seconds until the page at this address holds these words. Raises RuntimeError when it never does."""
    start = time.perf_counter()
    while time.perf_counter() - start < PATIENCE:
        try:
            with urlopen(address, timeout=30) as page:
                if words in page.read().decode("utf-8"):
                    return time.perf_counter() - start
        except (URLError, OSError):
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{address} did not show {words!r} in {PATIENCE} s")


def changes() -> dict[str, float]:
    """Seconds from saving a changed page, and a changed figure, until `serve` shows it: medians of three."""
    found: dict[str, list[float]] = {"page": [], "figure": []}
    with tree() as folder, served(folder) as address:
        page, limits = folder / PAGE, folder / "data" / "limits.yaml"
        for turn in range(3):
            # Nobody saves twice in a moment.
            time.sleep(REST)
            words = f"Kvikk som en hare {turn}."
            page.write_text(f"{page.read_text('utf-8')}\n\n{words}\n", "utf-8")
            found["page"].append(until(f"{address}appeal/", words))
            time.sleep(REST)
            text = limits.read_text("utf-8")
            table = _fees(text)
            # The newest fee is in no closed year.
            old = re.findall(r"fee: (\d+)", table)[-1]
            new = str(int(old) + 13)
            limits.write_text(text.replace(table, new.join(table.rsplit(old, 1))), "utf-8")
            found["figure"].append(until(f"{address}figures/", f'data-value="{new}"'))
    return {name: statistics.median(times) for name, times in found.items()}


def measure() -> dict:
    """All of it: {"clean": s, "again": s, "page": s, "figure": s, "growth": […]}."""
    with tree() as folder:
        clean = built(folder)
        again = built(folder)
    return {"clean": clean, "again": again, **changes(), "growth": growth()}


def lines(found: dict) -> list[str]:
    """The findings as Markdown."""
    told = [
        ("everything from clean, the engine compiled", "clean"),
        ("everything, the engine compiled before", "again"),
        ("a changed page shows in `serve`", "page"),
        ("a changed figure shows in `serve`", "figure"),
    ]
    table = ["| Building | seconds | goal | × goal |", "|---|---:|---:|---:|"]
    for words, name in told:
        goal = GOALS.get(name)
        compared = f"{goal:g} | {found[name] / goal:.2f}" if goal else " | "
        table.append(f"| {words} | {found[name]:.1f} | {compared} |")
    first = found["growth"][0]
    table += ["", "| Size | pages a language | rows | seconds | × 1 | pages × 1 | rows × 1 |"]
    table += ["|---:|---:|---:|---:|---:|---:|---:|"]
    for each in found["growth"]:
        ratios = " | ".join(f"{each[name] / first[name]:.1f}" for name in ("seconds", "pages", "rows"))
        table.append(f"| {each['times']} | {each['pages']} | {each['rows']} | {each['seconds']:.1f} | {ratios} |")
    return table
