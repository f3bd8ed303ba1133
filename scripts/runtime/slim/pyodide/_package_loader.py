"""In the place of Pyodide's own module, which unpacks packages and brings zipfile, shutil and tempfile for it."""

from site import getsitepackages


class _Folder:
    """JavaScript gets text as its own and objects as Python's, and asks these for their `__str__`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __str__(self) -> str:
        return self._path


SITE_PACKAGES = _Folder(getsitepackages()[0])
"""Asked for by Pyodide when it starts: where packages would lie."""
DSO_DIR = _Folder("/usr/lib")
"""Asked for by Pyodide when it starts: where libraries that packages bring would lie."""


def init_loaded_packages() -> None:
    """Called by Pyodide when it starts. There are no packages: the calculators need the standard library alone."""
