"""Builds the whole site: `python -m scripts.pages.build [--site-url URL] [--host KIND] [--no-offline] [--out DIR]`.

Tables, browser engine, both languages, design system, root pages, then a policy in every page and what a host must
know. Anything that goes wrong stops the build with sentences that say what to mend; the exit status is then 1.
"""

import argparse
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Material prints a notice about MkDocs 2 at every start; it is read when the theme is imported.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.build import build as build_pages
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from scripts.examples import load_examples
from scripts.pages import (
    batch_tool,
    csp,
    design_system,
    embed,
    hashed_names,
    hosting,
    licences,
    offline,
    open_data,
    root_pages,
    search,
    sheets,
)
from scripts.pages.book import open_book
from scripts.runtime.build import build as build_engine
from scripts.tables import Refused, load
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = {"nb": "mkdocs.yml", "en": "mkdocs.en.yml"}
LOCAL = "http://127.0.0.1:8000/"
HOSTS = ("plain", "compressed")
MENU_BOX = re.compile(r'(<input class="md-toggle" [^>]*) autocomplete="off"')
MACRO_ERROR = re.compile(r".*_Macro Rendering Error_\s+_File_: `(.+?)`\s+_\w+_: ", re.DOTALL)


class BuildFailed(Exception):
    """The site could not be built. `problems` is a list of sentences for the person at the keyboard."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type, tuple]:
        """Comes back whole from another process."""
        return type(self), (self.problems,)


def build_site(
    out: Path = ROOT / "site",
    *,
    site_url: str | None = None,
    host: str = "plain",
    brotli_quality: int = 11,
    works_offline: bool = True,
    side_by_side: bool = False,
) -> None:
    """Builds the whole site into `out`, which is emptied first.

    `site_url` is the absolute address of the site's root; without it the environment's SITE_URL counts, else the
    address of the local server. `host` is one of HOSTS: "plain" for hosts that compress by themselves, "compressed"
    for your own server, which is given each file as Brotli (of that quality, 0 to 11) and gzip too. Without
    `works_offline` browsers keep nothing, and drop what an earlier build let them keep. `side_by_side` builds each
    language in a process of its own; not for a process with threads, which must not be copied. Raises BuildFailed;
    nothing useful lies in `out` then.
    """
    root_url = _root_url(site_url or os.environ.get("SITE_URL") or LOCAL)
    out = out.resolve()
    try:
        loaded = load()
        words = words_json()
        requests = [example.request("nb") for example in load_examples()]
        _check_same_pages(ROOT / "docs")
        _empty(out)
        build_engine(out, tables=loaded.canonical, words=words, examples=requests, stored=host == "compressed")
        told = {language: offline.words(loaded, language) if works_offline else None for language in CONFIGS}
        _each(partial(_build_language, out, root_url, told), list(CONFIGS), side_by_side=side_by_side)
        design_system.copy(ROOT / "node_modules" / "@digdir", out / "design")
        licences.write(out)
    except Refused as refused:
        raise BuildFailed([problem.say("en") for problem in refused.problems]) from refused
    except RuntimeError as broken:
        raise BuildFailed([str(broken)]) from broken
    except FileNotFoundError as missing:
        raise BuildFailed([f"{missing}. What the set-up brings: python3 scripts/dev.py setup"]) from missing
    open_data.write(out, loaded, root_url)
    root_pages.write(out, root_url)
    if works_offline:
        offline.write_page(out, root_url)
    _write_search(out, side_by_side=side_by_side)
    for language in CONFIGS:
        sheets.join(out / language / "assets" / "css")
    hashed_names.rename(out, root_url)
    _add_policies(out, side_by_side=side_by_side)
    _write_service_workers(out, root_url, works_offline)
    hosting.write(out, root_url, compressed=host == "compressed")
    if host == "compressed":
        hosting.compress(out, ROOT / ".cache" / "compressed", quality=brotli_quality)


def _root_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BuildFailed([f"The site's address {given!r} is not understood. Write it like https://example.org/guide/"])
    return given.rstrip("/") + "/"


def _check_same_pages(docs: Path) -> None:
    names = {lang: {path.relative_to(docs / lang) for path in (docs / lang).rglob("*.md")} for lang in CONFIGS}
    problems = [
        f"docs/{here}/{path.as_posix()} has no translation: write docs/{there}/{path.as_posix()}"
        for here, there in (("nb", "en"), ("en", "nb"))
        for path in sorted(names[here] - names[there])
    ]
    if problems:
        raise BuildFailed(problems)


def _empty(out: Path) -> None:
    if out == ROOT or out in ROOT.parents or (out / ".git").exists():
        raise BuildFailed([f"{out} is not a folder for a built site: it would be emptied. Choose another --out."])
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)


def _each(work: Callable[[Any], Any], things: Sequence, *, side_by_side: bool) -> list:
    if not side_by_side:
        return [work(thing) for thing in things]
    with ProcessPoolExecutor(len(CONFIGS)) as pool:
        return list(pool.map(work, things, chunksize=-(-len(things) // len(CONFIGS))))


def _build_language(out: Path, root_url: str, told: dict[str, dict[str, str] | None], language: str) -> None:
    warnings = _Warnings()
    log = logging.getLogger("mkdocs")
    log.addHandler(warnings)
    try:
        config = load_config(
            str(ROOT / CONFIGS[language]), site_dir=str(out / language), site_url=f"{root_url}{language}/"
        )
        config.extra["site_root"] = root_url
        # One memory for both languages: the colours a reader chose stay chosen after the language switch.
        config.extra["scope"] = urlsplit(root_url).path
        config.extra["wanted"] = root_pages.wanted(language)
        config.extra["engine_dir"] = str(out / "engine")
        config.extra["offline"] = told[language]
        build_pages(config)
        book = open_book(language)
        embed.write(out, book, config.extra)
        batch_tool.write(out, book)
    except (MkDocsException, SystemExit) as error:
        raise BuildFailed([f"docs/{language}: {_plain(text)}" for text in warnings.texts or [str(error)]]) from error
    finally:
        log.removeHandler(warnings)
    # MkDocs copies whatever lies in the theme folder: our worker, which is served from engine/ alone, and Material's
    # own search, which we do not use.
    for unused in ("engine", "assets/javascripts/lunr", "assets/javascripts/workers"):
        shutil.rmtree(out / language / unused, ignore_errors=True)


def _write_search(out: Path, *, side_by_side: bool) -> None:
    try:
        _each(partial(search.write_index, out), list(CONFIGS), side_by_side=side_by_side)
        search.write_libraries(out)
    except ValueError as slip:
        raise BuildFailed([str(slip)]) from slip
    except FileNotFoundError as missing:
        raise BuildFailed([f"{missing}. What the set-up brings: python3 scripts/dev.py setup"]) from missing


def _write_service_workers(out: Path, root_url: str, works_offline: bool) -> None:
    try:
        if works_offline:
            offline.write(out, root_url)
        else:
            offline.write_goodbye(out)
    except RuntimeError as broken:
        raise BuildFailed([str(broken)]) from broken
    except FileNotFoundError as missing:
        raise BuildFailed([f"{missing}. What the set-up brings: python3 scripts/dev.py setup"]) from missing


class _Warnings(logging.Handler):
    """Keeps what MkDocs warns about, since in strict mode it then stops with a mere count."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def _plain(text: str) -> str:
    # A macro's error comes as a Markdown page that ends in a traceback; the page's name and the sentence suffice.
    sentence = MACRO_ERROR.sub(r"\1: ", text.partition("\n\n```")[0])
    return " ".join(sentence.split())


