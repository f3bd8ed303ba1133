"""What the code promises about itself: the heart is pure, public things are explained, the tools have no complaint."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.runtime.node import find_node

ROOT = Path(__file__).resolve().parents[1]
HEART = sorted(path for path in (ROOT / "calculators").rglob("*.py") if path.name != "__main__.py")
SCRIPTS = sorted((ROOT / "scripts").rglob("*.py"))

each_heart_file = pytest.mark.parametrize("path", HEART, ids=lambda path: path.relative_to(ROOT).as_posix())

# What asks the world around for something: the clock, files, the network, other processes, chance.
WORLDLY_MODULES = {
    "asyncio", "ftplib", "glob", "http", "io", "locale", "logging", "os", "pathlib", "random", "secrets", "shutil",
    "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
WORLDLY_CALLS = {
    "open",
    "print",
    "input",
    "exec",
    "eval",
    "compile",
    "__import__",
    "float",
    "breakpoint",
    "globals",
    "vars",
}
CLOCK = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}


def worldly(code):
    """What in this code is not pure, as (line, what)."""
    found = []
    tree = ast.parse(code)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            if isinstance(node, ast.ImportFrom) and node.level:
                found.append((line, "a relative import"))
            for name in names:
                top = name.partition(".")[0]
                if top != "calculators" and top not in sys.stdlib_module_names:
                    found.append((line, f"import {name}: not of the standard library"))
                # Text in memory reaches nothing outside.
                in_memory = name == "io" and isinstance(node, ast.ImportFrom) and node.names[0].name == "StringIO"
                if top in WORLDLY_MODULES and not in_memory:
                    found.append((line, f"import {name}"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORLDLY_CALLS:
            found.append((line, f"{node.func.id}()"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
            found.append((line, f".{node.func.attr}()"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            found.append((line, f"{node.value}: a binary fraction"))
        elif isinstance(node, ast.Assert):
            found.append((line, "assert, which -OO drops"))
        elif (
            isinstance(node, ast.Attribute)
            and node.attr == "__doc__"
            or isinstance(node, ast.Name)
            and node.id == "__doc__"
        ):
            found.append((line, "__doc__, which -OO drops"))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.append((line, "a name that is changed from within a function"))
    return found


def test_the_heart_is_found():
    names = {path.relative_to(ROOT).as_posix() for path in HEART}
    assert {"calculators/wealth.py", "calculators/core/form.py", "calculators/browser.py"} <= names


@each_heart_file
def test_the_heart_asks_nothing_of_the_world(path):
    assert worldly(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "code",
    ["import yaml", "import io", "from io import open",
     "from scripts.tables import load", "import os", "from pathlib import Path", "x = open('f')",
     "print(1)", "float('1')", "x = 0.02", "from datetime import date; date.today()", "import time; time.time()",
     "import datetime; datetime.datetime.now()", "assert x", "f.__doc__", "from . import form", "import random",
     "def f():\n    global x\n    x = 1"],
)  # fmt: skip
def test_worldly_code_is_recognised(code):
    assert worldly(code)


def test_the_heart_gives_the_same_answer_without_asserts_and_docstrings():
    code = (
        "import json, sys; from scripts.tables import load; from scripts.words import words_json\n"
        "from scripts.examples import load_examples; from calculators.browser import open_desk\n"
        "desk = open_desk(load().canonical, words_json())\n"
        "print(json.dumps([desk(json.dumps(each.request(lang))) for each in load_examples() for lang in ('nb', 'en')]))"
    )
    plain, stripped = (
        subprocess.run(
            [sys.executable, *flags, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        )
        for flags in ([], ["-OO"])
    )
    assert len(plain.stdout) > 1000
    assert stripped.stdout == plain.stdout


# Public things are explained


def unexplained(path):
    """The public modules, classes and functions of a file that have no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    found = [] if ast.get_docstring(tree) else [path.name]
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef)):
            continue
        for each in node.body:
            named = isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            if named and not each.name.startswith("_") and not ast.get_docstring(each):
                found.append(f"{path.name}:{each.lineno} {each.name}")
    return found


# What overrides a method of a library is explained there.
OF_A_LIBRARY = {"handle_starttag", "handle_endtag", "handle_data", "emit"}


@pytest.mark.parametrize("path", HEART + SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_public_functions_have_docstrings(path):
    assert [each for each in unexplained(path) if each.rpartition(" ")[2] not in OF_A_LIBRARY] == []


# The tools


def tsc(lib, *files):
    """What the TypeScript compiler says of our JavaScript, whose types stand in comments."""
    command = [
        find_node(), str(ROOT / "node_modules/typescript/bin/tsc"), "--noEmit", "--allowJs", "--checkJs", "--strict",
        "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", lib, *map(str, files),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("lib", "folder"), [("es2023,dom,dom.iterable", "assets/js"), ("es2023,webworker", "engine")])
def test_the_types_of_the_javascript_fit(lib, folder):
    files = sorted((ROOT / "overrides" / folder).glob("*.js"))
    assert files
    assert tsc(lib, *files) == (0, "")


def test_a_wrong_type_would_be_noticed(tmp_path):
    wrong = tmp_path / "wrong.js"
    wrong.write_text("/** @param {number} n */\nexport function f(n) { return n.length; }\n", "utf-8")
    status, said = tsc("es2023,dom", wrong)
    assert status != 0 and "wrong.js" in said


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=lambda command: command[0])
def test_ruff_has_no_complaint(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
