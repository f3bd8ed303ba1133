"""The browser engine: the files that are shipped, run under Node and in Chromium."""

import ast
import dataclasses
import functools
import html
import importlib.util
import io
import json
import os
import re
import shutil
import threading
import zipfile
from dataclasses import replace
from importlib.machinery import FrozenImporter
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.browser import open_desk
from scripts import tables
from scripts.examples import load_examples
from scripts.runtime import build as runtime
from scripts.runtime import bytecode, count_calls, often_called, split_wasm
from scripts.runtime.node import HERE, find_node
from scripts.runtime.node_desk import node_desk
from scripts.runtime.requests import widened
from scripts.runtime.slim_script import SCRIPT, slim_script
from scripts.runtime.zips import make_zip, read_zip
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = load_examples()
# What the browser part asks: cases of one calculator, so that their outputs are known by name.
CASES = [each for each in EXAMPLES if each.calculator == "wealth"]


@pytest.fixture(scope="session")
def engine(site):
    """The folder that is shipped."""
    return site / "engine"


@pytest.fixture(scope="module")
def ask(engine):
    """Asks the shipped files under Node."""
    with node_desk(engine) as ask:
        yield ask


def manifest_of(engine):
    """What the worker carries inside it: addresses, sizes, checksums."""
    worker = (engine / told_of(engine)["worker"]).read_text("utf-8")
    return json.loads(re.search(r"^export const manifest = .*?\((\{.*\})\);$", worker, re.M).group(1))


def told_of(engine):
    """What the page macro reads about the engine."""
    return json.loads((engine / "engine.json").read_text("utf-8"))


def build(out, **options):
    inputs = {
        "tables": tables.load().canonical,
        "words": words_json(),
        "examples": [example.request("nb") for example in EXAMPLES],
    }
    return runtime.build(out, **{**inputs, **options})


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The script


def test_the_script_is_slim_and_another_make_of_it_is_refused(tmp_path):
    package = ROOT / "node_modules/pyodide"
    whole = (package / SCRIPT).read_text("utf-8")
    assert len(slim_script(package, runtime.SOURCES.cache)) < len(whole) / 3
    other = tmp_path / "node_modules/pyodide"
    other.mkdir(parents=True)
    (tmp_path / "node_modules/terser").symlink_to(package.parent / "terser")
    for name in ("pyodide.mjs", "pyodide.asm.wasm"):
        (other / name).symlink_to(package / name)
    (other / SCRIPT).write_text(whole.replace("updateGOT(origExports);", ""), "utf-8")
    with pytest.raises(RuntimeError, match=r'does not hold "updateGOT\(origExports\);" once: look again'):
        slim_script(other, tmp_path / "cache")
    assert list(tmp_path.glob("cache/*")) == []


# The WebAssembly, in two parts


# Little of it is called by any answer.
SUMS = """
import _struct, math, unicodedata
def deep(number):
    return 1 if number < 2 else number * deep(number - 1)
def failing(make):
    try:
        return make()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
FOUND = repr([
    deep(50), 3**500 // 7**50, complex(1, 2) ** 3, math.gamma(4.5), math.fsum([0.1] * 10), divmod(-7.5, 2),
    unicodedata.name("å"), unicodedata.normalize("NFKD", "ﬁ½"), "straße".encode("utf-16"), b"\\xff".decode("latin-1"),
    _struct.pack("<dI", 2.5, 7), memoryview(bytearray(b"abcdef"))[::2].tolist(), bytes(range(9)).hex(" ", 2),
    sorted({"b": 2, "a": 1}.items(), key=lambda pair: -pair[1]), list(zip("ab", (x * x for x in range(9)))),
    failing(lambda: 1 / 0), failing(lambda: [][1]), failing(lambda: int("x")), failing(lambda: (1).missing),
    f"{1234567.891:,.2f} {255:#x} {0.1 + 0.2!r:>25}", "%08.3f %s" % (3.14159, {1, 2}), float("1e400"),
])
"""


