"""A server on this machine alone, for what is measured, photographed and tested."""

import contextlib
import http.server
import sys
import threading
from collections.abc import Callable, Iterator


class QuietServer(http.server.ThreadingHTTPServer):
    """Says nothing of a browser that goes away in the middle of an answer, as a page being left does."""

    def handle_error(self, request, client_address) -> None:
        """Passes over a broken connection; anything else is told as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serving(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serves on a free port of loopback until the end; gives the address of the root, ending in a slash."""
    with QuietServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
