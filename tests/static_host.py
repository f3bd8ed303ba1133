"""A server for a folder on loopback that behaves as a static host does."""

import contextlib
import functools
import http.server
import os
from urllib.parse import urlsplit

from scripts.loopback import serving


class Files(http.server.SimpleHTTPRequestHandler):
    """Serves files as a static host does: right types, and 404.html for what is not there."""

    protocol_version = "HTTP/1.1"
    # Not the machine's own list of types, which may lack these or differ.
    extensions_map = {
        "": "application/octet-stream",
        ".css": "text/css",
        ".csv": "text/csv",
        ".html": "text/html; charset=utf-8",
        ".ics": "text/calendar",
        ".js": "text/javascript",
        ".json": "application/json",
        ".mjs": "text/javascript",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
        ".zip": "application/zip",
    }

    def __init__(self, *arguments, extra_headers, **options):
        self.extra_headers = extra_headers
        super().__init__(*arguments, **options)

    def guess_type(self, path):
        return self.extensions_map.get(os.path.splitext(path)[1].lower(), self.extensions_map[""])

    def end_headers(self):
        for name, value in self.extra_headers(urlsplit(self.path).path).items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        page = os.path.join(self.directory, "404.html")
        if code != 404 or not os.path.isfile(page):
            super().send_error(code, message, explain)
            return
        with open(page, "rb") as file:
            body = file.read()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def served(folder, headers=lambda path: {}):
    """Serve a folder on a free port of loopback; yields its address, ending in a slash.

    `headers` takes the path of a request ("/nb/wealth/") and returns a dict of headers to add to the answer.
    """
    handler = functools.partial(Files, directory=str(folder), extra_headers=headers)
    with serving(handler) as address:
        yield address
