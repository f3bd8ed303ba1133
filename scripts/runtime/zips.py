"""Zip files that come out byte for byte the same from the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# The earliest moment a zip file can express: a time of building would make every build differ.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def read_zip(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip file as a mapping from name to content; folders are left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def make_zip(files: Mapping[str, bytes], *, deflate: bool) -> bytes:
    """Return a zip file of `files` (name to content), in the order of the names, without dates.

    `deflate=False` stores the files as they are, for a host that compresses the whole zip file.
    """
    method = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = method
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return buffer.getvalue()
