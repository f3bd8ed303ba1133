"""Parts a WebAssembly module in two: what a start and answers call, and what is hardly ever called.

Function bodies are moved, never changed. In both modules a function has the number that it had, so a body means the
same in either. Where a moved body stood, a few instructions bring the second module if it is not here yet, and pass the
call on; so any parting gives the same answers, and the choice decides only how many bytes a reader waits for. What
binds the two modules together while they run is in overrides/engine/worker.js. The format is that of the WebAssembly
specification, "Binary Format".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

# These names are also in overrides/engine/worker.js.
PREFIX = "split:"
# A table, where slot 0 brings the second module and the others are its functions.
RARE = f"{PREFIX}rare"
# A table of all functions of the first module, by their numbers.
ALL = f"{PREFIX}all"
# A table of all functions of a module that counts, without those that have been called.
CALLED = f"{PREFIX}called"

_MAGIC = b"\0asm\1\0\0\0"
_TYPE, _IMPORT, _FUNCTION, _TABLE, _MEMORY, _GLOBAL, _EXPORT, _ELEMENT, _CODE, _TAG = 1, 2, 3, 4, 5, 6, 7, 9, 10, 13
# The order of sections is not that of their numbers. The one that tells how libraries are linked is numbered 0.
_ORDER = (0, 1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11)
_A_FUNCTION, _A_TABLE, _A_MEMORY, _A_GLOBAL, _A_TAG = range(5)
_FUNCREF = 0x70


@dataclass
class _Module:
    """A module's sections by number, and what is counted in them. Functions and globals are numbered imports first."""

    sections: dict[int, bytes]
    parameters: list[int]
    loader_type: int
    imports: list[tuple[bytes, int]]
    types: list[int]
    tables: int
    globals: list[bytes]
    bodies: list[bytes]

    @property
    def first(self) -> int:
        """The number of the first function that is not imported."""
        return self._imported(_A_FUNCTION)

    @property
    def numbers(self) -> range:
        """The numbers of the functions that are not imported."""
        return range(self.first, self.first + len(self.bodies))

    @property
    def first_global(self) -> int:
        """The number of the first global that is not imported."""
        return self._imported(_A_GLOBAL)

    def _imported(self, kind: int) -> int:
        return sum(1 for _, each in self.imports if each == kind)


class _Export(NamedTuple):
    name: str
    kind: int
    number: int
    content: bytes


class _Reader:
    """Reads the numbers and vectors of the binary format one after the other."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        """The next byte."""
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """The next number: LEB128 without a sign."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def take(self, length: int) -> bytes:
        """The next bytes."""
        self.at += length
        return self.data[self.at - length : self.at]

    def sized(self) -> bytes:
        """The next bytes, whose number stands before them."""
        return self.take(self.number())

    def limits(self) -> None:
        """Passes over how large a table or memory is, and may become."""
        if self.byte() & 1:
            self.number()
        self.number()


def split(wasm: bytes, often: Collection[int], exported: Collection[str]) -> tuple[bytes, bytes]:
    """Return the first module, with the bodies of the functions numbered in `often`, and the second, with the others.

    Functions are numbered from 0, without those that are imported. What is exported is in the first too: the scripts
    may call it at any time, as when the browser finds that nobody holds a value any more. The first takes the place
    of `wasm`: its imports are the same, and it exports what `wasm` does under the names in `exported`, and more under
    names that begin with PREFIX. Raises RuntimeError when `wasm` is of another make than Pyodide's.
    """
    module = _read(wasm)
    exports = [each for each in _exports(module.sections[_EXPORT]) if each.name in exported]
    called = {each.number - module.first for each in exports if each.kind == _A_FUNCTION}
    rare = [number for number in range(len(module.bodies)) if number not in often and number not in called]
    slot = {number: place for place, number in enumerate(rare, start=1)}
    table = module.tables
    bodies = [
        _passing_on(module, module.types[number], slot[number], table) if number in slot else body
        for number, body in enumerate(module.bodies)
    ]
    first = module.sections | {
        _TABLE: _added(module.sections[_TABLE], [_table_of(len(rare) + 1), _table_of(len(bodies))]),
        _EXPORT: _added(
            _vector(each.content for each in exports),
            [
                _export(RARE, _A_TABLE, table),
                _export(ALL, _A_TABLE, table + 1),
                *(_export(name, kind, number) for name, kind, number, _ in _shared(module)),
            ],
        ),
        _ELEMENT: _added(module.sections[_ELEMENT], [_elements(table + 1, 0, module.numbers)]),
        _CODE: _vector(map(_sized, bodies)),
    }
    second = {
        _TYPE: module.sections[_TYPE],
        _IMPORT: _vector(_imports_of_second(module)),
        _FUNCTION: _vector(_number(module.types[number]) for number in rare),
        _GLOBAL: _vector(module.globals[_shared_globals(module) :]),
        _ELEMENT: _vector([_elements(table, 1, range(module.numbers.stop, module.numbers.stop + len(rare)))]),
        _CODE: _vector(_sized(module.bodies[number]) for number in rare),
    }
    return _written(first), _written(second)


