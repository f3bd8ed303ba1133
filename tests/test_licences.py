"""licences.txt: everything made by others that is shipped stands there, with its licence."""

import json
import re
from dataclasses import replace
from fnmatch import fnmatch

import pytest

from scripts.pages import licences, sheets
from scripts.pages.build import ROOT

# What the build makes itself, or takes from the folders named here.
OURS = (
    "*.html", "api/*", "_headers", "nginx.conf", "robots.txt", "sitemap.xml", "licences.txt", "*/batch/*.csv",
    "*/assets/social/*.png", "search-*/??.json", "engine/engine.json", "engine/app-*.zip", "engine/worker-*.js",
)  # fmt: skip


def own(path):
    """Whether a file of the site is our own: made by the build, or lying in overrides/assets under this name."""
    source = re.sub(r"^(nb|en)/assets/(css|js|images)-[0-9a-f]{8}/", r"\2/", path)
    if source != path:
        name = source.removeprefix("css/")
        parts = [f"css/{part}" for part in sheets.JOINED.get(name, ())] or [source]
        return all((ROOT / "overrides" / "assets" / part).is_file() for part in parts)
    return any(fnmatch(path, pattern) for pattern in OURS)


@pytest.fixture(scope="module")
def paths(site):
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())


def test_each_file_is_ours_or_stands_on_the_list_once(paths):
    for path in paths:
        parts = [part.name for part in licences.PARTS for pattern in part.files if fnmatch(path, pattern)]
        assert len(parts) == (0 if own(path) else 1), f"{path}: ours or whose? {parts}"


def test_the_list_names_nothing_that_is_not_shipped(paths):
    for part in licences.PARTS:
        for pattern in part.files:
            assert any(fnmatch(path, pattern) for path in paths), f"{part.name}: {pattern}"


def test_what_lies_inside_material_is_named(site):
    (material,) = (part for part in licences.PARTS if part.package == "mkdocs-material")
    named = " ".join(material.holds)
    inside = set()
    for path in site.glob("nb/assets/**/*.map"):
        for source in json.loads(path.read_text("utf-8"))["sources"]:
            inside |= set(re.findall(r"node_modules/((?:@[^/]+/)?[^/]+)/", source))
    assert "rxjs" in inside
    assert [name for name in sorted(inside) if name not in named] == []


def test_each_part_stands_there_with_its_locked_version_and_its_licence_in_full(site):
    text = (site / "licences.txt").read_text("utf-8")
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    requirements = (ROOT / "requirements.lock").read_text("utf-8")
    for part in licences.PARTS:
        if part.registry == "npm":
            version = locked[f"node_modules/{part.package}"]["version"]
        else:
            (version,) = re.findall(rf"^{re.escape(part.package)}==(\S+)", requirements, re.MULTILINE)
        assert re.search(rf"^{re.escape(part.name)} {re.escape(version)} \([A-Z][\w.-]+\)$", text, re.MULTILINE)
    for words in (
        "Martin Donath", "Digitaliseringsdirektoratet", "Luca Ongaro", "Dr Martin Porter", "Google",
        "Mozilla Public License Version 2.0", "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2", "Pictogrammers",
        "Apache License", "Julian R Seward", "Stefan Krah", "CC BY 4.0",
    ):  # fmt: skip
        assert words in text, words
    assert "\r" not in text and str(ROOT) not in text


def test_the_notices_are_those_of_the_libraries_inside(site):
    (wasm,) = site.glob("engine/pyodide-*/pyodide.asm.wasm")
    (zlib,) = set(re.findall(rb"inflate (\d+\.\d+\.\d+) Copyright", wasm.read_bytes()))
    notices = (licences.TEXTS / "notices.txt").read_text("utf-8")
    assert f"zlib {zlib.decode()}," in notices
    (pyodide,) = (part for part in licences.PARTS if part.name == "Pyodide")
    (held,) = re.findall(r"CPython (\d\.\d+)", " ".join(pyodide.holds))
    info = json.loads((ROOT / "node_modules/pyodide/pyodide-lock.json").read_text("utf-8"))["info"]
    assert info["python"].startswith(held + ".")
    # What this Python says of itself; its licence before 3.14 named years up to the last.
    ours = b"Copyright (c) 2001 Python Software Foundation"
    assert ours in wasm.read_bytes() and ours in (licences.TEXTS / "CPython.txt").read_bytes()


def test_a_licence_that_is_gone_stops_the_build(tmp_path, monkeypatch):
    without = replace(licences.PARTS[0], texts=("NO-SUCH-LICENCE",))
    monkeypatch.setattr(licences, "PARTS", (without,))
    with pytest.raises(FileNotFoundError, match="has 0 files NO-SUCH-LICENCE"):
        licences.write(tmp_path)