def test_a_function_that_is_rarely_called_does_what_it_does_in_one_piece(engine, tmp_path):
    names = {}
    exec(SUMS, names)
    (tmp_path / "sums.py").write_text(f"{SUMS}\nassert FOUND == {names['FOUND']!r}, FOUND\n", "utf-8")
    with node_desk(engine, run_first=tmp_path / "sums.py") as ask:
        assert ask(request())["status"] == CASES[0].status
    # The functions of the sums are not all in the first part: there they fail without the second.
    shutil.copytree(engine, tmp_path / "engine")
    (rare,) = tmp_path.glob("engine/*/rare.wasm")
    rare.write_bytes(b"nothing")
    with (
        pytest.raises(RuntimeError, match="CompileError"),
        node_desk(tmp_path / "engine", run_first=tmp_path / "sums.py"),
    ):
        pass


def test_what_is_often_called_was_counted_in_this_edition(tmp_path, monkeypatch):
    wasm = (runtime.SOURCES.pyodide / "pyodide.asm.wasm").read_bytes()
    often = often_called.read(wasm)
    assert 1000 < len(often) < 5000
    monkeypatch.setattr(often_called, "FILE", tmp_path / "often.txt")
    often_called.FILE.write_text(often_called.written(wasm, often), "utf-8")
    assert often_called.read(wasm) == often
    with pytest.raises(RuntimeError, match=r"another edition of Pyodide\. `python3 scripts/dev\.py count-calls`"):
        often_called.read(wasm + b"\0")


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        (b"\0asm\1\0\0\0\x1f\0", "a section of a new kind"),
        (b"\0asm\1\0\0\0\1\4\1\x5e\x7f\0", "types that are no functions"),
        (b"\0asm\1\0\0\0\1\5\1\x60\1\x7f\0", "no function without anything"),
    ],
)
def test_a_module_of_another_make_is_refused(module, problem):
    with pytest.raises(RuntimeError, match=f"{problem}: look again"):
        split_wasm.split(module, set(), set())


# Answers under Node


def test_every_reply_is_the_same_as_in_cpython(ask):
    reply = open_desk(tables.load().canonical, words_json())
    requests = [json.loads(text) for text in widened(example.request("nb") for example in EXAMPLES)]
    assert {json.loads(reply(json.dumps(request)))["status"] for request in requests} == {0, 2, 3}
    for request in requests:
        assert ask(request) == json.loads(reply(json.dumps(request)))


def test_mishaps_find_every_module_they_need(engine):
    with node_desk(engine, run_first=HERE / "mishaps.py") as ask:
        assert ask(CASES[0].request("nb"))["status"] == CASES[0].status


def test_a_module_missing_from_the_shipped_library_is_noticed(engine, tmp_path):
    copy = shutil.copytree(engine, tmp_path / "engine")
    library = copy / manifest_of(copy)["downloads"]["stdlib"]["url"]
    files = read_zip(library.read_bytes())
    del files["json/decoder.pyc"]
    library.write_bytes(make_zip(files, deflate=True))
    with pytest.raises(RuntimeError, match=r"json\.decoder"), node_desk(copy):
        pass


def test_every_module_the_calculators_name_is_shipped(engine):
    whole = read_zip((ROOT / "node_modules/pyodide/python_stdlib.zip").read_bytes())
    shipped = read_zip((engine / manifest_of(engine)["downloads"]["stdlib"]["url"]).read_bytes())
    named = {
        name
        for path in (ROOT / "calculators").rglob("*.py")
        if path.name != "__main__.py"
        for node in ast.walk(ast.parse(path.read_bytes()))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [])
        + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
    }
    # What stands in the interpreter itself, as io does, is not read from the zip.
    read = [name for name in named if name and FrozenImporter.find_spec(name) is None]
    files = {f"{name.replace('.', '/')}{end}" for name in read for end in (".py", "/__init__.py")}
    assert "json/__init__.py" in files & whole.keys()
    assert [name for name in sorted(files & whole.keys()) if f"{name}c" not in shipped] == []


# The files


def test_only_what_the_worker_fetches_is_shipped(engine):
    manifest = manifest_of(engine)
    told = told_of(engine)
    fetched = {file["url"] for file in manifest["downloads"].values()}
    scripts = {manifest["folder"] + name for name in ("pyodide.mjs", "pyodide.asm.mjs")}
    assert contents(engine).keys() == fetched | scripts | {told["worker"], "engine.json"}
    sizes = {name: len(data) for name, data in contents(engine).items()}
    assert told["files"] == {name: size for name, size in sizes.items() if name != "engine.json"}
    at_once = fetched - {manifest["downloads"]["rare"]["url"]}
    assert told["total"] == sum((engine / url).stat().st_size for url in at_once)
    assert (
        told["data_version"]
        == manifest["dataVersion"]
        == json.loads(open_desk(tables.load().canonical, words_json())(json.dumps(CASES[0].request("nb"))))["result"][
            "data_version"
        ]
    )
    assert not [name for name, data in contents(engine).items() if b"sourceMappingURL=" in data[-200:]]


