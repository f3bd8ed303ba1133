"""Pyodide's script without what only libraries of packages need (slim_script.mjs), kept from build to build."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from scripts.runtime.node import HERE, run_node

SCRIPT = "pyodide.asm.mjs"


def slim_script(pyodide: Path, cache: Path) -> bytes:
    """Return the script of the Pyodide in this folder, made slim; from the folder `cache` when nothing has changed.

    Raises RuntimeError when the script is of another make, as after a new edition, and FileNotFoundError when Pyodide
    or Terser is not there.
    """
    parts = [pyodide / name for name in (SCRIPT, "pyodide.mjs", "pyodide.asm.wasm")]
    parts += [pyodide.parent / "terser" / "package.json", HERE / "slim_script.mjs"]
    digests = [hashlib.sha256(part.read_bytes()).hexdigest() for part in parts]
    kept = cache / f"script-{hashlib.sha256(json.dumps(digests).encode()).hexdigest()[:16]}.mjs"
    if not kept.is_file():
        script = run_node("slim_script.mjs", {"pyodide": str(pyodide)})
        cache.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed: a broken-off build must not be taken for a whole one.
        half = kept.with_suffix(".half-made")
        half.write_bytes(script.encode())
        half.replace(kept)
        for old in set(cache.glob("script-*.mjs")) - {kept}:
            old.unlink(missing_ok=True)
    return kept.read_bytes()
