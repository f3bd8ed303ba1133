"""Serves the site on this machine and rebuilds it while you write: `python -m scripts.pages.serve [--port 8000]`.

Each rebuild runs in a process of its own, so changed Python is always read anew, into a folder of its own, so a
refused build never touches the last good site. What was refused stands at the top of every page until it is mended.
"""

import argparse
import html
import json
import logging
import mimetypes
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from scripts.pages import csp

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ("mkdocs.yml", "mkdocs.en.yml", "mkdocs.base.yml")
WATCHED = ("data", "docs", "calculators", "overrides", "scripts", *CONFIGS)

NOTICE = (
    '<div role="alert" class="build-failed" lang="en"><p><strong>The last change was refused.</strong> '
    "You see the site as it was before it. Mend this and save:</p><pre>{problems}</pre></div>"
)
NOTHING_YET = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">'
    "<title>Not built</title></head><body><h1>The site could not be built</h1><pre>{problems}</pre></body></html>"
)


class Builder:
    """Builds when called. `problems` is empty after success, else the words of the refused build."""

    def __init__(self, site: Path, site_url: str) -> None:
        self.site = site
        self.site_url = site_url
        self.problems = ""
        # Starts once the first build is done, and ends with this process, which holds its input open.
        self.waiting: subprocess.Popen | None = None

    def __call__(self) -> None:
        fresh = ROOT / ".cache" / "serve" / "next"
        # Whoever writes must see what is there now, never what a browser has kept.
        options = ["--site-url", self.site_url, "--no-offline", "--out", str(fresh)]
        building = self.waiting or _waiting()
        _, words = building.communicate(json.dumps(options) + "\n")
        self.waiting = _waiting()
        if building.returncode:
            self.problems = words.strip() or f"The build ended with status {building.returncode} and no words."
            print(self.problems, file=sys.stderr, flush=True)
            return
        self.problems = ""
        old = fresh.with_name("old")
        shutil.rmtree(old, ignore_errors=True)
        if self.site.exists():
            self.site.rename(old)
        fresh.rename(self.site)
        shutil.rmtree(old, ignore_errors=True)


def _waiting() -> subprocess.Popen:
    command = [sys.executable, "-m", "scripts.pages.waiting_build"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, text=True, **pipes)


Start = Callable[..., object]
Application = Callable[[dict, Start], Iterable[bytes]]


def telling(application: Application, builder: Builder) -> Application:
    """Wraps the live-reload server: pages get the refused build's words, and a policy that knows its own script."""

    def serve(environ: dict, start_response: Start) -> Iterable[bytes]:
        answer: list = []
        body = application(environ, lambda status, headers: answer.extend((status, headers)))
        status, headers = answer
        if dict(headers).get("Content-Type") != "text/html":
            start_response(status, headers)
            return body
        page = b"".join(body).decode("utf-8")
        if builder.problems:
            page = _with_problems(page, html.escape(builder.problems))
        if "<head>" in page:
            page, _ = csp.with_policy(page)
        content = page.encode("utf-8")
        start_response(status, [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(content)))])
        return [content]

    return serve


def _with_problems(page: str, problems: str) -> str:
    before, body, rest = page.partition("<body")
    if not body:
        return NOTHING_YET.format(problems=problems)
    attributes, end, content = rest.partition(">")
    return before + body + attributes + end + NOTICE.format(problems=problems) + content


def main(arguments: list[str] | None = None) -> int:
    """Serves until interrupted. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.pages.serve", description="Serves the site while you write."
    )
    parser.add_argument("--port", type=int, default=8000, help="port on this machine (8000)")
    chosen = parser.parse_args(arguments)

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    mimetypes.add_type("application/wasm", ".wasm")
    try:
        _serve(chosen.port)
    except KeyboardInterrupt:
        print("Ended.")
    except OSError as error:
        taken = f"Port {chosen.port} cannot be used ({error.strerror}). Choose another: --port 8001"
        print(taken, file=sys.stderr)
        return 1
    return 0


def _serve(port: int) -> None:
    site = ROOT / "site"
    builder = Builder(site, f"http://127.0.0.1:{port}/")
    # Looked for five times a second; what is written a moment later is still in the same build.
    server = LiveReloadServer(builder=builder, host="127.0.0.1", port=port, root=str(site), polling_interval=0.2)
    server.error_handler = lambda code: _error_page(site, code)
    server.set_app(telling(server.serve_request, builder))
    for name in WATCHED:
        if (ROOT / name).exists():
            server.watch(str(ROOT / name))
    print("Building the site ...", flush=True)
    builder()
    print(f"Open {server.url} in a browser. Ctrl+C ends.", flush=True)
    try:
        server.serve()
    finally:
        server.shutdown()


def _error_page(site: Path, code: int) -> bytes | None:
    page = site / "404.html"
    return page.read_bytes() if code == 404 and page.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