def test_the_zip_files_hold_bytecode_and_tables_alone(engine):
    downloads = manifest_of(engine)["downloads"]
    app = read_zip((engine / downloads["app"]["url"]).read_bytes())
    assert {name for name in app if not name.endswith(".pyc")} == {"tables.json", "words.json"}
    assert app["tables.json"] == tables.load().canonical
    assert "calculators/wealth.pyc" in app
    assert "calculators/__main__.pyc" not in app
    library = read_zip((engine / downloads["stdlib"]["url"]).read_bytes())
    assert {name.rpartition(".")[2] for name in library} == {"pyc"}
    told = told_of(engine)
    assert told["modules"] == len(library) < told["of_modules"] / 2


def test_two_builds_from_clean_are_the_same(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    build(tmp_path, sources=replace(runtime.SOURCES, cache=tmp_path / "cache"))
    assert contents(tmp_path / "engine") == contents(engine)


def test_another_figure_remakes_the_application_alone(tmp_path, monkeypatch):
    before = build(tmp_path / "before")
    monkeypatch.setenv("NODE", str(tmp_path / "no-node-is-needed"))
    other = json.dumps(json.loads(tables.load().canonical), indent=1).encode()
    after = build(tmp_path / "after", tables=other)
    changed = before.files.keys() ^ after.files.keys()
    assert {re.sub(r"-[0-9a-f]{8}\.", ".", name) for name in changed} == {"app.zip", "worker.js"}
    assert before.data_version != after.data_version


def test_zip_files_have_no_order_and_no_time_of_their_own():
    files = {"b.txt": b"b" * 999, "a/c.txt": b"c"}
    backwards = dict(reversed(files.items()))
    assert make_zip(files, deflate=True) == make_zip(backwards, deflate=True)
    assert read_zip(make_zip(files, deflate=False)) == files
    with zipfile.ZipFile(io.BytesIO(make_zip(files, deflate=False))) as stored:
        assert {entry.compress_type for entry in stored.infolist()} == {zipfile.ZIP_STORED}


# What is exchanged


def slim_module(name):
    """A slim module, imported under a name of its own."""
    path = bytecode.HERE / "slim" / name
    spec = importlib.util.spec_from_file_location(f"slim_{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(st.text(), st.booleans())
def test_the_slim_escape_is_the_standard_librarys(text, quote):
    slim = slim_module("html/__init__.py")
    assert slim.escape(text, quote) == html.escape(text, quote)
    assert slim.escape(text) == html.escape(text)


def shapes(module):
    """The kinds of classes that the calculators and the library make, by the real module or by the slim one."""

    @module.dataclass(frozen=True)
    class Point:
        x: int
        y: str = "here"
        shows: dict = module.field(default_factory=dict)
        asked: list = module.field(default_factory=list, compare=False, repr=False)

    @module.dataclass(frozen=True)
    class Place(Point):
        z: int = 3

        @functools.cached_property
        def twice(self):
            return 2 * self.z

    @module.dataclass(frozen=True, kw_only=True)
    class Theme:
        name: str = "plain"

    @module.dataclass
    class Loose:
        value: int
        note: str = ""

        def __post_init__(self):
            self.note += "!"

    return Point, Place, Theme, Loose


CALLS = [
    ((), {}), ((1,), {}), ((1, "a"), {}), ((), {"x": 1}), ((1,), {"y": "b"}), ((1, "a", {"k": 1}, []), {}),
    ((1, "a", {}, [], 4), {}), ((1, "a", {}, [], 4, 5), {}), ((), {"name": "dark"}), (("dark",), {}), ((1,), {"no": 2}),
    ((1,), {"x": 1}), ((1,), {"value": 1}),
    ((1,), {"z": 9}), ((1,), {"shows": {"a": 1}, "asked": [1]}), ((), {"value": 7, "note": "n"}),
]  # fmt: skip


def done(make):
    """What a call gives: "TypeError", or the words for the instance."""
    try:
        return make()
    except TypeError:
        return "TypeError"


@pytest.mark.parametrize("number", range(4))
def test_slim_classes_are_made_and_compared_as_the_standard_librarys(number):
    real, slim = shapes(dataclasses)[number], shapes(slim_module("dataclasses.py"))[number]
    outcomes = set()
    for args, named in CALLS:
        first, second = (done(lambda cls=cls: cls(*args, **named)) for cls in (real, slim))  # noqa: B023
        assert (first == "TypeError") == (second == "TypeError"), (args, named)
        outcomes.add(first == "TypeError")
        if first != "TypeError":
            assert repr(first) == repr(second)
            assert vars(first) == vars(second)
            assert second == done(lambda: slim(*args, **named)) and second != object()  # noqa: B023
    assert outcomes == {True, False}
    assert real.__match_args__ == slim.__match_args__
    assert (real.__hash__ is None) == (slim.__hash__ is None)


def test_slim_classes_are_frozen_and_replaced_as_the_standard_librarys():
    for module in (dataclasses, slim_module("dataclasses.py")):
        Point, Place, Theme, Loose = shapes(module)
        place = Place(1, z=4)
        assert place.twice == 8 and module.replace(place, y="there") == Place(1, "there", z=4)
        assert Place(1) != Point(1) and Point(1, asked=[1]) == Point(1, asked=[2])
        assert hash(Theme()) == hash(Theme(name="plain")) and Theme() != Theme(name="dark")
        assert Point(1).shows is not Point(1).shows
        for name in ("x", "new"):
            with pytest.raises(module.FrozenInstanceError):
                setattr(place, name, 2)
        with pytest.raises(module.FrozenInstanceError):
            del place.x
        loose = Loose(1)
        loose.value = 2
        assert (loose.value, loose.note) == (2, "!")
        with pytest.raises(TypeError):
            hash(loose)


def test_nothing_the_slim_modules_spare_comes_back_another_way(engine):
    (library,) = engine.glob("stdlib-*.zip")
    names = set(zipfile.ZipFile(library).namelist())
    assert {"asyncio/__init__.pyc", "html/__init__.pyc", "pyodide/webloop.pyc"} <= names
    assert [
        name for name in names if name.startswith(("asyncio/", "html/")) and not name.endswith("/__init__.pyc")
    ] == []
    assert not names & {"zipfile/__init__.pyc", "subprocess.pyc", "ssl.pyc", "shutil.pyc", "socket.pyc", "tempfile.pyc"}


def test_a_slim_module_without_its_place_stops_the_build():
    slim = ("asyncio/__init__.py", "html/__init__.py", "dataclasses.py", "pyodide/webloop.py")
    library = {**dict.fromkeys(slim, b""), "os.py": b"here"}
    with pytest.raises(RuntimeError, match=r"pyodide/_package_loader\.py"):
        bytecode.slimmed(library)
    slimmed = bytecode.slimmed(library | {"pyodide/_package_loader.py": b""})
    assert slimmed["os.py"] == b"here" and all(slimmed.values())


def test_without_pyodide_the_build_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="dev.py setup"):
        build(tmp_path, sources=replace(runtime.SOURCES, pyodide=tmp_path / "nothing"))


def test_without_node_the_build_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="dev.py setup"):
        find_node()


