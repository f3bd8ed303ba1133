"""Lock every closed year: `python -m scripts.tables.freeze [--lang nb|en]`.

Refuses, as the check does, while a change in a closed year is not accounted for: it launders nothing.
"""

import argparse
import sys

from scripts.tables import ROOT, Refused, load
from scripts.tables.closed import lock_text
from scripts.tables.places import LOCK

_ENDINGS = {
    "nb": "{lock}: {rows} rader er låst, lukkede år og rader uten år.",
    "en": "{lock}: {rows} rows are locked, closed years and rows without a year.",
}


def main(arguments: list[str] | None = None) -> int:
    """Write the lock; the exit status is 0, or 1 when the tables are refused."""
    parser = argparse.ArgumentParser(prog="python -m scripts.tables.freeze", allow_abbrev=False)
    parser.add_argument("--lang", choices=("nb", "en"), default="nb", help="language of the messages")
    lang = parser.parse_args(arguments).lang
    try:
        loaded = load(ROOT)
    except Refused as refusal:
        for problem in refusal.problems:
            print(problem.say(lang))
        return 1
    text = lock_text(loaded.tables, loaded.in_force)
    (ROOT / LOCK).write_text(text, encoding="utf-8", newline="\n")
    rows = sum(not line.startswith("#") for line in text.splitlines())
    print(_ENDINGS[lang].format(lock=LOCK, rows=rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