def counting(wasm: bytes) -> bytes:
    """Return the module with one more table, exported as CALLED, out of which each function takes itself when called.

    That table begins with all functions, by their numbers. A table RARE is there for who looks for one.
    """
    module = _read(wasm)
    bodies = (_counted(number, body, module.tables) for number, body in enumerate(module.bodies))
    return _written(
        module.sections
        | {
            _TABLE: _added(module.sections[_TABLE], [_table_of(len(module.bodies)), _table_of(1)]),
            _EXPORT: _added(
                module.sections[_EXPORT],
                [_export(CALLED, _A_TABLE, module.tables), _export(RARE, _A_TABLE, module.tables + 1)],
            ),
            _ELEMENT: _added(module.sections[_ELEMENT], [_elements(module.tables, 0, module.numbers)]),
            _CODE: _vector(map(_sized, bodies)),
        }
    )


def _counted(number: int, body: bytes, table: int) -> bytes:
    reader = _Reader(body)
    for _ in range(reader.number()):
        reader.number()
        reader.byte()
    # i32.const number, ref.null func, table.set
    mark = b"\x41" + _signed(number) + b"\xd0\x70\x26" + _number(table)
    return body[: reader.at] + mark + body[reader.at :]


def _passing_on(module: _Module, type_: int, slot: int, table: int) -> bytes:
    """The body that brings the second module if need be, and calls the function in that slot of the table RARE."""
    # i32.const slot, table.get, ref.is_null, if, i32.const 0, call_indirect, end
    bring = b"\x41" + _signed(slot) + b"\x25" + _number(table) + b"\xd1\x04\x40\x41\0"
    bring += b"\x11" + _number(module.loader_type) + _number(table) + b"\x0b"
    given = b"".join(b"\x20" + _number(each) for each in range(module.parameters[type_]))
    # i32.const slot, call_indirect, end
    call = b"\x41" + _signed(slot) + b"\x11" + _number(type_) + _number(table) + b"\x0b"
    return b"\0" + bring + given + call


def _shared_globals(module: _Module) -> int:
    """How many of the module's own globals both must share: all up to the last one that changes."""
    return max((place + 1 for place, each in enumerate(module.globals) if each[1]), default=0)


def _shared(module: _Module) -> Iterator[tuple[str, int, int, bytes]]:
    """What is one thing for both modules, beside functions: its name, kind, number and type."""
    tables = _Reader(module.sections[_TABLE])
    for number in range(tables.number()):
        # As long as it is then, which is longer than it begins.
        yield f"{PREFIX}table{number}", _A_TABLE, number, bytes([tables.byte(), 0, 0])
        tables.limits()
    memory = _Reader(module.sections[_MEMORY])
    memory.number()
    yield f"{PREFIX}memory", _A_MEMORY, 0, memory.data[memory.at :]
    for place, content in enumerate(module.globals[: _shared_globals(module)]):
        yield f"{PREFIX}global{place}", _A_GLOBAL, module.first_global + place, content[:2]
    tags = _Reader(module.sections[_TAG])
    for number in range(tags.number()):
        tags.byte()
        yield f"{PREFIX}tag{number}", _A_TAG, number, b"\0" + _number(tags.number())


def _imports_of_second(module: _Module) -> Iterator[bytes]:
    """What the second module asks for, so that all its numbers are those of the first."""
    yield from (content for content, _ in module.imports)
    for number, type_ in enumerate(module.types):
        yield _import(f"{PREFIX}{number}", _A_FUNCTION, _number(type_))
    for name, kind, _, type_ in _shared(module):
        yield _import(name, kind, type_)
    yield _import(RARE, _A_TABLE, _table_of(0))


def _import(name: str, kind: int, type_: bytes) -> bytes:
    return _name("") + _name(name) + bytes([kind]) + type_