# In the browser

PAGE = """<!doctype html><html lang="en"><title>Engine</title><link rel="icon" href="data:,">
<script type="module">
import { createEngine } from "./engine.js";
const settings = new URLSearchParams(location.search);
window.reports = [];
window.engine = createEngine(new URL(settings.get("worker"), location), {
  onState: (report) => reports.push(report),
  startTimeout: Number(settings.get("start") ?? 30000),
  askTimeout: Number(settings.get("ask") ?? 10000),
  practice: settings.has("practice") ? () => JSON.parse(settings.get("practice")) : undefined,
});
window.asked = (request) => engine.ask(request).catch((error) => ({ reason: error.reason }));
</script></html>"""


@pytest.fixture
def stand(engine, tmp_path, serve, page):
    """stand(headers, worker, **settings) → a page with its own copy of the engine, free to be damaged."""
    folder = tmp_path / "stand"
    shutil.copytree(engine, folder / "engine")
    shutil.copy(ROOT / "overrides/assets/js/engine.js", folder)
    (folder / "index.html").write_text(PAGE, "utf-8")

    def opened(headers=lambda path: {}, worker=None, **settings):
        worker = worker or "engine/" + told_of(engine)["worker"]
        query = "&".join(f"{name}={value}" for name, value in {"worker": worker, **settings}.items())
        page.goto(f"{serve(folder, headers)}?{query}")
        page.wait_for_function("() => Boolean(window.asked)")
        return page

    opened.folder = folder
    return opened


