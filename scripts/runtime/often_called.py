"""Which functions of Pyodide's WebAssembly a start and answers call: often_called.txt, which the build reads.

The file is kept with the code, so that every machine builds the same: which functions are called is not the same in
every run. scripts/runtime/count_calls.py makes it.
"""

from __future__ import annotations

import hashlib
import itertools
import textwrap
from collections.abc import Iterable

from scripts.runtime.node import HERE

FILE = HERE / "often_called.txt"


def read(wasm: bytes) -> set[int]:
    """The numbers of the functions, counted without the imported ones.

    Raises RuntimeError when the file was made for another edition of Pyodide.
    """
    made_for, *ranges = FILE.read_text("utf-8").split()
    if made_for != hashlib.sha256(wasm).hexdigest():
        raise RuntimeError(
            f"{FILE.name} is of another edition of Pyodide. `python3 scripts/dev.py count-calls` makes it anew."
        )
    numbers = set()
    for each in ranges:
        low, _, high = each.partition("-")
        numbers |= set(range(int(low), int(high or low) + 1))
    return numbers


def written(wasm: bytes, numbers: Iterable[int]) -> str:
    """What the file says: a checksum of the WebAssembly, and the numbers as ranges."""
    ranges = []
    for _, group in itertools.groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        ranges.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return f"{hashlib.sha256(wasm).hexdigest()}\n{textwrap.fill(' '.join(ranges), 100)}\n"