def _read(wasm: bytes) -> _Module:
    sections = {}
    reader = _Reader(wasm, len(_MAGIC))
    while reader.at < len(wasm):
        kind = reader.byte()
        content = reader.sized()
        if kind in _ORDER and kind not in sections:
            sections[kind] = content
        else:
            raise RuntimeError("Pyodide's WebAssembly has a section of a new kind: look again at split_wasm.py")
    types, loader_type = _types(sections[_TYPE])
    functions = _Reader(sections[_FUNCTION])
    code = _Reader(sections[_CODE])
    module = _Module(
        sections=sections,
        parameters=types,
        loader_type=loader_type,
        imports=list(_imports(sections[_IMPORT])),
        types=[functions.number() for _ in range(functions.number())],
        tables=_Reader(sections[_TABLE]).number(),
        globals=list(_globals(sections[_GLOBAL])),
        bodies=[code.sized() for _ in range(code.number())],
    )
    if {kind for _, kind in module.imports} - {_A_FUNCTION, _A_GLOBAL}:
        raise RuntimeError("Pyodide's WebAssembly imports what it did not: look again at split_wasm.py")
    return module


def _types(section: bytes) -> tuple[list[int], int]:
    """How many parameters each type of function has, and the number of the type with none and no result."""
    reader = _Reader(section)
    parameters, plain = [], None
    for place in range(reader.number()):
        if reader.byte() != 0x60:
            raise RuntimeError("Pyodide's WebAssembly has types that are no functions: look again at split_wasm.py")
        given, back = reader.sized(), reader.sized()
        parameters.append(len(given))
        if not given and not back:
            plain = place
    if plain is None:
        raise RuntimeError("Pyodide's WebAssembly has no function without anything: look again at split_wasm.py")
    return parameters, plain


def _imports(section: bytes) -> Iterator[tuple[bytes, int]]:
    reader = _Reader(section)
    for _ in range(reader.number()):
        start = reader.at
        reader.sized()
        reader.sized()
        kind = reader.byte()
        if kind == _A_FUNCTION:
            reader.number()
        elif kind in (_A_TABLE, _A_GLOBAL, _A_TAG):
            reader.byte()
            reader.number() if kind != _A_TABLE else reader.limits()
        else:
            reader.limits()
        yield section[start : reader.at], kind


def _exports(section: bytes) -> Iterator[_Export]:
    reader = _Reader(section)
    for _ in range(reader.number()):
        start = reader.at
        name, kind, number = reader.sized().decode(), reader.byte(), reader.number()
        yield _Export(name, kind, number, section[start : reader.at])


def _globals(section: bytes) -> Iterator[bytes]:
    """Each global: its type, whether it changes, and what it begins as."""
    reader = _Reader(section)
    for _ in range(reader.number()):
        start = reader.at
        reader.take(2)
        if reader.byte() != 0x41:
            raise RuntimeError("Pyodide's WebAssembly has a global that is no i32: look again at split_wasm.py")
        reader.number()
        if reader.byte() != 0x0B:
            raise RuntimeError("Pyodide's WebAssembly has a global with a sum: look again at split_wasm.py")
        yield section[start : reader.at]


def _written(sections: dict[int, bytes]) -> bytes:
    return _MAGIC + b"".join(bytes([each]) + _sized(sections[each]) for each in _ORDER if each in sections)


def _added(section: bytes, more: list[bytes]) -> bytes:
    """A vector with more at its end."""
    reader = _Reader(section)
    count = reader.number()
    return _number(count + len(more)) + section[reader.at :] + b"".join(more)


def _elements(table: int, start: int, functions: Collection[int]) -> bytes:
    """Functions that stand in a table, from a slot on."""
    return b"\2" + _number(table) + b"\x41" + _signed(start) + b"\x0b\0" + _vector(map(_number, functions))


def _table_of(slots: int) -> bytes:
    return bytes([_FUNCREF, 0]) + _number(slots)


def _export(name: str, kind: int, number: int) -> bytes:
    return _name(name) + bytes([kind]) + _number(number)


def _name(name: str) -> bytes:
    return _sized(name.encode())


def _vector(items: Iterable[bytes]) -> bytes:
    items = list(items)
    return _number(len(items)) + b"".join(items)


def _sized(content: bytes) -> bytes:
    return _number(len(content)) + content


def _number(value: int, last: int = 127) -> bytes:
    """LEB128 without a sign, whose last byte is at most `last`."""
    out = bytearray()
    while value > last:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _signed(value: int) -> bytes:
    """LEB128 with a sign, of a number that is not negative: its last byte must not look like a minus."""
    return _number(value, last=63)
