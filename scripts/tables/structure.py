"""The shape of a file, checked by the same JSON Schema that helps the editor while typing."""

import json
import re
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, ValidationError

from scripts.tables.nodes import Entries, line_of_key, plain_data
from scripts.tables.problems import Problem


@cache
def validator(schema: Path) -> Draft202012Validator:
    """The validator for one schema file."""
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def shape_problems(top: Entries, file: str, schema: Path) -> list[Problem]:
    """Every place where the file has not the shape of its schema, each with its line."""
    problems: list[Problem] = []
    for error in validator(schema).iter_errors(plain_data(top)):
        problems.extend(_explain(error, top, file))
    return problems


def _explain(error: ValidationError, top: Entries, file: str) -> list[Problem]:
    path = list(error.absolute_path)
    if error.validator in ("anyOf", "oneOf"):
        deeper = max(error.context, key=lambda each: len(each.absolute_path), default=error)
        if len(deeper.absolute_path) > len(path):
            return _explain(deeper, top, file)
        keyed = [each for each in error.context if each.validator in ("additionalProperties", "required")]
        if keyed and isinstance(error.instance, dict):
            closest = max(keyed, key=lambda each: _overlap(each, error.instance))
            return _explain(closest, top, file)
    shows = {"key": ".".join(str(each) for each in path), "example": _example(error)}
    line = line_of_key(top, path)
    if error.validator == "required":
        missing = [each for each in error.validator_value if each not in error.instance]
        return [Problem(file, line, "missing_key", shows | {"missing": each}) for each in missing]
    if error.validator == "additionalProperties":
        return [
            Problem(file, line_of_key(top, [*path, key]), "unknown_key", shows | {"unknown": key, "known": known})
            for key, known in _unknown_keys(error)
        ]
    if error.validator == "enum":
        return [Problem(file, line, "not_one_of", shows | {"known": ", ".join(error.validator_value)})]
    if error.validator in ("minProperties", "minItems", "minLength"):
        return [Problem(file, line, "empty", shows)]
    return [Problem(file, line, "wrong_form", shows)]


def _overlap(error: ValidationError, instance: dict) -> int:
    return len(set(error.schema.get("properties", {})) & set(instance))


def _unknown_keys(error: ValidationError) -> list[tuple[str, str]]:
    schema = error.schema
    known = list(schema.get("properties", {}))
    patterns = [re.compile(each) for each in schema.get("patternProperties", {})]
    unknown = [key for key in error.instance if key not in known and not any(each.search(key) for each in patterns)]
    return [(key, ", ".join(known)) for key in unknown]


def _example(error: ValidationError) -> str:
    examples = error.schema.get("examples") if isinstance(error.schema, dict) else None
    return str(examples[0]) if examples else ""
