"""A copy of the repository to play on: for benches, pictures and tests that change figures, pages or years."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("calculators", "data", "docs", "overrides", "scripts", "tests/examples")


def copied(folder: Path, *linked: str) -> Path:
    """Copies what a build needs into `folder`, which is made; `linked` are shared with the copy. Returns `folder`."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in [*ROOT.glob("*.yml"), *ROOT.glob("*.lock"), *ROOT.glob("*.json")]:
        shutil.copy(path, folder)
    for name in linked:
        (folder / name).symlink_to(ROOT / name)
    return folder
