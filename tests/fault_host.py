"""A static host that fails on request: silent as if stopped, cut off in the middle of a file, broken, too slow."""

import contextlib
import functools
import re
import socket
import threading
from urllib.parse import urlsplit

from static_host import Files

from scripts.loopback import QuietServer

HASHED = re.compile(r"[.-][0-9a-f]{8}[./]")


class FaultyFiles(Files):
    """Serves files as long as its host lets it; caching is that of our own `_headers`."""

    def do_GET(self):
        path = urlsplit(self.path).path
        self.server.asked.append(self.path)
        for part, go_on in list(self.server.held.items()):
            if part in path:
                go_on.wait(60)
        if self.server.down:
            self._hang_up()
        elif self.server.broken:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()

    def copyfile(self, source, outputfile):
        path = urlsplit(self.path).path
        cut = next((length for part, length in self.server.cuts.items() if part in path), None)
        if cut is None:
            super().copyfile(source, outputfile)
            return
        outputfile.write(source.read(cut))
        outputfile.flush()
        self._hang_up()

    def _hang_up(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class FaultHost:
    """A folder on loopback at `url`. What a test may do to it:

    `down`: connections break before an answer. `broken`: every answer is 503. `cuts`: part of a path to the number of
    bytes after which the connection breaks. `hold(part)`: requests for such a path wait; returns what lets them go.
    `headers`: part of a path to headers to add. `asked`: the paths of all requests so far.
    """

    def __init__(self, folder):
        self.folder = folder
        self.headers = {}
        handler = functools.partial(FaultyFiles, directory=str(folder), extra_headers=self._headers)
        self._server = QuietServer(("127.0.0.1", 0), handler)
        self._server.asked, self._server.cuts, self._server.held = [], {}, {}
        self._server.down = self._server.broken = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _headers(self, path):
        caching = "public, max-age=31536000, immutable" if HASHED.search(path) else "no-cache"
        more = next((more for part, more in self.headers.items() if part in path), {})
        return {"Cache-Control": caching, **more}

    @property
    def asked(self):
        """The paths of all requests so far, with their queries."""
        return self._server.asked

    @property
    def cuts(self):
        """Part of a path → after how many bytes of the file the connection breaks."""
        return self._server.cuts

    def hold(self, part):
        """Let requests for such a path wait; returns what lets them go on."""
        go_on = self._server.held.setdefault(part, threading.Event())
        return go_on.set

    def stop(self):
        """Break every connection before an answer, as when the machine is off."""
        self._server.down = True

    def start(self):
        """Answer again."""
        self._server.down = False

    def break_down(self, broken=True):
        """Answer 503 to everything, or no more."""
        self._server.broken = broken

    def close(self):
        """End the server for good."""
        for go_on in self._server.held.values():
            go_on.set()
        self._server.shutdown()
        self._server.server_close()
