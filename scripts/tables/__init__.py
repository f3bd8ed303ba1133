"""The tables an editor keeps: read, checked, and handed on as one canonical JSON. Nothing is stored."""

import functools
from dataclasses import dataclass
from pathlib import Path

from scripts.holidays_in_norway import public_holidays
from scripts.tables.canonical import canonical_json
from scripts.tables.changes import read_changes
from scripts.tables.checks import all_problems
from scripts.tables.closed import freeze_problems, read_lock
from scripts.tables.contacts import read_contacts
from scripts.tables.model import InForce, Table
from scripts.tables.problems import Problem, Refused
from scripts.tables.read import read_sources, read_tables

ROOT = Path(__file__).resolve().parents[2]

__all__ = ["Loaded", "Problem", "Refused", "load"]


@dataclass(frozen=True)
class Loaded:
    """The checked tables: as JSON bytes for calculators and pages, and as read, with lines, for tools."""

    canonical: bytes
    in_force: InForce
    tables: dict[str, Table]
    sources: dict[str, dict]
    source_lines: dict[str, int]
    contacts: dict[str, dict]
    changes: list[dict]


def load(root: Path = ROOT) -> Loaded:
    """Read and check the tables under `root`/data. Raises Refused: nothing is built on tables with slips.

    What is read must not be changed: as long as no file has changed, the next call gives the same.
    """
    return _load(root, tuple((path, path.read_bytes()) for path in sorted((root / "data").rglob("*.*"))))


@functools.lru_cache(maxsize=1)
def _load(root: Path, files: tuple[tuple[Path, bytes], ...]) -> Loaded:
    # One build asks for the tables seven times. The files' contents are here to tell whether they are still the same.
    source_lines, sources = read_sources(root)
    in_force, tables = read_tables(root, sources)
    contacts = read_contacts(root, sources)
    changes = read_changes(root, tables)
    problems = all_problems(tables, in_force, sources)
    problems += freeze_problems(tables, in_force, read_lock(root), changes)
    if problems:
        raise Refused(problems)
    canonical = canonical_json(in_force, tables, sources, contacts, public_holidays())
    return Loaded(canonical, in_force, tables, sources, source_lines, contacts, changes)
