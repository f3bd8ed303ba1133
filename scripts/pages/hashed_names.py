"""Puts a hash into the names of our own folders of styles, scripts and data, so that browsers may keep them for ever.

The hash stands on the folder, not on each file: modules import their neighbours by relative paths, which stay as they
are, and no page ever mixes files of two versions. Material and the engine have hashes in their own names already.
"""

import hashlib
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit

FOLDERS = ("design", "search", *(f"{lang}/assets/{kind}" for lang in ("nb", "en") for kind in ("css", "js", "images")))
REFERENCE = re.compile(r'(\s(?:href|src|data-[a-z-]+)=")([^"]+)(?=")')
HASHED = re.compile(r"[.-][0-9a-f]{8}(?=[./])")


def is_hashed(path: str) -> bool:
    """Whether a path below the site's root carries a hash of its content, so that it never means anything else."""
    return bool(HASHED.search(path))


def rename(out: Path, root_url: str) -> None:
    """Renames our folders below `out` to `name-1a2b3c4d`, and what leads to them in every page.

    Pages may name them in href, src and data- attributes; a script reaches another folder by what its page names.
    """
    names = {folder: f"{folder}-{_digest(out / folder)}" for folder in FOLDERS if (out / folder).is_dir()}
    base = urlsplit(root_url).path
    for page in sorted(out.rglob("*.html")):
        place = base + page.relative_to(out).as_posix()
        html = page.read_text("utf-8")
        html = REFERENCE.sub(lambda found, at=place: found[1] + _renamed(found[2], at, base, names), html)
        page.write_text(html, "utf-8", newline="\n")
    for old, new in names.items():
        (out / old).rename(out / new)


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, content = path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes())
        whole.update(f"{name} {content.hexdigest()}\n".encode())
    return whole.hexdigest()[:8]


def _renamed(reference: str, place: str, base: str, names: dict[str, str]) -> str:
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc or "/" not in parts.path:
        return reference
    target = urljoin(place, parts.path).removeprefix(base)
    for old, new in names.items():
        rest = target.removeprefix(old)
        if rest.startswith("/") and rest != target:
            return urlunsplit(parts._replace(path=parts.path.removesuffix(rest) + new.removeprefix(old) + rest))
    return reference
