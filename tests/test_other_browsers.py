"""The wealth page in Firefox and in WebKit, which iPhones have: filled in, and answered. One test each."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from fault_host import FaultHost
from test_page_calculator import AMOUNT

from scripts.runtime.node import find_node

HERE = Path(__file__).parent
# What a reader types and chooses; "" is a click.
FIELDS = {
    "[name=year]": "2020",
    "[name=household][value=single]": "",
    "[name=net_wealth]": "678 861",
    "[name=months]": "10",
}
ANSWER = "[data-result] [data-output=reduction][data-value='50000']"
BOOT = 90
SCROLL = "document.querySelector(arguments[0]).scrollIntoView({ behavior: 'instant', block: 'center' })"

optional = pytest.mark.may_skip(reason="the browser cannot be installed without root and Debian's packages")


def program(variable):
    """The program that dev.py names in a variable."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} is not set: dev.py found no such browser and may not install one here")
    return os.environ[variable]


@pytest.fixture
def host(site):
    """A host of the site that knows what was asked of it."""
    host = FaultHost(site)
    # With a service worker it would be asked for all of the engine, to keep it.
    host.headers["/sw.js"] = {"Content-Type": "text/html"}
    yield host
    host.close()


def asks_for_nothing_rare(host):
    """The parts of the engine were counted in Chromium; another browser must not need more of it, and start twice."""
    asked = [path for path in host.asked if "/engine/" in path]
    return bool(asked) and not any(path.endswith("/rare.wasm") for path in asked)


@optional
def test_firefox(host):
    task = {
        "program": program("FIREFOX"),
        "url": f"{host.url}nb/wealth/",
        "fields": FIELDS,
        "answer": ANSWER,
        "timeout": BOOT * 1000,
    }
    done = subprocess.run(
        [find_node(), str(HERE / "firefox.mjs")],
        input=json.dumps(task),
        capture_output=True,
        encoding="utf-8",
        timeout=BOOT + 60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["browser"].startswith("firefox/")
    assert found["value"] == "50000", found["said"]
    assert asks_for_nothing_rare(host)


class WebDriver:
    """The few commands of the WebDriver protocol (W3C) that the test needs, each a request to the browser's driver."""

    def __init__(self, address):
        self.session = address

    def command(self, path, body=None, method=None):
        """Sends one command; returns its value. Raises AssertionError with the driver's words when it refuses."""
        request = urllib.request.Request(
            self.session + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=BOOT + 30) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(refused.read().decode()) from None

    def start(self, options):
        """Starts a browser: later commands go to it."""
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        started = self.command("/session", wanted)
        self.session += f"/session/{started['sessionId']}"
        return started["capabilities"]

    def element(self, selector):
        """The path of the commands for the first such element; waits for it."""
        found = self.command("/element", {"using": "css selector", "value": selector})
        return f"/element/{next(iter(found.values()))}"


@pytest.fixture
def webkit(tmp_path):
    """A started WebKit, driven through WebKitWebDriver on a screen that nobody sees."""
    driver, display = program("WEBKIT_DRIVER"), program("XVFB")
    places = [
        *Path("/usr/lib").glob("*/webkit2gtk-*/MiniBrowser"),
        *Path("/usr/libexec").glob("webkit2gtk-*/MiniBrowser"),
    ]
    if not places:
        pytest.skip("WebKit's MiniBrowser is not where Debian and Fedora have it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with contextlib.ExitStack() as ending:
        read, write = os.pipe()
        screen = subprocess.Popen(
            [display, "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        ending.callback(lambda: (screen.terminate(), screen.wait(10)))
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        own = {"DISPLAY": f":{number}", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "GDK_BACKEND": "x11"}
        serving = subprocess.Popen(
            [driver, f"--port={port}"], env={**os.environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ending.callback(lambda: (serving.terminate(), serving.wait(10)))
        webkit = WebDriver(f"http://127.0.0.1:{port}")
        for _ in range(100):
            with contextlib.suppress(OSError):
                if webkit.command("/status")["ready"]:
                    break
            time.sleep(0.1)
        webkit.start({"binary": str(places[0]), "args": ["--automation"]})
        ending.callback(lambda: webkit.command("", method="DELETE"))
        yield webkit


@optional
def test_webkit(webkit, host):
    webkit.command("/timeouts", {"implicit": BOOT * 1000})
    webkit.command("/url", {"url": f"{host.url}nb/wealth/"})
    for selector, text in FIELDS.items():
        if selector == "[name=year]":
            # The protocol chooses in a list by a click on the choice.
            selector, text = f"{selector} option[value='{text}']", ""
        element = webkit.element(selector)
        # WebKit's driver does not wait while a page scrolls smoothly.
        webkit.command("/execute/sync", {"script": SCROLL, "args": [selector]})
        if text:
            webkit.command(f"{element}/clear", {})
            webkit.command(f"{element}/value", {"text": text})
        else:
            webkit.command(f"{element}/click", {})
    webkit.element(ANSWER)
    sentence = webkit.element("[data-result] .calculator__sentence")
    assert AMOUNT["nb"] in webkit.command(f"{sentence}/text")
    assert asks_for_nothing_rare(host)
