"""The texts of the calculators: calculators/texts/*.yaml, read strictly and handed on as one JSON."""

import json
from pathlib import Path

from scripts.tables.nodes import Entries, Items, Node, Text, read_nodes, text_data
from scripts.tables.problems import Problem, Refused

ROOT = Path(__file__).resolve().parents[1]
TEXTS = "calculators/texts"
LANGUAGES = {"nb", "en"}


def words_json(root: Path = ROOT) -> bytes:
    """The calculators' texts as JSON in UTF-8: {"common": …, "wealth": …}. Raises Refused as `texts` does."""
    files = sorted(path.relative_to(root).as_posix() for path in (root / TEXTS).glob("*.yaml"))
    contents = {Path(file).stem: texts(file, root) for file in files}
    return json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()


def texts(file: str, root: Path = ROOT) -> dict[str, object]:
    """One file of texts, for example `calculators/texts/wealth.yaml`.

    Raises Refused where the file cannot be read, or a sentence stands in one language only.
    """
    top = read_nodes((root / file).read_bytes(), file)
    problems = _half_said(top, file)
    if problems:
        raise Refused(problems)
    return text_data(top)


def _half_said(node: Node, file: str) -> list[Problem]:
    """Every sentence has both languages, and none is empty."""
    if isinstance(node, Items):
        return [problem for each in node.values for problem in _half_said(each, file)]
    if not isinstance(node, Entries):
        return []
    if not LANGUAGES & set(node.values):
        return [problem for each in node.values.values() for problem in _half_said(each, file)]
    missing = LANGUAGES - {key for key, value in node.values.items() if _is_sentence(value)}
    return [Problem(file, node.line, "missing_key", {"missing": each}) for each in sorted(missing)]


def _is_sentence(node: Node) -> bool:
    return isinstance(node, Text) and bool(node.value.strip())
