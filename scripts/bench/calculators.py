"""How fast the calculators answer.

A calculation is what the browser asks for: a request read, answered, explained and turned into JSON and HTML. The
requests of a calculator are its own worked examples, in both languages. In Pyodide each goes through a pipe to
Node and back, which is part of the time. Calculators and places take turns, so that a busy moment of the machine
hits all of them, and the best of several rounds counts: other work on the machine can only slow one down.
"""

import io
import json
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from calculators.browser import open_desk
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import batch
from scripts.examples import Example, load_examples
from scripts.runtime.build import build as build_engine
from scripts.runtime.node_desk import node_desk
from scripts.tables import load
from scripts.words import words_json

BASE = "wealth"
ROUNDS = 5
ROWS = (1_000, 10_000)
BATCH = ("wealth", "deposit")
LANGUAGES = ("nb", "en")

Reply = Callable[[dict], object]


def requests_of(examples: Iterable[Example]) -> dict[str, list[dict]]:
    """The answered worked examples as requests, by calculator."""
    found: dict[str, list[dict]] = {}
    for example in examples:
        if example.status == 0:
            found.setdefault(example.calculator, []).extend(example.request(lang) for lang in LANGUAGES)
    return found


def rates(replies: dict[str, Reply], requests: dict[str, list[dict]], seconds: float) -> dict[str, dict[str, float]]:
    """Calculations a second by place and calculator: the best of ROUNDS rounds of `seconds` each, after one unseen."""
    best: dict[str, dict[str, float]] = {place: dict.fromkeys(requests, 0.0) for place in replies}
    for number in range(ROUNDS + 1):
        for name, own in requests.items():
            for place, reply in replies.items():
                rate = _rate(reply, own, seconds if number else seconds / 4)
                if number:
                    best[place][name] = max(best[place][name], rate)
    return best


def _rate(reply: Reply, requests: list[dict], seconds: float) -> float:
    done, start = 0, time.perf_counter()
    # Whole turns only: examples differ in length.
    while (passed := time.perf_counter() - start) < seconds or not done:
        for request in requests:
            reply(request)
        done += len(requests)
    return done / passed


def rows_a_second(desk: batch.Desk, example: Example, rows: int) -> float:
    """Rows a second of a batch of `rows` rows, all of them this example."""
    names = list(example.inputs)
    contents = ";".join(names) + "\n" + (";".join(example.inputs[name] for name in names) + "\n") * rows
    out = io.StringIO(newline="")
    start = time.perf_counter()
    counts = batch.answer_file(io.StringIO(contents, newline=""), out, desk, complain=lambda text: None)
    passed = time.perf_counter() - start
    if counts != {"answered": rows}:
        raise RuntimeError(f"{example.calculator}: {example.id} was not answered: {dict(counts)}")
    return rows / passed


def calculators_table(cpython: dict[str, float], pyodide: dict[str, float]) -> list[str]:
    """Rates and their ratios as the lines of a Markdown table."""
    lines = [
        "| calculator | CPython, a second | × wealth | Pyodide, a second | × wealth | CPython / Pyodide |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name in sorted(cpython, key=cpython.get, reverse=True):
        here, there = cpython[name], pyodide[name]
        lines.append(
            f"| `{name}` | {here:.0f} | {here / cpython[BASE]:.2f} "
            f"| {there:.0f} | {there / pyodide[BASE]:.2f} | {here / there:.1f} |"
        )
    return lines


def batch_table(rates_by_rows: dict[str, dict[str, float]]) -> list[str]:
    """Rows a second at each length, and how the longest compares with the shortest, as a Markdown table."""
    heads = " | ".join(f"{rows} rows" for rows in ROWS)
    lines = [f"| batch, rows a second | {heads} | ratio |", "|---|" + "---:|" * (len(ROWS) + 1)]
    for name, found in rates_by_rows.items():
        cells = " | ".join(f"{found[str(rows)]:.0f}" for rows in ROWS)
        lines.append(f"| `{name}` | {cells} | {found[str(ROWS[-1])] / found[str(ROWS[0])]:.2f} |")
    return lines


def measure(seconds: float = 0.2) -> dict:
    """Calculations a second by place and calculator, and rows a second of batches; rounds of so many seconds."""
    tables, words, examples = load().canonical, words_json(), load_examples()
    requests = requests_of(examples)
    desk = open_desk(tables, words)
    with tempfile.TemporaryDirectory() as folder:
        asked = [example.request("nb") for example in examples]
        build_engine(Path(folder), tables=tables, words=words, examples=asked)
        with node_desk(Path(folder) / "engine") as ask:
            replies = {"cpython": lambda request: desk(json.dumps(request)), "pyodide": ask}
            found = rates(replies, requests, seconds)
    first = {each.calculator: each for each in reversed(examples) if each.status == 0}
    read_tables, read_words = Tables.from_json(tables), Words.from_json(words)
    batches = {
        # Examples are canonical: with a decimal point, as English types.
        name: {
            str(rows): rows_a_second(batch.Desk(name, read_tables, read_words, "en"), first[name], rows)
            for rows in ROWS
        }
        for name in BATCH
        if name in first
    }
    return {**found, "batches": batches}


def lines(found: dict) -> list[str]:
    """The findings as Markdown."""
    return [*calculators_table(found["cpython"], found["pyodide"]), "", *batch_table(found["batches"])]
