"""The shipped engine under Node, for tests and comparisons outside a browser."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.runtime.node import HERE, find_node, node_environment

Ask = Callable[[dict[str, Any]], dict[str, Any]]


@contextmanager
def node_desk(engine: Path, *, run_first: Path | None = None) -> Iterator[Ask]:
    """Start the files in `engine` (a built `site/engine`) under Node; yield `ask(request) -> reply`.

    Requests and replies are those of `calculators.browser`. `run_first` is a Python file to run inside the
    engine before it answers. Raises RuntimeError with what Node said when the engine does not start or breaks
    off.
    """
    command = [find_node(), str(HERE / "node_desk.mjs"), str(engine)]
    if run_first is not None:
        command.append(str(run_first))
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            env=node_environment(),
        )

        def read_line() -> dict[str, Any]:
            line = process.stdout.readline()
            if not line:
                process.wait()
                said.seek(0)
                raise RuntimeError(f"The engine broke off under Node:\n{said.read().strip()}")
            return json.loads(line)

        def ask(request: dict[str, Any]) -> dict[str, Any]:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            return read_line()

        with process:
            try:
                read_line()
                yield ask
            finally:
                process.kill()
