"""The Content-Security-Policy that every page carries in a <meta>: our own files and nothing else.

Material writes a few inline scripts into each page. They are allowed by their hash, page by page, so there is no
`unsafe-inline` anywhere. Inline styles and handlers would be blocked in the browser; here they stop the build.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser

# A worker obeys its own response's policy, and only the engine's may compile WebAssembly.
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

POLICY_META = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
DIGEST = re.compile(r"'sha256-[^']+'")
CHARSET_META = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)
ALIGNED_CELL = re.compile(r'<(t[hd]) style="text-align: (left|right|center);"')


class _Reader(HTMLParser):
    """Notes the inline scripts of one page, and whatever a strict policy would block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self.blocked: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") in (None, "", "module", "text/javascript"):
            self._in_script = True
            self.scripts.append("")
        if tag == "style":
            self.blocked.append(f"line {line}: a <style> element")
        for name, value in attrs:
            if name == "style":
                self.blocked.append(f'line {line}: style="{value}" on <{tag}>')
            elif name.startswith("on"):
                self.blocked.append(f"line {line}: {name} on <{tag}>")
            elif name in ("href", "src") and (value or "").strip().lower().startswith("javascript:"):
                self.blocked.append(f"line {line}: a javascript: address on <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def blocked(html: str) -> list[str]:
    """What in this page the policy would block, as short sentences with the page's line; empty when clean."""
    return _read(html).blocked


def _policy_for(page: _Reader) -> str:
    digests = (hashlib.sha256(script.encode()).digest() for script in page.scripts)
    return _policy({f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests})


def shared_policy(pages: Iterable[str]) -> str:
    """One policy that fits all of these pages, which carry their own already: for the header of every response."""
    metas = (POLICY_META.search(page) for page in pages)
    return _policy({digest for meta in metas if meta for digest in DIGEST.findall(meta[0])})


def _policy(hashes: set[str]) -> str:
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *sorted(hashes)]),
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def with_policy(html: str) -> tuple[str, list[str]]:
    """The page with its policy right after the charset, in place of any policy it had; and what that would block.

    Cells that Markdown aligned with a style get a class instead. Raises ValueError if the page has no
    `<meta charset="utf-8">` to stand behind: a policy further down would come too late.
    """
    html = ALIGNED_CELL.sub(r'<\1 class="align-\2"', POLICY_META.sub("", html))
    page = _read(html)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{_policy_for(page)}">'
    html, found = CHARSET_META.subn(lambda charset: charset[0] + meta, html, count=1)
    if not found:
        raise ValueError('the page has no <meta charset="utf-8">, so its policy has no place to stand')
    return html, page.blocked
