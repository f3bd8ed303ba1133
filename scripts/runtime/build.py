"""Builds the browser engine into `site/engine/`: only what a worker fetches, with hashes in the names.

`python -m scripts.runtime.build [--out SITE] [--stored]`
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts import tables
from scripts.examples import load_examples
from scripts.runtime import often_called
from scripts.runtime.bytecode import Sources, compiled
from scripts.runtime.requests import widened
from scripts.runtime.slim_script import SCRIPT, slim_script
from scripts.runtime.split_wasm import split
from scripts.runtime.zips import make_zip
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Sources(
    pyodide=ROOT / "node_modules" / "pyodide",
    calculators=ROOT / "calculators",
    worker=ROOT / "overrides" / "engine" / "worker.js",
    lock=ROOT / "runtime.lock",
    packages=ROOT / ".cache",
    cache=ROOT / ".cache" / "runtime",
)

_PLACE = '"__MANIFEST__"'
_WASM = "pyodide.asm.wasm"
_RARE = "rare.wasm"


@dataclass(frozen=True)
class Manifest:
    """What `engine.json` tells the page macro and the tests.

    `worker`: the file name for the page's `data-worker`. `total`: the bytes of the progress bar, which are
    counted decompressed, without scripts and without what is rarely called. `files`: name in `site/engine/` to
    size in bytes. `modules`: how many modules of the standard library are shipped, of `of_modules`.
    `data_version`: that of the tables.
    """

    worker: str
    total: int
    files: dict[str, int]
    modules: int
    of_modules: int
    data_version: str


# Takes the WebAssembly and the names in the scripts; gives the module that is there first, and the other.
Parting = Callable[[bytes, Collection[str]], tuple[bytes, bytes]]


def parted_by_calls(wasm: bytes, named: Collection[str]) -> tuple[bytes, bytes]:
    """Part it by what a start and answers call. What no script names, only packages could ask for: none is loaded."""
    return split(wasm, often_called.read(wasm), named)


def build(
    site: Path,
    *,
    tables: bytes,
    words: bytes,
    examples: Iterable[dict[str, Any]],
    stored: bool = False,
    sources: Sources = SOURCES,
    parted: Parting = parted_by_calls,
) -> Manifest:
    """Write the engine into `site/engine/`, replacing what was there, and return its manifest.

    `tables` and `words` are the JSON that `calculators.browser.open_desk` takes. `examples` are requests to
    it; what they load is what is shipped, so give all worked examples, refused ones too, in any language.
    `stored=True` leaves the zip files uncompressed: right only where the host ships them as Brotli. `parted` gives
    the two modules of which the WebAssembly is shipped. Raises
    FileNotFoundError when Pyodide or Node is missing, and RuntimeError when a step under Node fails.
    """
    if not (sources.pyodide / "package.json").is_file():
        raise FileNotFoundError(f"{sources.pyodide} is missing; `python3 scripts/dev.py setup` brings it")
    bytecode = compiled(sources, tables=tables, words=words, requests=widened(examples))
    data = {"tables.json": tables, "words.json": words}
    stdlib = make_zip(bytecode.stdlib, deflate=not stored)
    app = make_zip({**bytecode.calculators, **data}, deflate=not stored)
    engine = site / "engine"
    shutil.rmtree(engine, ignore_errors=True)

    files = _pyodide_files(sources, parted)
    folder = next(iter(files)).rpartition("/")[0] + "/"
    stdlib_name = f"stdlib-{_short_hash(stdlib)}.zip"
    app_name = f"app-{_short_hash(app)}.zip"
    files |= {stdlib_name: stdlib, app_name: app}
    downloads = {
        # No integrity here: it would hold the bytes back until the last has come, and with them both the
        # progress and the compiling that goes on while they come. The worker checks them meanwhile.
        "wasm": {
            "url": folder + _WASM,
            "bytes": len(files[folder + _WASM]),
            "sha256": hashlib.sha256(files[folder + _WASM]).hexdigest(),
        },
        "rare": {
            "url": folder + _RARE,
            "bytes": len(files[folder + _RARE]),
            "integrity": _integrity(files[folder + _RARE]),
        },
        "stdlib": {
            "url": stdlib_name,
            "bytes": len(stdlib),
            "integrity": _integrity(stdlib),
        },
        "app": {"url": app_name, "bytes": len(app), "integrity": _integrity(app)},
    }
    data_version = hashlib.sha256(tables).hexdigest()[:12]
    worker = _worker(sources, {"dataVersion": data_version, "folder": folder, "downloads": downloads})
    worker_name = f"worker-{_short_hash(worker)}.js"
    files[worker_name] = worker

    manifest = Manifest(
        worker=worker_name,
        total=sum(file["bytes"] for name, file in downloads.items() if name != "rare"),
        files={name: len(content) for name, content in files.items()},
        modules=bytecode.modules,
        of_modules=bytecode.of_modules,
        data_version=data_version,
    )
    files["engine.json"] = (json.dumps(asdict(manifest), indent=2) + "\n").encode()
    for name, content in files.items():
        (engine / name).parent.mkdir(parents=True, exist_ok=True)
        (engine / name).write_bytes(content)
    return manifest


def _pyodide_files(sources: Sources, parted: Parting) -> dict[str, bytes]:
    """Return Pyodide's own files under one hashed folder: it knows them by fixed names."""
    scripts = {
        "pyodide.mjs": _without_source_map((sources.pyodide / "pyodide.mjs").read_bytes()),
        SCRIPT: slim_script(sources.pyodide, sources.cache),
    }
    named = set(re.findall(r"[\w$]+", b"".join(scripts.values()).decode()))
    first, rare = parted((sources.pyodide / _WASM).read_bytes(), named)
    contents = {**scripts, _WASM: first, _RARE: rare}
    version = json.loads((sources.pyodide / "package.json").read_text("utf-8"))["version"]
    folder = f"pyodide-{version}-{_short_hash(b''.join(contents.values()))}"
    return {f"{folder}/{name}": content for name, content in contents.items()}


