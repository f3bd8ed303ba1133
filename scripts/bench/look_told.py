"""The report of `dev.py look`, from what was measured: contrasts, signs of focus and of faults, tables side by side."""

from collections.abc import Iterable, Mapping

WIDTHS, SCHEMES = (360, 1280), ("light", "dark")
TITLES = {"ours": "Ours", "govuk": "GOV.UK's components", "designsystemet": "Designsystemet's components"}

# What a line of the tables tells, and how a view tells it.
SIZES = {
    "Running text, px": lambda view: f"{view['prose']['size']:g}",
    "Line height of it, × the size": lambda view: f"{view['prose']['line'] / view['prose']['size']:.2f}",
    "Longest line of it, characters": lambda view: f"{view['prose']['longest']}",
    "Label, px (weight)": lambda view: f"{view['label']['size']:g} ({view['label']['weight']})",
    "Help, px": lambda view: f"{view['help']['size']:g}",
    "Words of a choice, px": lambda view: f"{view['choice']['size']:g}",
    "What is typed, px": lambda view: f"{view['typed']['size']:g}",
    "Message of a fault, px (weight)": lambda view: (
        f"{view['fault']['message']['size']:g} ({view['fault']['message']['weight']})"
    ),
    "Link in the summary of faults, px": lambda view: f"{view['fault']['summary']['link']['size']:g}",
    "Warning, px": lambda view: f"{view['notice']['size']:g}",
    "Figures in a table, px": lambda view: f"{view['figures']['size']:g}",
    "The answer itself, px (weight)": lambda view: f"{view['number']['size']:g} ({view['number']['weight']})",
    "Field, height × width, px": lambda view: f"{view['field']['height']:g} × {view['field']['width']:g}",
    "Edge of the field, px": lambda view: f"{view['field']['edge']['width']:g}",
    "Button, height × width, px": lambda view: f"{view['button']['height']:g} × {view['button']['width']:g}",
    "Circle of a choice, px": lambda view: f"{view['radio']['mark']:g}",
    "What takes the press of a choice, height, px": lambda view: f"{view['radio']['height']:g}",
    "Between two choices, px": lambda view: f"{view['radio']['apart']:g}",
    "Line that unfolds, height, px": lambda view: f"{view['fold']:g}",
    "From label to field, the help between, px": lambda view: f"{view['from_label']:g}",
    "From help to field, px": lambda view: f"{view['from_help']:g}",
}

COLOURS = {
    "Running text": lambda view: view["prose"],
    "Label": lambda view: view["label"],
    "Help": lambda view: view["help"],
    "What is typed": lambda view: view["typed"],
    "Edge of the field": lambda view: view["field"]["edge"],
    "Words of the button": lambda view: view["button"],
    "Ground of the button": lambda view: view["button"]["fill"],
    "Warning": lambda view: view["notice"],
    "Message of a fault": lambda view: view["fault"]["message"],
    "Edge of the field at fault": lambda view: view["fault"]["edge"],
    "The answer": lambda view: view["number"],
}


