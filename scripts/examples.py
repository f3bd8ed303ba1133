"""Worked examples, tests/examples/*.yaml: the same rows are tests, page content and the engine's trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.tables.nodes import read_nodes, text_data
from scripts.tables.problems import Problem, Refused

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = "tests/examples"
STATUS = {"answered": 0, "invalid": 2, "not_published": 3}


@dataclass(frozen=True)
class Example:
    """One worked example: canonical inputs and what the outside source says must come out.

    `outputs` holds the outputs that are pinned, by path (canonical text or None), `faults` the expected error
    code by field. `kind` is "printed" (the source prints the result) or "rule" (it prints the rule).
    """

    id: str
    calculator: str
    title: dict[str, str]
    inputs: dict[str, str]
    status: int
    outputs: dict[str, str | None]
    faults: dict[str, str]
    source: str
    kind: str
    show: bool

    def request(self, lang: str) -> dict[str, object]:
        """The example as a request to `calculators.browser.open_desk`."""
        return {"id": self.id, "calculator": self.calculator, "lang": lang, "canonical": self.inputs}


def load_examples(root: Path = ROOT) -> list[Example]:
    """All worked examples, file by file. Raises Refused where a file cannot be read."""
    return [each for path in sorted((root / EXAMPLES).glob("*.yaml")) for each in _file(path)]


def _file(path: Path) -> list[Example]:
    file = f"{EXAMPLES}/{path.name}"
    top = read_nodes(path.read_bytes(), file)
    examples = []
    for name, row in text_data(top).items():
        missing = [key for key in ("title", "inputs", "expect", "source", "kind") if not row.get(key)]
        if missing or row["expect"] not in STATUS:
            shows = {"missing": ", ".join(missing) or "expect"}
            raise Refused([Problem(file, top.key_lines[name], "missing_key", shows)])
        examples.append(
            Example(
                id=name,
                calculator=path.stem,
                title=row["title"],
                inputs=row["inputs"],
                status=STATUS[row["expect"]],
                outputs=row.get("outputs") or {},
                faults=row.get("faults") or {},
                source=row["source"],
                kind=row["kind"],
                show=row.get("show") == "true",
            )
        )
    return examples


def output_text(outputs: Mapping[str, object], path: str) -> str | None:
    """One output of a result by its path (`reduction`, `payments.0.amount`), as examples write it: true for True.

    Raises KeyError or IndexError where there is no such output.
    """
    value: Any = outputs
    for part in path.split("."):
        value = value[int(part) if part.isdecimal() else part]
    return str(value).lower() if isinstance(value, bool) else value
