"""Counts which functions of Pyodide's WebAssembly are called in a browser, and writes often_called.txt.

`python3 scripts/dev.py count-calls`: needed after a new edition of Pyodide, which the build tells of, and good after a
change by which answers call other functions, which every test of a calculator on a page tells of.
"""

from __future__ import annotations

import functools
import http.server
import itertools
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from scripts import tables
from scripts.examples import load_examples
from scripts.loopback import serving
from scripts.runtime import build, often_called
from scripts.runtime.node import run_node
from scripts.runtime.requests import taken_along, widened
from scripts.runtime.split_wasm import CALLED, counting
from scripts.words import words_json

WASM = build.SOURCES.pyodide / "pyodide.asm.wasm"
WAIT = 180_000
NEAR = 6
PAGE = """<!doctype html><html lang="en"><title>Count</title><script type="module">
const worker = new Worker("count.js", { type: "module" });
const { requests } = await (await fetch("task.json")).json();
const next = [() => worker.postMessage({ type: "start" })];
for (const request of requests) next.push(() => worker.postMessage({ type: "ask", request }));
next.push(() => worker.postMessage({ type: "tell" }));
worker.onmessage = ({ data }) => {
  if (["imported", "ready", "reply"].includes(data.type)) next.shift()();
  // The last one breaks off.
  if (data.type === "failed" && next.length === 1) next.shift()();
  else if (data.type === "failed") document.body.dataset.called = data.detail;
  if (data.type === "called") document.body.dataset.called = JSON.stringify(data.numbers);
};
</script></html>"""
WORKER = """const { worker, table } = await (await fetch("task.json")).json();
const instantiate = WebAssembly.instantiate;
let started;
WebAssembly.instantiate = async (...given) => (started = await instantiate(...given));
addEventListener("message", async ({ data }) => {
  if (data.type !== "tell") return;
  // What nobody holds any more is told to Python, which lets go of it.
  self.gc?.();
  await new Promise((done) => setTimeout(done, 2000));
  const left = started.exports[table];
  const numbers = Array.from({ length: left.length }, (_, number) => number);
  postMessage({ type: "called", numbers: numbers.filter((number) => left.get(number) === null) });
});
await import(worker);
postMessage({ type: "imported" });"""


class _Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        ".html": "text/html",
        ".json": "application/json",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        "": "application/wasm",
    }

    def log_message(self, *_) -> None:
        """Says nothing of each request."""


def called(programs: Mapping[str, str], requests: Sequence[str]) -> set[int]:
    """The numbers of the functions that these browsers call: to start, to answer these requests, and to break off.

    `programs` holds the path of "chrome", of "firefox" or of both. Raises RuntimeError when the engine is not built or
    a browser does not answer.
    """
    with tempfile.TemporaryDirectory() as work:
        manifest = build.build(
            Path(work),
            tables=tables.load().canonical,
            words=words_json(),
            examples=[example.request("nb") for example in load_examples()],
            parted=lambda wasm, named: (counting(wasm), b""),
        )
        asked = [*requests, json.dumps({"id": 1, "lang": "nb", "calculator": "no_such_calculator", "typed": {}})]
        task = {"worker": f"./engine/{manifest.worker}", "table": CALLED, "requests": asked}
        for name, content in {"index.html": PAGE, "count.js": WORKER, "task.json": json.dumps(task)}.items():
            Path(work, name).write_text(content, "utf-8")
        with serving(functools.partial(_Files, directory=work)) as address:
            told = [
                run_node("count_calls.mjs", {"browser": browser, "program": program, "url": address, "timeout": WAIT})
                for browser, program in programs.items()
            ]
    return {number for each in told for number in json.loads(each)}


def with_neighbours(numbers: Iterable[int]) -> set[int]:
    """The numbers, and those between two of them that lie near each other.

    Functions of one source file stand side by side: those beside the called ones are the likeliest in a case that
    nobody has tried. They make the first part a fourteenth larger.
    """
    found = sorted(numbers)
    return {
        *found,
        *(each for low, high in itertools.pairwise(found) if high - low <= NEAR for each in range(low, high)),
    }


def main() -> None:
    """Let every worked example and what is beside it be answered, and write down what was called and what is near."""
    examples = [example.request("nb") for example in load_examples()]
    programs = {"chrome": os.environ["CHROME"], "firefox": os.environ["FIREFOX"]}
    numbers = with_neighbours(called(programs, [*widened(examples), *taken_along(examples)]))
    often_called.FILE.write_text(often_called.written(WASM.read_bytes(), numbers), "utf-8")
    print(f"{often_called.FILE.name}: {len(numbers)} functions")


if __name__ == "__main__":
    main()
