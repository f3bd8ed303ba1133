"""A static server as slow as a phone's network: one token bucket for all connections, and a wait before each answer."""

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.loopback import serving
from scripts.pages.hosting import TYPES

CHUNK = 16 * 1024


class Bucket:
    """Lets `rate` bytes a second through, whoever asks; `rate` None lets everything through."""

    def __init__(self, rate: float | None) -> None:
        self.rate = rate
        self._free_at = time.monotonic()
        self._lock = threading.Lock()

    def take(self, count: int) -> None:
        """Waits until so many bytes may go out."""
        if self.rate is None:
            return
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now) + count / self.rate
            wait = self._free_at - now
        time.sleep(wait)


class Network:
    """What a run shares: the bucket, the wait before an answer, and the bytes sent by path."""

    def __init__(self, megabits: float | None, latency: float) -> None:
        self.bucket = Bucket(megabits * 1_000_000 / 8 if megabits else None)
        self.latency = latency
        self.sent: dict[str, int] = {}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folders: dict[str, Path]
    network: Network

    def log_message(self, *_) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        """Answers with the file, as Brotli where a .br lies beside it."""
        path = self.path.partition("?")[0]
        prefix = next(each for each in sorted(self.folders, key=len, reverse=True) if path.startswith(each))
        file = self.folders[prefix] / path.removeprefix(prefix).lstrip("/")
        if file.is_dir():
            file = file / "index.html"
        time.sleep(self.network.latency)
        packed = file.with_name(file.name + ".br")
        found = packed if packed.is_file() else file
        if not found.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = found.read_bytes()
        self.send_response(200)
        kind = TYPES.get(file.suffix, "application/octet-stream")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache" if file.suffix == ".html" else "max-age=31536000, immutable")
        if found is packed:
            self.send_header("Content-Encoding", "br")
        self.end_headers()
        self.network.sent[path] = self.network.sent.get(path, 0) + len(body)
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(body), CHUNK):
                part = body[start : start + CHUNK]
                self.network.bucket.take(len(part))
                self.wfile.write(part)


@contextlib.contextmanager
def slow_server(folders: dict[str, Path], network: Network) -> Iterator[str]:
    """Serves folders by the beginning of the address ("/" for the site); gives the address of the root."""
    handler = type("Handler", (_Handler,), {"folders": folders, "network": network})
    with serving(handler) as root:
        yield root.removesuffix("/")
