"""What makes the guide work without a network: a service worker for each language and one above them.

`nb/sw.js` and `en/sw.js` keep the pages of one language with their looks, scripts and search, nothing of the other
language. `sw.js` at the root stands for what both share: the page that chooses the language, and the engine, whose
worker lies outside both. A worker is one version: it names every file by its checksum, so half of a new version is
never kept. Pages are asked from the network first; overrides/assets/js/offline.js says when to register.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from calculators.core.words import Words
from scripts.pages import root_pages
from scripts.pages.hashed_names import is_hashed
from scripts.runtime.node import find_node, node_environment
from scripts.tables import Loaded
from scripts.words import texts

HERE = Path(__file__).parent / "service_worker"
LANGUAGES = ("nb", "en")
# Also in service_worker/ and in overrides/assets/js/offline.js.
PREFIX = "guide"
# Without .webp: those are pictures of screens for the editors, and their alternative texts stand in for them.
KEPT = {".css", ".html", ".js", ".json", ".mjs", ".png", ".svg", ".woff2"}
# Shown inside somebody else's pages alone, or fetched by others.
ELSEWHERE = {"embed", "social"}
TEXTS = "scripts/pages/texts.yaml"
OFFLINE_PAGE = """\
<main class="root-page">
  <h1>{names}</h1>
{told}
  <ul class="root-page__choice">
{links}
  </ul>
</main>"""
# What a reader's browser may be sent ahead of any wish, in bytes as a host that compresses sends them.
MOST = 2_000_000


@dataclass(frozen=True)
class Kept:
    """What one language keeps: how many files, their bytes, and their bytes as sent (gzip)."""

    files: int
    size: int
    sent: int


def write(out: Path, root_url: str) -> dict[str, Kept]:
    """Writes the three service workers into the finished site `out`, whose address is `root_url`.

    No page and no file that they keep may change afterwards. Returns what each language keeps. Raises RuntimeError
    when that is too much or Workbox refuses, FileNotFoundError when Node or Workbox is missing.
    """
    kept, workers = {}, []
    for lang in LANGUAGES:
        files = _files_of(out, lang)
        kept[lang] = _weight(files)
        if kept[lang].sent > MOST:
            heaviest = max(files, key=lambda path: _sent(path.read_bytes())).relative_to(out).as_posix()
            raise RuntimeError(
                f"What works offline in {lang}/ has grown to {kept[lang].sent} bytes, and {MOST} is the most that may "
                f"be fetched ahead. The heaviest is {heaviest}. Make it smaller, or leave it out in {__name__}."
            )
        workers.append((out / lang / "sw.js", files))
    workers.append((out / "sw.js", _files_above(out)))
    _generate(out, workers, f"{PREFIX}-engine:{urlsplit(root_url).path}")
    return kept


def write_goodbye(out: Path) -> None:
    """Writes service workers that remove themselves, for a site that is built to work without any."""
    for folder in ("", *LANGUAGES):
        shutil.copyfile(HERE / "goodbye.js", out / folder / "sw.js")


def write_page(out: Path, root_url: str) -> None:
    """Writes offline.html, which stands for any page that the reader's browser does not keep."""
    said = Words(texts(TEXTS))
    base = urlsplit(root_url).path
    choices = {"nb": "Les på norsk", "en": "Read in English"}
    told = "\n".join(f'  <p lang="{lang}">{escape(said.say(lang, "offline", "elsewhere"))}</p>' for lang in LANGUAGES)
    links = "\n".join(
        f'    <li><a href="{base}{lang}/" lang="{lang}" hreflang="{lang}">{choice}</a></li>'
        for lang, choice in choices.items()
    )
    names = " · ".join(root_pages.NAMES[lang] for lang in LANGUAGES)
    page = root_pages.PAGE.format(
        lang="nb",
        title=names,
        description=root_pages.DESCRIPTION,
        base=base,
        head='<meta name="robots" content="noindex">',
        body=OFFLINE_PAGE.format(names=names, told=told, links=links),
    )
    (out / "offline.html").write_text(page, "utf-8", newline="\n")


def words(loaded: Loaded, lang: str) -> dict[str, str]:
    """What a page says when it may be a kept one: `offline`, with the dates of its figures, and `back` afterwards."""
    said = Words(texts(TEXTS))
    read = max(source["read"] for source in loaded.sources.values() if source["read"])
    dates = {"read": date.fromisoformat(read), "until": date.fromisoformat(loaded.in_force.until)}
    return {
        "offline": said.say(lang, "offline", "offline", **dates),
        "back": said.say(lang, "offline", "back"),
    }


def _files_of(out: Path, lang: str) -> list[Path]:
    """The files that the pages of a language need: none of the other language, the engine or the open data."""
    (other,) = set(LANGUAGES) - {lang}
    left_out = {other, "api", "engine"}
    files = []
    for path in sorted(out.rglob("*")):
        inside = path.relative_to(out)
        top, *below = inside.parts
        # search-1a2b3c4d/nb.json and stem-nb.js say their language in their names.
        if not below or top in left_out or set(below) & ELSEWHERE or re.search(rf"(^|-){other}$", path.stem):
            continue
        if path.is_file() and path.suffix in KEPT:
            files.append(path)
    return files


def _files_above(out: Path) -> list[Path]:
    chooser = out / "index.html"
    needed = re.findall(r'(?:src|href)="([^":]+\.(?:css|js|svg))"', chooser.read_text("utf-8"))
    return [chooser, out / "offline.html", *(out / name for name in needed)]


def _weight(files: list[Path]) -> Kept:
    contents = [path.read_bytes() for path in files]
    return Kept(len(contents), sum(map(len, contents)), sum(map(_sent, contents)))


def _sent(content: bytes) -> int:
    return len(gzip.compress(content, 6, mtime=0))


def _entry(path: Path, out: Path, worker: Path) -> dict[str, str | None]:
    digest = hashlib.sha256(path.read_bytes())
    return {
        "url": Path(os.path.relpath(path, worker.parent)).as_posix(),
        "revision": None if is_hashed(path.relative_to(out).as_posix()) else digest.hexdigest()[:16],
        "integrity": "sha256-" + base64.b64encode(digest.digest()).decode(),
    }


def _generate(out: Path, workers: list[tuple[Path, list[Path]]], engine_cache: str) -> None:
    task = {
        "workers": [
            {"path": str(worker), "entries": [_entry(path, out, worker) for path in files]} for worker, files in workers
        ],
        "prefix": PREFIX,
        "engineCache": engine_cache,
    }
    done = subprocess.run(
        [find_node(), str(HERE / "generate.mjs")],
        input=json.dumps(task),
        capture_output=True,
        encoding="utf-8",
        env=node_environment(),
        check=False,
    )
    if done.returncode:
        if "ERR_MODULE_NOT_FOUND" in done.stderr:
            raise FileNotFoundError("node_modules/workbox-build is missing")
        raise RuntimeError(f"The service workers were not made:\n{done.stderr.strip()}")
    warnings = json.loads(done.stdout)["warnings"]
    if warnings:
        raise RuntimeError("Workbox warns of the service workers:\n" + "\n".join(warnings))
