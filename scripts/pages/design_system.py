"""Takes from the npm packages of Designsystemet the few files the site uses, fitted to Material's colour switch.

The design system's theme and base lie in cascade layers, so Material's own page rules win over them. Its components
are left outside layers: as classes they beat Material's resets of `button` and `input`, which a layer never would.
"""

import re
from os.path import normpath
from pathlib import Path

COMPONENTS = (
    "field",
    "fieldset",
    "input",
    "label",
    "button",
    "validation-message",
    "error-summary",
    "alert",
    "table",
)
ELEMENTS = ("field/field.js", "error-summary/error-summary.js")

IMPORT = re.compile(r"""\b(?:import|from)\s*["'](\.{1,2}/[^"']+)["']""")
SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=.*\s*$")

# (pattern, replacement): the theme's colour schemes, said in Material's attribute. Paper stays light.
SCHEMES = (
    (r"@media \(prefers-color-scheme:(?:light|dark)\)\{\[data-color-scheme=auto\]\{[^{}]*\}\}", ""),
    (r"\[data-color-scheme=dark\]\{([^{}]*)\}", r"@media screen{[data-md-color-scheme=slate]{\1}}"),
    (r"\[data-color-scheme=light\]", "[data-md-color-scheme=default]"),
    (r"(?<=\})\[data-color-scheme\]\[data-color=brand1\]", "body[data-md-color-scheme]"),
    (r"\[data-color-scheme\]", "[data-md-color-scheme]"),
)


def copy(packages: Path, out: Path) -> None:
    """Writes designsystem.css and the element modules into `out`.

    `packages` is the folder node_modules/@digdir. Raises FileNotFoundError when `npm ci` has not been run, and
    ValueError when a new version of the packages no longer has the shape that the fitting expects.
    """
    styles = packages / "designsystemet-css" / "dist"
    sheet = "@layer ds.theme, ds.base;\n" + _theme(styles) + "\n" + _base(styles) + "\n"
    sheet += "\n".join((styles / "src" / f"{name}.css").read_text("utf-8") for name in COMPONENTS) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    (out / "designsystem.css").write_text(sheet, "utf-8", newline="\n")
    _copy_modules(packages / "designsystemet-web" / "dist" / "esm", out)


def _theme(styles: Path) -> str:
    theme = (styles / "theme" / "designsystemet.css").read_text("utf-8")
    for pattern, replacement in SCHEMES:
        theme, found = re.subn(pattern, replacement, theme)
        if not found:
            raise ValueError(f"the design system's theme no longer holds {pattern!r}: look at SCHEMES anew")
    return theme


def _base(styles: Path) -> str:
    base = (styles / "src" / "base.css").read_text("utf-8")
    return "@layer ds.base{" + base.replace("[data-color-scheme]", "[data-md-color-scheme]") + "}"


def _copy_modules(source: Path, out: Path) -> None:
    waiting = [source / name for name in ELEMENTS]
    seen: set[Path] = set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        text = SOURCE_MAP.sub("\n", module.read_text("utf-8"))
        target = out / module.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
        waiting += [Path(normpath(module.parent / name)) for name in IMPORT.findall(text)]
