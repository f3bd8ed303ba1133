"""The typing aid and the reader cannot disagree: the reader refuses by the very schema that the editor shows.

A schema may carry `mistakes` beside `examples`: values as somebody might type them. Each example must be accepted
where its name stands in a file, and each mistake refused there, by the schema and by load().
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from tables_tools import line_of, node_at, problems_in

from scripts.tables import ROOT, load
from scripts.tables.nodes import plain_data, read_nodes
from scripts.tables.places import CHANGES, CONTACTS, LIMITS, SOURCES

EVERY_KEY = Path(__file__).parent / "faults" / "every_key"
FILES = (LIMITS, SOURCES, CONTACTS, CHANGES)


def schema_of(file: str) -> dict:
    return json.loads((ROOT / file).with_suffix(".schema.json").read_text(encoding="utf-8"))


SCHEMAS = {file: schema_of(file) for file in FILES}


def resolved(schema: dict, part: dict) -> dict:
    """A part of a schema with what it refers to; its own words come first."""
    if "$ref" not in part:
        return part
    return {**resolved(schema, schema["$defs"][part["$ref"].rpartition("/")[2]]), **part}


def parts(schema: dict, part: dict, where: str = "") -> Iterator[tuple[str, dict]]:
    """Every part of a schema with a name to find it by, following no reference twice."""
    yield where, part
    for keyword in ("properties", "patternProperties", "$defs"):
        for name, each in part.get(keyword, {}).items():
            yield from parts(schema, each, f"{where}/{name}")
    for keyword in ("additionalProperties", "items", "then", "else"):
        if isinstance(part.get(keyword), dict):
            yield from parts(schema, part[keyword], f"{where}/{keyword}")
    for each in part.get("anyOf", ()):
        yield from parts(schema, each, f"{where}/anyOf")


def named(schema: dict) -> Iterator[tuple[str, dict]]:
    """Every name that an editor can type, with its part of the schema."""
    for where, part in parts(schema, schema):
        for name, each in part.get("properties", {}).items():
            if "const" not in each:
                yield f"{where}/{name}", each


def typed(text: str) -> object:
    """A value as the reader sees it when it stands in a file."""
    return plain_data(read_nodes(f"value: {text}\n".encode(), "typed").values["value"])


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_a_schema_and_refers_only_to_what_it_has(file):
    schema = SCHEMAS[file]
    Draft202012Validator.check_schema(schema)
    for where, part in parts(schema, schema):
        if "$ref" in part:
            assert part["$ref"].rpartition("/")[2] in schema["$defs"], where


@pytest.mark.parametrize("file", FILES)
def test_every_name_has_a_description_and_an_example(file):
    schema = SCHEMAS[file]
    names = list(named(schema))
    assert names
    for where, part in names:
        whole = resolved(schema, part)
        assert len(whole.get("description", "")) > 8, where
        assert whole["description"].rstrip()[-1] in ".:", where
        assert whole.get("examples"), where
        assert whole.get("mistakes") or "anyOf" in whole, where


@pytest.mark.parametrize("file", FILES)
def test_every_example_is_accepted_and_every_mistake_refused_by_its_part_of_the_schema(file):
    schema = SCHEMAS[file]
    tried = 0
    for where, part in parts(schema, schema):
        valid = Draft202012Validator({"$defs": schema.get("$defs", {}), **part}).is_valid
        for example in part.get("examples", ()):
            assert valid(typed(example)), f"{where}: the example {example}"
        for mistake in part.get("mistakes", ()):
            assert not valid(typed(mistake)), f"{where}: the mistake {mistake}"
            tried += 1
    assert tried > 5


def places(schema: dict, part: dict, node: yaml.Node, path: tuple[str, ...], found: dict) -> None:
    """Where in a file each part of the schema is used: the identity of the part → the first path."""
    whole = resolved(schema, part)
    if "mistakes" in whole:
        found.setdefault(id(whole["mistakes"]), (path, whole))
    for each in whole.get("anyOf", ()):
        one = resolved(schema, each)
        if one.get("type") == ("array" if isinstance(node, yaml.SequenceNode) else "object") or (
            isinstance(node, yaml.ScalarNode) and one.get("type") != "array"
        ):
            places(schema, each, node, path, found)
    if isinstance(node, yaml.SequenceNode):
        for i, each in enumerate(node.value):
            if isinstance(whole.get("items"), dict):
                places(schema, whole["items"], each, (*path, str(i)), found)
    if isinstance(node, yaml.MappingNode):
        here = whole.get("properties", {})
        if "then" in whole and "value" in {key.value for key, _ in node.value} and whole["then"].get("properties"):
            places(schema, whole["then"], node, path, found)
        for key, value in node.value:
            below = here.get(key.value) or next(iter(whole.get("patternProperties", {}).values()), None)
            below = below if below is not None else whole.get("additionalProperties")
            if isinstance(below, dict):
                places(schema, below, value, (*path, key.value), found)


@pytest.fixture
def every_key(tmp_path):
    """A folder with the small file that uses every name, and with our schemas."""
    shutil.copytree(EVERY_KEY / "data", tmp_path / "data")
    for file in FILES:
        schema = Path(file).with_suffix(".schema.json")
        shutil.copy(ROOT / schema, tmp_path / schema)
    return tmp_path


def test_the_small_file_that_uses_every_name_is_accepted(every_key):
    assert problems_in(every_key) == []


def test_the_small_file_uses_every_name():
    for file in FILES:
        schema = SCHEMAS[file]
        found: dict = {}
        places(schema, schema, yaml.compose((EVERY_KEY / file).read_text("utf-8"), yaml.CSafeLoader), (), found)
        for where, part in named(schema):
            whole = resolved(schema, part)
            if "mistakes" in whole:
                assert id(whole["mistakes"]) in found, f"{file}: nothing uses {where}"


@pytest.mark.parametrize("file", FILES)
def test_every_mistake_is_refused_in_a_file_on_its_line(file, every_key):
    schema = SCHEMAS[file]
    path = every_key / file
    text = path.read_text(encoding="utf-8")
    found: dict = {}
    places(schema, schema, yaml.compose(text, yaml.CSafeLoader), (), found)
    tried = 0
    for where, part in found.values():
        node = node_at(text, where)
        start, end = node.start_mark.index, node.end_mark.index
        if text[start:end].endswith("\n"):
            end = start + len(text[start:end].rstrip())
        for mistake in part["mistakes"]:
            path.write_text(text[:start] + mistake + text[end:], encoding="utf-8")
            problems = problems_in(every_key)
            key_line = line_of(text, start)
            near = range(key_line - 1, key_line + 1)
            assert any(problem.file == file and problem.line in near for problem in problems), (
                f"{'.'.join(where)}: {mistake}: " + "; ".join(problem.say("en") for problem in problems)
            )
            tried += 1
    path.write_text(text, encoding="utf-8")
    assert tried > 5


def test_the_files_name_their_schema_for_the_editor():
    for file in FILES:
        first = (ROOT / file).read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema={Path(file).stem}.schema.json"


def test_the_tables_pass_the_schema_that_the_editor_uses():
    assert load().tables
    for file in FILES:
        data = plain_data(read_nodes((ROOT / file).read_bytes(), file))
        assert Draft202012Validator(SCHEMAS[file]).is_valid(data)
