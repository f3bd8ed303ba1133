"""The packages that compile bytecode inside Pyodide, installed from `runtime.lock`."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from uv import find_uv_bin


def install(lock: Path, cache: Path) -> Path:
    """Install the hash-locked packages of `lock` into a folder under `cache`; return that folder.

    The folder's name carries the lock's hash, so a second call only looks whether it is there. Raises
    RuntimeError with what uv said when it fails.
    """
    folder = cache / f"runtime-packages-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    # Installed aside and renamed at the end: a broken-off install must not be taken for a whole one.
    half_made = Path(tempfile.mkdtemp(prefix="runtime-packages-", dir=cache))
    command = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(half_made)]
    # The packages run in WebAssembly, so wheels for this machine's processor would be of no use.
    command += ["--python-version", "3.14", "--python-platform", "wasm32-pyodide2025"]
    command += ["--only-binary", ":all:", "--require-hashes", "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        shutil.rmtree(half_made, ignore_errors=True)
        raise RuntimeError(f"The packages of {lock.name} could not be installed:\n{done.stderr.strip()}")
    try:
        half_made.rename(folder)
    except OSError:
        # Another build was faster; its folder is as good as ours.
        shutil.rmtree(half_made, ignore_errors=True)
    return folder
