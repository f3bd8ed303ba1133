"""A host on loopback that does as the built site asks: it obeys `_headers` and sends the Brotli beside each file."""

import contextlib
import functools
import http.server
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from scripts.loopback import serving
from scripts.pages.hosting import TYPES

Rules = list[tuple[str, list[tuple[str, str]]]]


def read_rules(text: str) -> Rules:
    """The rules of a `_headers` file: for which paths, as it writes them, and what to say of those."""
    rules: Rules = []
    for line in text.splitlines():
        if line.startswith("/"):
            rules.append((line, []))
        elif line.startswith("  "):
            name, value = line.strip().split(": ", 1)
            rules[-1][1].append((name, value))
    return rules


def headers_of(rules: Rules, path: str) -> dict[str, str]:
    """What is said of a path: of all rules that fit, equal names joined by a comma, as hosts do."""
    found: dict[str, str] = {}
    for pattern, headers in rules:
        if re.fullmatch(_expression(pattern), path):
            for name, value in headers:
                found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*|:[a-z]+)", pattern)
    return "".join(".*" if each == "*" else "[^/]+" if each[:1] == ":" else re.escape(each) for each in parts)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments, site: Path, rules: Rules) -> None:
        self.site, self.rules = site, rules
        super().__init__(*arguments)

    def log_message(self, *_) -> None:
        """Nothing is logged."""

    def do_HEAD(self) -> None:
        """Answers as to GET, without the file."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answers with the file, or with 404.html."""
        path = urlsplit(self.path).path
        file = self.site / path.lstrip("/")
        if path.endswith("/"):
            file = file / "index.html"
        status = 200
        if ".." in path.split("/") or not file.is_file():
            status, file = 404, self.site / "404.html"
        packed = file.with_name(file.name + ".br")
        as_brotli = packed.is_file() and "br" in self.headers.get("Accept-Encoding", "")
        body = (packed if as_brotli else file).read_bytes()
        kind = TYPES.get(file.suffix, "application/octet-stream")
        text = kind.startswith("text/")
        headers = {
            "Content-Type": f"{kind}; charset=utf-8" if text else kind,
            **headers_of(self.rules, path),
            "Content-Length": str(len(body)),
            "Vary": "Accept-Encoding",
            **({"Content-Encoding": "br"} if as_brotli else {}),
        }
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)


@contextlib.contextmanager
def told_host(site: Path) -> Iterator[str]:
    """Serves a built site on a free port of loopback; gives the address of its root, ending in a slash."""
    rules = read_rules((site / "_headers").read_text("utf-8"))
    with serving(functools.partial(_Handler, site=site, rules=rules)) as root:
        yield root
