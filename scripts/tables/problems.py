"""What an editor is told: file, line, what is wrong and what to write instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

ERROR, WARNING, OVERDUE = "error", "warning", "overdue"


@dataclass(frozen=True, order=True)
class Problem:
    """One slip. `rule` names its sentence in messages.yaml; only a WARNING can be silenced by `accepted:`."""

    file: str
    line: int
    rule: str
    shows: Mapping[str, object] = field(default_factory=dict, compare=False)
    severity: str = ERROR

    def say(self, lang: str) -> str:
        """The whole line as an editor reads it: `data/limits.yaml:12: …`."""
        sentence = _messages()[self.rule][lang].format_map(self.shows)
        return f"{self.file}:{self.line}: {_messages()[self.severity][lang]} [{self.rule}] {sentence}"


class Refused(Exception):
    """The tables cannot be used. `problems` are all slips found, in file order."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set_of(problems))
        super().__init__("\n".join(problem.say("en") for problem in self.problems))


def set_of(problems: list[Problem]) -> list[Problem]:
    """The problems without repetitions: one slip can be met twice on the way."""
    return list({(p.file, p.line, p.rule, str(p.shows)): p for p in problems}.values())


@cache
def _messages() -> dict:
    return yaml.safe_load((Path(__file__).parent / "messages.yaml").read_text(encoding="utf-8"))