def _by_the_standard(html: str) -> str:
    # Material's boxes behind the menu say autocomplete, which is for text. The search's form says it for them: else
    # Firefox opens the menu again when a page is read anew.
    html = MENU_BOX.sub(r'\1 form="search-form"', html)
    return html.replace(' tabindex=""', "")


def _add_policies(out: Path, *, side_by_side: bool) -> None:
    pages = sorted(out.rglob("*.html"))
    blocked = _each(_add_policy, pages, side_by_side=side_by_side)
    problems = [
        f"{page.relative_to(out)} {what}: the site's policy forbids it"
        for page, found in zip(pages, blocked, strict=True)
        for what in found
    ]
    if problems:
        raise BuildFailed(problems)


def _add_policy(page: Path) -> list[str]:
    html, blocked = csp.with_policy(_by_the_standard(page.read_text("utf-8")))
    page.write_text(html, "utf-8", newline="\n")
    return blocked


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit status: 0 built, 1 refused."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pages.build", description="Builds the whole site.")
    parser.add_argument("--site-url", metavar="URL", help="where the site will be published (else SITE_URL)")
    parser.add_argument("--host", choices=HOSTS, default="plain", help="compressed: with .br and .gz files (plain)")
    parser.add_argument("--no-offline", action="store_true", help="let browsers keep nothing for use without a network")
    parser.add_argument("--out", metavar="DIR", type=Path, default=ROOT / "site", help="where to build it (site/)")
    chosen = parser.parse_args(arguments)
    try:
        build_site(
            chosen.out,
            site_url=chosen.site_url,
            host=chosen.host,
            works_offline=not chosen.no_offline,
            side_by_side=True,
        )
    except BuildFailed as failed:
        print("The site was not built:", *failed.problems, sep="\n  ", file=sys.stderr)
        return 1
    print(f"The site is built in {chosen.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
