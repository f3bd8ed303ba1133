"""Joins our style sheets into the few that pages load: each file is a wait of its own on the way to the first paint."""

from pathlib import Path

JOINED = {
    "guide.css": ("site.css", "search.css", "identity.css", "picture.css"),
    "calculators.css": ("form.css", "answer.css"),
}
"""Sheet to its parts, in the order in which they apply. Every page loads the first, forms the second too."""


def join(folder: Path) -> None:
    """Writes the sheets into `folder`, assets/css of a built language, and takes their parts away.

    Raises FileNotFoundError when a part is missing.
    """
    for sheet, parts in JOINED.items():
        paths = [folder / part for part in parts]
        (folder / sheet).write_text("\n".join(path.read_text("utf-8") for path in paths), "utf-8", newline="\n")
        for path in paths:
            path.unlink()
