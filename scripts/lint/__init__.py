"""What an editor must be told about the pages themselves: `lint(root)` finds it, `dev.py check` prints it."""

from pathlib import Path

from scripts.lint.agreement import stale
from scripts.lint.newest_rows import outrun
from scripts.lint.page import read_pages
from scripts.lint.same_pages import differences
from scripts.lint.typed_figures import typed
from scripts.tables import Loaded
from scripts.tables.problems import Problem


def lint(loaded: Loaded, root: Path) -> list[Problem]:
    """Every slip in docs/nb and docs/en below `root`, in the order of the files."""
    pages = read_pages(root)
    problems = []
    for page in (page for pair in pages.values() for page in pair.values()):
        problems += typed(page, loaded)
        problems += outrun(page, loaded)
    for pair in pages.values():
        problems += differences(pair)
        problems += stale(pair)
    return sorted(problems)
