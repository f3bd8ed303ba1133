"""Counts which functions of Pyodide's WebAssembly are called in a browser, and writes often_called.txt.

`python3 scripts/dev.py count-calls`: needed after a new edition of Pyodide, which the build tells of, and good after a
change by which answers call other functions, which tests/test_examples.py tells of.
"""

from __future__ import annotations

import functools
import http.server
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts import tables
from scripts.examples import load_examples
from scripts.loopback import serving
from scripts.runtime import build, often_called
from scripts.runtime.requests import widened
from scripts.runtime.split_wasm import CALLED, counting
from scripts.words import words_json

WASM = build.SOURCES.pyodide / "pyodide.asm.wasm"
WAIT = 120_000
PAGE = """<!doctype html><title>Count</title><script type="module">
const worker = new Worker(location.hash.slice(1), { type: "module" });
const heard = [];
let told = () => {};
worker.onmessage = ({ data }) => {
  if (["ready", "reply", "failed"].includes(data.type)) heard.push(data);
  told();
};
const next = async () => {
  while (!heard.length) await new Promise((done) => (told = done));
  const message = heard.shift();
  if (message.type === "failed") throw new Error(message.detail);
};
window.start = async () => { worker.postMessage({ type: "start" }); await next(); };
window.ask = async (requests) => {
  for (const request of requests) { worker.postMessage({ type: "ask", request }); await next(); }
};
</script>"""
KEEP_INSTANCE = """() => {
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...given) => (self.started = await instantiate(...given));
}"""
TELL_CALLED = """(name) => {
  const left = self.started.exports[name];
  return Array.from({ length: left.length }, (_, number) => number).filter((number) => left.get(number) === null);
}"""


class _Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", "": "application/wasm"}

    def log_message(self, *_) -> None:
        """Says nothing of each request."""


def called(browser: Browser, requests: Sequence[str]) -> list[int]:
    """The numbers of the functions that are called to start the engine and to answer these requests, in order.

    Raises RuntimeError when the engine is not built, and Playwright's errors when it does not start or answer.
    """
    with tempfile.TemporaryDirectory() as work:
        manifest = build.build(
            Path(work),
            tables=tables.load().canonical,
            words=words_json(),
            examples=[example.request("nb") for example in load_examples()],
            parted=lambda wasm, named: (counting(wasm), b""),
        )
        Path(work, "index.html").write_text(PAGE, "utf-8")
        with serving(functools.partial(_Files, directory=work)) as address, browser.new_page() as page:
            page.set_default_timeout(WAIT)
            with page.expect_worker() as worker:
                page.goto(f"{address}#engine/{manifest.worker}")
            worker.value.evaluate(KEEP_INSTANCE)
            page.evaluate("start()")
            page.evaluate("requests => ask(requests)", list(requests))
            return worker.value.evaluate(TELL_CALLED, CALLED)


def main() -> None:
    """Let every worked example and what is beside it be answered, and write down what was called."""
    requests = widened(example.request("nb") for example in load_examples())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROME"], args=["--no-sandbox"])
        numbers = called(browser, requests)
    often_called.FILE.write_text(often_called.written(WASM.read_bytes(), numbers), "utf-8")
    print(f"{often_called.FILE.name}: {len(numbers)} functions")


if __name__ == "__main__":
    main()
