"""What all tests share: the built site, a server for it, a watched browser, and no quiet skipping."""

import contextlib
import os
import re

import pytest
from browser_watch import watch
from filelock import FileLock
from hypothesis import settings
from static_host import served

from scripts.pages.hashed_names import is_hashed
from scripts.pages.hosting import FOR_EVER

# How long an example takes says more of the machine than of the code; speed is measured in the benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Skips


def pytest_collection_modifyitems(items):
    """Refuse a marker that excuses something without saying what and why."""
    for item in items:
        for name, needed in (("may_skip", ["reason"]), ("browser_complaints", ["matching", "reason"])):
            for marker in item.iter_markers(name):
                if marker.args or not all(marker.kwargs.get(argument) for argument in needed):
                    call = ", ".join(f'{argument}="…"' for argument in needed)
                    raise pytest.UsageError(f"{item.nodeid}: write {name}({call})")


def failed_if_skipped(report, allowed):
    """Make an unexpected skip a failure: a test that did not run has shown nothing."""
    if report.skipped and not allowed and not hasattr(report, "wasxfail"):
        *_, why = report.longrepr if isinstance(report.longrepr, tuple) else (report.longrepr,)
        report.outcome = "failed"
        report.longrepr = f'{report.nodeid}: {why}\nOnly a test marked may_skip(reason="…") may be skipped.'
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """Apply failed_if_skipped to tests and their fixtures."""
    report = yield
    return failed_if_skipped(report, allowed=item.get_closest_marker("may_skip") is not None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    """Apply failed_if_skipped to whole files: a file cannot carry the marker."""
    report = yield
    return failed_if_skipped(report, allowed=False)


# The site


def built_once(tmp_path_factory, worker_id, name, **options):
    """The folder of a whole built site. Built once a run, also when several processes share the tests."""
    from scripts.pages.build import build_site

    base = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        base = base.parent
    folder, finished, failed = base / name, base / f"{name}.finished", base / f"{name}.failed"
    with FileLock(base / f"{name}.lock"):
        if failed.exists():
            pytest.fail("another process could not build the site", pytrace=False)
        if not finished.exists():
            failed.touch()
            build_site(folder, **options)
            failed.unlink()
            finished.touch()
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The folder of the whole built site, as for a host that compresses by itself."""
    return built_once(tmp_path_factory, worker_id, "site")


@pytest.fixture(scope="session")
def compressed_site(tmp_path_factory, worker_id):
    """The folder of the whole built site, with each file as Brotli and gzip: quickly compressed, not smallest."""
    return built_once(tmp_path_factory, worker_id, "compressed-site", host="compressed", brotli_quality=4)


@pytest.fixture(scope="session")
def serve():
    """serve(folder) → its address on loopback; serve(folder, headers) as static_host.served() takes them."""
    with contextlib.ExitStack() as servers:
        yield lambda *arguments, **options: servers.enter_context(served(*arguments, **options))


@pytest.fixture(scope="session")
def site_url(site, serve):
    """The address of the built site on loopback, ending in a slash; as on a good host, files with a hash are kept."""
    return serve(site, lambda path: {"Cache-Control": FOR_EVER} if is_hashed(path) else {})


def pytest_xdist_auto_num_workers():
    """One process more than there are processors: a test of a page spends half its time waiting for the browser."""
    return (os.cpu_count() or 1) + 1


# The browser


# Python in the browser is compiled once, quickly, and not a second time for speed: a test is over before that pays.
# Without it a start takes a quarter less work. The same engine runs with both compilers in Node, and in the benchmarks.
QUICKLY = "--js-flags=--liftoff-only"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the browser that dev.py found, or its shell without windows, quietly and cut off from other machines."""
    if not os.environ.get("CHROME"):
        pytest.fail("CHROME is not set. Run the tests by `python3 scripts/dev.py test`.", pytrace=False)
    quiet = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        QUICKLY,
    ]
    # Chromium refuses to start its sandbox as root.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet.append("--no-sandbox")
    program = os.environ.get("CHROME_SHELL") or os.environ["CHROME"]
    return {**browser_type_launch_args, "executable_path": program, "args": quiet}


@pytest.fixture
def new_context(new_context, request):
    """pytest-playwright's maker of browser contexts, watched: `page` and `context` come from it.

    A request to another origin, a violation of the Content Security Policy, an error in the console or an
    uncaught exception fails the test, unless browser_complaints(matching=…, reason=…) expects it. Service workers are
    refused unless asked for (service_workers="allow"): only tests of what is kept should wait for it to be fetched.
    """
    contexts, complaints = [], []

    def watched(**options):
        options = {"service_workers": "block", **options}
        context = new_context(**options)
        watch(context, complaints, keeps=options["service_workers"] == "allow")
        # A page without JavaScript says nothing late, and would wait for its timer for ever.
        if options.get("java_script_enabled", True):
            contexts.append(context)
        return context

    yield watched
    for context in contexts:
        for page in context.pages:
            # One round trip through the page, so that what it has already said arrives here.
            with contextlib.suppress(Exception):
                page.evaluate("() => new Promise(done => setTimeout(done))")
    expected = [marker.kwargs["matching"] for marker in request.node.iter_markers("browser_complaints")]
    unexpected = [line for line in complaints if not any(re.search(one, line) for one in expected)]
    if unexpected:
        pytest.fail("The browser complained:\n  " + "\n  ".join(unexpected), pytrace=False)