def _without_source_map(script: bytes) -> bytes:
    return re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", script)


def _worker(sources: Sources, manifest: dict[str, Any]) -> bytes:
    # An empty package list of the right edition: without one Pyodide fetches a list of hundreds of packages.
    edition = json.loads((sources.pyodide / "pyodide-lock.json").read_text("utf-8"))["info"]
    manifest = {**manifest, "lock": {"info": edition, "packages": {}}}
    source = sources.worker.read_text("utf-8")
    if source.count(_PLACE) != 1:
        raise RuntimeError(f"{sources.worker} must hold {_PLACE} once: the build puts the manifest there.")
    return source.replace(_PLACE, json.dumps(manifest, sort_keys=True)).encode()


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def _integrity(content: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def main() -> None:
    """Build from the repository's own tables, words and worked examples; print what came out."""
    parser = argparse.ArgumentParser(prog="python -m scripts.runtime.build", allow_abbrev=False)
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="the site's folder (site)")
    parser.add_argument("--stored", action="store_true", help="leave the zip files uncompressed")
    chosen = parser.parse_args()
    try:
        manifest = build(
            chosen.out,
            tables=tables.load().canonical,
            words=words_json(),
            examples=[example.request("nb") for example in load_examples()],
            stored=chosen.stored,
        )
    except tables.Refused as refused:
        raise SystemExit("\n".join(problem.say("en") for problem in refused.problems)) from None
    except (FileNotFoundError, RuntimeError) as error:
        raise SystemExit(f"The browser engine was not built. {error}") from None
    print(f"{manifest.modules} of {manifest.of_modules} modules of the standard library are needed")
    for name, size in manifest.files.items():
        print(f"{size:>10}  {name}")


if __name__ == "__main__":
    main()
