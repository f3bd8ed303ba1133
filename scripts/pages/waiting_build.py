"""A build that has read the libraries already, which no edit changes, and waits to be told its arguments.

`python -m scripts.pages.waiting_build` reads them from its input: one line, a list as JSON. Our own modules are read
only then, so that they are always the newest. An end of its input ends it.
"""

import json
import os
import sys
from importlib import import_module

# What takes long to read, with all that it reads itself.
LIBRARIES = ("mkdocs.commands.build", "mkdocs_macros.plugin", "pymdownx.details", "material", "holidays", "jsonschema")


def main() -> int:
    """Waits and builds. Returns the build's exit status, or 0 when none was asked for."""
    # Material prints a notice when it is read, as scripts/pages/build.py says.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    for library in LIBRARIES:
        import_module(library)
    order = sys.stdin.readline()
    if not order:
        return 0
    return import_module("scripts.pages.build").main(json.loads(order))


if __name__ == "__main__":
    sys.exit(main())