def request(number=0):
    return CASES[number].request("en")


def test_it_starts_counts_its_bytes_and_answers(stand, engine):
    page = stand()
    requests = []
    page.context.on("request", lambda request: requests.append(request.url.rpartition("engine/")[2]))
    assert page.evaluate("engine.state") == "idle"
    assert requests == []
    reply = page.evaluate("asked", request())
    assert reply["result"]["outputs"]["reduction"] == CASES[0].outputs["reduction"]
    reports = page.evaluate("reports")
    assert [report["state"] for report in reports][-1] == "ready"
    counted = [report["loaded"] for report in reports[1:]]
    assert counted == sorted(counted)
    assert reports[-1]["loaded"] == reports[-1]["total"] == told_of(engine)["total"]
    assert len({*counted}) > 3, "progress must be seen on the way, not only at the end"
    rare = manifest_of(engine)["downloads"]["rare"]["url"]
    assert sorted(requests) == sorted(contents(engine).keys() - {"engine.json", rare})


def test_it_practises_unasked_and_the_reader_comes_first(stand):
    page = stand(practice=quote(json.dumps(request())))
    words = page.evaluate(
        """async (first) => {
          const words = [], make = window.Worker;
          window.Worker = class extends make {
            constructor(...given) {
              super(...given);
              this.addEventListener("message", ({ data }) => data.type !== "progress" && words.push(data.type));
            }
          };
          await asked(first);
          while (!words.includes("practised")) await new Promise((done) => setTimeout(done, 50));
          return words;
        }""",
        request(),
    )
    assert words == ["ready", "reply", "practised"]
    # Whoever sends no request of that kind sees none answered.
    assert page.evaluate("asked", request())["result"]["outputs"]["reduction"] == CASES[0].outputs["reduction"]


def test_only_the_newest_of_several_questions_is_answered(stand):
    replies = stand().evaluate("requests => Promise.all(requests.map(asked))", [request(0), request(1), request(2)])
    assert replies[:2] == [None, None]
    assert replies[2]["result"]["outputs"] == CASES[2].outputs | replies[2]["result"]["outputs"]


def remove(path):
    path.unlink()


def damage(path):
    data = bytearray(path.read_bytes())
    data[100:200] = b"\xff" * 100
    path.write_bytes(data)