def luminance(colour: str) -> float:
    """The relative luminance of a colour, `#rrggbb`, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in bytes.fromhex(colour.removeprefix("#"))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ratio(pair: Mapping) -> str:
    """The contrast of an ink on its ground, as it is written."""
    return f"{contrast(pair['ink'], pair['ground']):.1f}"


def rings(found: Iterable[Mapping]) -> str:
    """The signs of focus in words, each with its contrast to what lies around: `an outline of 3 px (1.4)`."""
    words = {"ground": "a new ground", "inside": "a line inside", "shadow": "a shadow", "outline": "an outline"}
    told = []
    for ring in found:
        # What has the colour of the ground itself is a gap, not a sign.
        if contrast(ring["ink"], ring["ground"]) > 1.2:
            width = f" of {ring['width']:g} px" if ring["width"] else ""
            told.append(f"{words[ring['what']]}{width} ({ratio(ring)})")
    return ", ".join(told) or "nothing"


def signs(fault: Mapping, sound: Mapping) -> str:
    """How a fault at a field is told, beside the message itself."""
    edge = (
        f"edge of {fault['edge']['width']:g} px, before {sound['edge']['width']:g}"
        if fault["edge"]["width"] != sound["edge"]["width"]
        else "edge in another colour, as thick as before"
    )
    told = [
        "message above the field" if fault["above"] else "message below the field",
        edge,
        *(["a bar along the question"] if fault["bar"] else []),
        *(["a sign before the message"] if fault["icon"] else []),
        *([f"“{fault['word']}” for those who listen"] if fault["word"] else []),
    ]
    return "; ".join(told)


def markdown(found: Mapping, judged: str) -> str:
    """The report: what was rendered, the measures side by side, and what is thought of them."""
    views, packages, weights = found["views"], found["packages"], found["weights"]
    named = ", ".join(f"`{name}` {version}" for name, version in packages.items())
    flow = found["flow"]
    lines = [
        "# The look, beside GOV.UK and Designsystemet",
        "",
        f"Measured {found['date']} in {found['browser']} by `python3 scripts/dev.py look`; the same as data lies in",
        "`look.json`.",
        "",
        "The live pages of GOV.UK and of Designsystemet could not be reached from where this was made. Ours is the",
        "built page `en/wealth/`. Theirs are sheets of the same things in the HTML that their packages describe, with",
        "the packages' own CSS:",
        f"{named}.",
        "Neither package may lend us its typeface (GDS Transport is licensed for GOV.UK alone, Inter is not in the",
        "package), so all three are set in Arial, or what the machine has in its place.",
        "",
        "What is said of GOV.UK's flow is read from its source (Open Government Licence 3.0):",
        f"`{flow['repository']}`, `{flow['file']}`,",
        f"commit `{flow['commit']}`.",
        "",
        *[f"![All three at {width} px](../screenshots/compare-{width}.webp)" for width in WIDTHS],
        "",
        "## Sizes",
        "",
        "At 360 px / at 1280 px; one figure where they are the same.",
        "",
        *_head(""),
    ]
    for title, told in SIZES.items():
        cells = [list(dict.fromkeys(told(views[f"{sheet} {width} light"]) for width in WIDTHS)) for sheet in TITLES]
        lines.append(_row([title, *(" / ".join(cell) for cell in cells)]))
    lines += [
        "",
        "Designsystemet's CSS sets no width for running text; the one here is the sheet's own (640 px).",
        "",
        "## Contrast",
        "",
        "Light / dark, by WCAG's formula. GOV.UK's CSS has no dark scheme."
        if "govuk 360 dark" not in views
        else "Light / dark, by WCAG's formula.",
        "",
        *_head(""),
    ]
    for title, pair in COLOURS.items():
        cells = [[ratio(pair(views[key])) for key in _schemes(views, sheet)] for sheet in TITLES]
        lines.append(_row([title, *(" / ".join(cell) for cell in cells)]))
    lines += ["", "## Focus and faults", ""]
    for sheet, title in TITLES.items():
        lines += [f"### {title}", ""]
        for key in _schemes(views, sheet):
            view, scheme = views[key], key.rpartition(" ")[2]
            lines += [
                f"- Focus on a field, {scheme}: {rings(view['focus']['field'])}.",
                f"- Focus on a button, {scheme}: {rings(view['focus']['button'])}.",
            ]
        view = views[f"{sheet} 360 light"]
        lines += [f"- A fault: {signs(view['fault'], view['field'])}.", ""]
    ours, fields = weights["ours"], weights["ours"]["fields"]
    asked = len(flow["questions"])
    lines += [
        "## Weight",
        "",
        "As Brotli. Ours is what the page fetches; theirs are the packages whole, of which a page may load a part, and",
        "beside which GOV.UK's pages load more of their own.",
        "",
        *_head("kB"),
        *[
            _row([title, *(_kilobytes(weights[sheet][kind]) for sheet in TITLES)])
            for kind, title in (("css", "CSS"), ("js", "JavaScript"))
        ],
        "",
        f"Fonts that our page fetches: {'none' if not ours['font'] else _kilobytes(ours['font']) + ' kB'}. "
        f"Our calculator runs in the browser and takes {_kilobytes(ours['engine'])} kB more,",
        "once, before it answers what a reader typed; GOV.UK's answers are made on its servers and take none of that.",
        "",
        "## Steps before a first answer",
        "",
        _row(["", "Ours", "GOV.UK's calculator"]),
        _row(["---", "---:", "---:"]),
        _row(
            [
                "Screens before the answer",
                "0: it stands below the form",
                f"{asked + 1}: a start page, {asked} questions",
            ]
        ),
        _row(["Questions", f"{fields['shown']}, and {fields['all'] - fields['shown']} folded", str(asked)]),
        _row(["Of these filled in beforehand", f"all {fields['all']}, with an example", "none"]),
        _row(["Text above the first question, at 360 px", f"{fields['above']} px, or one press", "a heading"]),
        "",
        "GOV.UK's way is that of a full-time student with both loans and nothing out of the ordinary, to",
        f"`{flow['outcome']}`. Ours answers one question of many: the two answers do not hold as much.",
        "",
    ]
    return "\n".join(lines) + "\n" + judged


def _schemes(views: Mapping, sheet: str) -> list[str]:
    return [key for key in (f"{sheet} 360 {scheme}" for scheme in SCHEMES) if key in views]


def _head(corner: str) -> list[str]:
    return [_row([corner, *TITLES.values()]), _row(["---", *["---:"] * len(TITLES)])]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _kilobytes(count: int) -> str:
    return f"{count / 1000:.0f}" if count >= 10_000 else f"{count / 1000:.1f}"
