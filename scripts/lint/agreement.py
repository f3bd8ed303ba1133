"""`agrees_with` in a page's front matter: which text of the other language this one was last compared with.

It is a hash. When one side changes, the other side's hash no longer fits, and the check asks a person to read both.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping

from scripts.lint.page import Page
from scripts.tables.problems import Problem

KEY = "agrees_with"
LINE = re.compile(rf"^{KEY}:.*\n", re.MULTILINE)


def text_hash(source: str) -> str:
    """Twelve hex digits for a page's text, without what it says about its other language."""
    text = LINE.sub("", source, count=1)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return hashlib.sha256(lines.strip().encode()).hexdigest()[:12]


def stale(pair: Mapping[str, Page]) -> Iterator[Problem]:
    """The pages whose other language has changed since the two were last compared."""
    if len(pair) < 2:
        return
    for here, there in ((pair["nb"], pair["en"]), (pair["en"], pair["nb"])):
        wanted = text_hash(there.source)
        said = here.meta.get(KEY)
        if said is not None and str(said) == wanted:
            continue
        line = next((n for n, text in enumerate(here.source.splitlines(), 1) if text.startswith(f"{KEY}:")), 1)
        shows = {"other": there.file, "hash": wanted, "page": here.name.removesuffix(".md")}
        yield Problem(here.file, line, "page_unread" if said is None else "page_stale", shows)


def confirmed(source: str, other: str) -> str:
    """The page's text, saying that it agrees with `other` as that is now. Raises ValueError without front matter."""
    said = f"{KEY}: {text_hash(other)}\n"
    if LINE.search(source):
        return LINE.sub(said, source, count=1)
    if not source.startswith("---\n"):
        raise ValueError("the page does not begin with ---")
    end = source.index("\n---", 3) + 1
    return source[:end] + said + source[end:]
