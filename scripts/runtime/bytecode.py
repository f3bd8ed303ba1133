"""The standard library and the calculators as bytecode, trimmed to what answering really needs.

Python is started under Node with its whole library, answers every request given, and tells what it loaded;
only that is compiled and shipped. Some modules are exchanged for the slim ones in `slim/`: an event loop and a loader
of packages would bring half as much again, for what we never do.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.runtime import packages
from scripts.runtime.node import HERE, run_node
from scripts.runtime.zips import make_zip, read_zip

_KEPT = 8
_SLIM = HERE / "slim"


@dataclass(frozen=True)
class Sources:
    """Where the parts come from, and where what was made of them is kept.

    `pyodide` and `calculators` are folders, `worker` and `lock` files; `packages` keeps what `lock` installs,
    `cache` finished bytecode.
    """

    pyodide: Path
    calculators: Path
    worker: Path
    lock: Path
    packages: Path
    cache: Path


@dataclass(frozen=True)
class Bytecode:
    """Both by file name; the standard library has `modules` modules out of `of_modules`."""

    stdlib: dict[str, bytes]
    calculators: dict[str, bytes]
    modules: int
    of_modules: int


def compiled(sources: Sources, *, tables: bytes, words: bytes, requests: Iterable[str]) -> Bytecode:
    """Return the bytecode, from the cache when nothing it depends on has changed.

    `tables` and `words` are needed to answer the requests, but the cache does not look at them: another
    figure needs no other module. Raises RuntimeError when a step under Node fails.
    """
    requests = sorted(set(requests))
    code = calculator_files(sources.calculators)
    folder = sources.cache / _key(sources, code, requests)
    if not folder.is_dir():
        _compile_into(folder, sources, code, tables, words, requests)
        _forget_old(folder.parent)
    counts = json.loads((folder / "counts.json").read_text("utf-8"))
    stdlib, calculators = (read_zip((folder / name).read_bytes()) for name in ("stdlib.zip", "app.zip"))
    return Bytecode(stdlib, calculators, **counts)


def calculator_files(folder: Path) -> dict[str, bytes]:
    """Return the source files that go to the browser: all of the package but its command line."""
    files = (path for path in sorted(folder.rglob("*.py")) if path != folder / "__main__.py")
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in files}


def slimmed(library: dict[str, bytes]) -> dict[str, bytes]:
    """Return the standard library with the slim modules in their places.

    Raises RuntimeError when one of them takes the place of nothing, as after a new edition of Pyodide.
    """
    if lost := _slim().keys() - library.keys():
        raise RuntimeError(f"Pyodide has no {', '.join(sorted(lost))} any more: look again at {_SLIM.name}/.")
    return library | _slim()


def _slim() -> dict[str, bytes]:
    return {path.relative_to(_SLIM).as_posix(): path.read_bytes() for path in sorted(_SLIM.rglob("*.py"))}


def _key(sources: Sources, code: dict[str, bytes], requests: Sequence[str]) -> str:
    scripts = [path for path in sorted(HERE.iterdir()) if path.suffix in {".py", ".mjs"}]
    engine = [sources.pyodide / name for name in ("python_stdlib.zip", "pyodide.asm.wasm", "pyodide.asm.mjs")]
    parts = {path.name: path.read_bytes() for path in [*scripts, *engine, sources.worker, sources.lock]}
    parts |= code | _slim()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    key = json.dumps([digests, requests], sort_keys=True)
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _compile_into(
    folder: Path,
    sources: Sources,
    code: dict[str, bytes],
    tables: bytes,
    words: bytes,
    requests: Sequence[str],
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Made aside and renamed at the end: a broken-off build must not be taken for a whole one.
    work = Path(tempfile.mkdtemp(prefix="half-made-", dir=folder.parent))
    try:
        app = work / "app.zip"
        app.write_bytes(make_zip({**code, "tables.json": tables, "words.json": words}, deflate=False))
        library = slimmed(read_zip((sources.pyodide / "python_stdlib.zip").read_bytes()))
        whole = work / "library.zip"
        whole.write_bytes(make_zip(library, deflate=False))
        needed = _trace(sources, whole, app, _modules(code), requests)
        whole.unlink()

        app.write_bytes(make_zip(code, deflate=False))
        (work / "stdlib.zip").write_bytes(make_zip({name: library[name] for name in needed}, deflate=False))
        zips = [{"name": "stdlib.zip", "level": 0}, {"name": "app.zip", "level": 0}]
        installed = packages.install(sources.lock, sources.packages)
        task = {"pyodide": str(sources.pyodide), "packages": str(installed), "work": str(work), "zips": zips}
        run_node("compile.mjs", task)

        counts = {"modules": len(needed), "of_modules": sum(name.endswith(".py") for name in library)}
        (work / "counts.json").write_text(json.dumps(counts), "utf-8")
        work.rename(folder)
    except OSError:
        # Another build may have been faster; its folder is as good as ours.
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _modules(code: Iterable[str]) -> list[str]:
    names = (name.removesuffix(".py").removesuffix("/__init__") for name in code)
    return [name.replace("/", ".") for name in names]


def _trace(sources: Sources, library: Path, app: Path, modules: Sequence[str], requests: Sequence[str]) -> list[str]:
    task = {
        "pyodide": str(sources.pyodide),
        "worker": str(sources.worker),
        "library": str(library),
        "app": str(app),
        "modules": modules,
        "requests": requests,
        "mishaps": str(HERE / "mishaps.py"),
    }
    return run_node("trace.mjs", task)["files"]


def _forget_old(cache: Path) -> None:
    folders = (path for path in cache.iterdir() if path.is_dir())
    by_age = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
