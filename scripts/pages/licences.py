"""The list of what the site is made of and under which licence: licences.txt, made from the packages themselves.

Names, versions, licences and texts come from the metadata of the very packages that the build took its files from;
what they carry inside without saying so stands here.
"""

import json
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Path(__file__).parent / "licences"
LINE = "=" * 100

HEAD = """\
Studiestøtteguiden / Student Finance Guide Norway

Our own code is under the MIT licence, our texts and data under CC BY 4.0. Every page and script not named below is
our own. The rest was made by others; here is what, from where and under which licence, and then the licences in full.
"""


@dataclass(frozen=True)
class Part:
    """Something made by others that is shipped.

    `package` is its name in `registry` ("pypi" or "npm"). `files` are patterns below the site's root. `texts` are its
    licences: the ends of names of files in the package, or files in licences/ beside this one. `holds`: what is in it.
    """

    name: str
    registry: str
    package: str
    files: tuple[str, ...]
    texts: tuple[str, ...]
    holds: tuple[str, ...] = ()


PARTS = (
    Part(
        "Material for MkDocs",
        "pypi",
        "mkdocs-material",
        (
            "*/assets/javascripts/bundle.*",
            "*/assets/stylesheets/main.*",
            "*/assets/stylesheets/palette.*",
        ),
        ("licenses/LICENSE", ".icons/material/LICENSE", "Apache-2.0.txt", "notices.txt"),
        (
            "the frame of every page",
            "icons: Material Design Icons by Pictogrammers (Apache-2.0)",
            "clipboard, escape-html, material-design-color (MIT), focus-visible (W3C), rxjs (Apache-2.0), tslib (0BSD)",
        ),
    ),
    Part(
        "Designsystemet, components",
        "npm",
        "@digdir/designsystemet-web",
        ("design-*/error-summary/*", "design-*/field/*", "design-*/packages/*", "design-*/utils/*"),
        ("LICENSE",),
    ),
    Part("Designsystemet, styles", "npm", "@digdir/designsystemet-css", ("design-*/designsystem.css",), ("LICENSE",)),
    Part("MiniSearch", "npm", "minisearch", ("search-*/minisearch.js",), ("LICENSE.txt",)),
    Part(
        "Orama stemmers",
        "npm",
        "@orama/stemmers",
        ("search-*/stem-*.js",),
        ("LICENSE.md", "Apache-2.0.txt", "notices.txt"),
        ("the Snowball stemmers for Norwegian and English (BSD-3-Clause)",),
    ),
    Part(
        "Workbox",
        "npm",
        "workbox-build",
        ("sw.js", "*/sw.js"),
        ("LICENSE",),
        ("workbox-core, -navigation-preload, -precaching, -routing and -strategies (MIT)",),
    ),
    Part(
        "Pyodide",
        "npm",
        "pyodide",
        ("engine/pyodide-*/*", "engine/stdlib-*.zip"),
        ("MPL-2.0.txt", "CPython.txt", "notices.txt"),
        (
            "CPython 3.14 with its standard library, as bytecode (PSF-2.0)",
            "Emscripten, Expat, HACL*, libffi, stackframe, error-stack-parser (MIT), libmpdec (BSD-2-Clause),",
            "Zstandard (BSD-3-Clause), bzip2 (bzip2-1.0.6), zlib (Zlib), SQLite, XZ Utils (public domain)",
        ),
    ),
)


@dataclass(frozen=True)
class _Metadata:
    version: str
    licence: str
    source: str
    files: tuple[Path, ...]


def write(out: Path) -> None:
    """Writes licences.txt into `out`. Raises FileNotFoundError where a package or its licence is missing."""
    about, texts = [], {}
    for part in PARTS:
        known = _metadata(part)
        about.append(
            "\n".join(
                [
                    f"{part.name} {known.version} ({known.licence})",
                    f"    from      {known.source}",
                    *(f"    files     {pattern}" for pattern in part.files),
                    *(f"    holds     {inside}" for inside in part.holds),
                    f"    licence   {', '.join(_title(part, text) for text in part.texts)}",
                ]
            )
        )
        texts |= {_title(part, text): _text(known, text) for text in part.texts}
    full = (f"{LINE}\n{title}\n{LINE}\n\n{text.strip()}\n" for title, text in texts.items())
    (out / "licences.txt").write_text("\n".join([HEAD, "\n\n".join(about), "", *full]), "utf-8", newline="\n")


def _title(part: Part, text: str) -> str:
    return Path(text).stem if (TEXTS / text).is_file() else f"{part.package}: {text}"


def _metadata(part: Part) -> _Metadata:
    if part.registry == "pypi":
        found = distribution(part.package)
        addresses = dict(line.split(", ", 1) for line in found.metadata.get_all("Project-URL"))
        licence = found.metadata["License-Expression"] or found.metadata["License"]
        return _Metadata(found.version, licence, addresses["Source"], tuple(map(found.locate_file, found.files)))
    folder = ROOT / "node_modules" / part.package
    package = json.loads((folder / "package.json").read_text("utf-8"))
    source = package["repository"]["url"].removeprefix("git+").removesuffix(".git")
    return _Metadata(package["version"], package["license"], source, tuple(folder.glob("LICENSE*")))


def _text(known: _Metadata, name: str) -> str:
    own = TEXTS / name
    if own.is_file():
        return own.read_text("utf-8")
    found = [file for file in known.files if file.as_posix().endswith(f"/{name}")]
    if len(found) != 1:
        raise FileNotFoundError(f"{known.source} {known.version} has {len(found)} files {name}: see licences.py")
    return found[0].read_text("utf-8")