def shorten(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.browser_complaints(matching="404", reason="a missing file is what some of these try")
@pytest.mark.parametrize(
    ("harm", "file", "reason"),
    [
        (remove, "worker-*.js", "network"),
        (remove, "*/pyodide.asm.wasm", "network"),
        (remove, "*/pyodide.asm.mjs", "network"),
        (remove, "app-*.zip", "network"),
        (remove, "stdlib-*.zip", "network"),
        (damage, "*/pyodide.asm.wasm", "corrupt"),
        (damage, "app-*.zip", "corrupt"),
        (shorten, "*/pyodide.mjs", "corrupt"),
        (shorten, "*/pyodide.asm.wasm", "corrupt"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_file_that_is_missing_or_damaged_fails_and_the_next_try_works(stand, harm, file, reason):
    (path,) = (stand.folder / "engine").glob(file)
    whole = path.read_bytes()
    harm(path)
    page = stand()
    assert page.evaluate("asked", request()) == {"reason": reason}
    assert page.evaluate("[engine.state, reports.at(-1).reason]") == ["failed", reason]
    path.write_bytes(whole)
    assert page.evaluate("asked", request())["status"] == CASES[0].status
    assert page.evaluate("[engine.state, reports.at(-1).reason]") == ["ready", None]


@pytest.fixture(scope="module")
def forgetful_engine(tmp_path_factory):
    """An engine that starts, and counts every function as rarely called that only answers call."""

    def parted(wasm, named):
        return split_wasm.split(wasm, count_calls.called({"chrome": os.environ["CHROME"]}, []), named)

    folder = tmp_path_factory.mktemp("forgetful")
    build(folder, parted=parted)
    return folder / "engine"


@pytest.mark.browser_complaints(matching="often_called", reason="that is what is tried")
def test_an_answer_that_calls_a_rare_function_is_worked_out_by_a_whole_engine(stand, forgetful_engine):
    shutil.rmtree(stand.folder / "engine")
    shutil.copytree(forgetful_engine, stand.folder / "engine")
    page = stand(worker=f"engine/{told_of(forgetful_engine)['worker']}")
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.evaluate("engine.start()")
    page.wait_for_function("engine.state === 'ready'")
    assert not [url for url in asked if url.endswith("rare.wasm")]
    (rare,) = stand.folder.glob("engine/*/rare.wasm")
    content = rare.read_bytes()
    rare.write_bytes(content[:-1] + b"\0")
    assert page.evaluate("asked", request()) == {"reason": "corrupt"}
    rare.write_bytes(content)
    for number in (0, 1):
        reply = page.evaluate("asked", request(number))
        assert reply["result"]["outputs"]["reduction"] == CASES[number].outputs["reduction"]
    changes = page.evaluate("reports.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1])")
    assert changes == ["loading", "ready", "loading", "failed", "loading", "ready"]
    manifest = manifest_of(forgetful_engine)["downloads"]
    assert page.evaluate("reports.at(-1).total") == sum(each["bytes"] for each in manifest.values())


def test_forbidden_webassembly_fails_and_the_next_try_works(stand):
    forbidden = {"Content-Security-Policy": "default-src 'self'; script-src 'self'"}
    headers = {"now": forbidden}
    page = stand(lambda path: headers["now"] if "worker-" in path else {})
    assert page.evaluate("asked", request()) == {"reason": "wasm-blocked"}
    headers["now"] = {}
    assert page.evaluate("asked", request())["status"] == CASES[0].status


def test_the_strict_policy_of_the_worker_is_enough(stand):
    policy = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
    page = stand(lambda path: {"Content-Security-Policy": policy} if "worker-" in path else {})
    assert page.evaluate("asked", request())["status"] == CASES[0].status


def test_a_server_that_falls_silent_fails_and_the_next_try_works(stand):
    answer = threading.Event()

    def headers(path):
        if path.endswith(".wasm"):
            answer.wait(60)
        return {}

    page = stand(headers, start=5000)
    try:
        assert page.evaluate("asked", request()) == {"reason": "timeout"}
        assert page.evaluate("engine.state") == "failed"
    finally:
        answer.set()
    assert page.evaluate("asked", request())["status"] == CASES[0].status


def test_slow_is_not_silent(stand):
    (stand.folder / "worker.js").write_text(
        """onmessage = async ({ data }) => {
          for (let loaded = 0; loaded < 10; loaded += 1) {
            postMessage({ type: "progress", loaded, total: 10 });
            await new Promise((done) => setTimeout(done, 300));
          }
          postMessage({ type: "ready" });
        }""",
        "utf-8",
    )
    page = stand(worker="worker.js", start=1500)
    page.evaluate("engine.start()")
    page.wait_for_function("engine.state !== 'loading'")
    assert page.evaluate("engine.state") == "ready"


def test_a_question_without_an_answer_is_asked_again_and_then_given_up_on(stand):
    (stand.folder / "worker.js").write_text(
        """onmessage = ({ data }) => {
          if (data.type === "start") postMessage({ type: "ready" });
          else if (!data.request.includes("hang")) postMessage({ type: "reply", reply: data.request });
        }""",
        "utf-8",
    )
    page = stand(worker="worker.js", ask=600)
    assert page.evaluate("asked", {"word": "first"})["word"] == "first"
    assert page.evaluate("asked", {"word": "hang"}) == {"reason": "timeout"}
    assert page.evaluate("asked", {"word": "second"})["word"] == "second"
    states = ["loading", "ready", "loading", "ready", "failed", "loading", "ready"]
    assert page.evaluate("reports.map(({ state }) => state)") == states


def test_a_crash_while_answering_fails_and_the_next_question_starts_anew(stand):
    page = stand()
    assert page.evaluate("asked", {**request(), "calculator": "no_such_calculator"}) == {"reason": "crash"}
    assert page.evaluate("engine.state") == "failed"
    assert page.evaluate("asked", request())["status"] == CASES[0].status


def test_a_browser_without_workers_fails_without_an_exception(stand):
    page = stand()
    page.evaluate("() => { window.Worker = undefined; engine.start(); }")
    assert page.evaluate("[engine.state, reports.at(-1).reason]") == ["failed", "no-worker"]
    assert page.evaluate("asked", request()) == {"reason": "no-worker"}
