"""Keeps the compiled templates of the pages from build to build; MkDocs calls it (`hooks` in mkdocs.base.yml)."""

from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache

KEPT = Path(__file__).resolve().parents[2] / ".cache" / "templates"


def on_env(env: Environment, **_: object) -> None:
    """Jinja looks at each template's text before it takes the compiled one."""
    KEPT.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(KEPT))
