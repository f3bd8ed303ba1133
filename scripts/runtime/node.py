"""Running the few Node scripts of this folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def find_node() -> str:
    """Return the path of Node: the environment variable NODE that `scripts/dev.py` sets, else `node` on PATH.

    Raises FileNotFoundError with what to do when there is none.
    """
    node = os.environ.get("NODE") or shutil.which("node")
    if node is None:
        raise FileNotFoundError(
            "Node, which builds the browser engine, was not found; `python3 scripts/dev.py setup` brings it, "
            "or set NODE to its path"
        )
    return node


def node_environment() -> dict[str, str]:
    """Return the environment for Node: ours, in UTC, because Pyodide writes local times into zip files."""
    return {**os.environ, "TZ": "UTC"}


def run_node(script: str, task: dict[str, Any]) -> Any:
    """Run `script` of this folder with `task` as JSON on its input; return the JSON that it writes.

    Raises RuntimeError with what the script said when it fails.
    """
    done = subprocess.run(
        [find_node(), str(HERE / script)],
        input=json.dumps(task),
        capture_output=True,
        encoding="utf-8",
        env=node_environment(),
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"scripts/runtime/{script} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout)
