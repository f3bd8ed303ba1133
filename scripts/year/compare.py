"""What a change to the tables does: `python3 scripts/dev.py compare OLD [NEW] [--lang nb|en|both]`.

OLD and NEW are versions in git, folders that hold data/, or a limits.yaml; NEW is the files as they are now unless
it is named. Prints Markdown for a review: which figures changed, which pages, calculators and worked examples use
them, and what it means in kroner for a dozen typical students.
"""

import argparse
import contextlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from calculators.core.answer import Answer, answer, rule
from calculators.core.money import Quantity, show
from calculators.core.tables import Limit, Tables
from calculators.core.words import Words
from scripts.examples import Example, load_examples, output_text
from scripts.holidays_in_norway import public_holidays
from scripts.lint.page import read_pages
from scripts.tables import ROOT
from scripts.tables.canonical import canonical_json
from scripts.tables.contacts import read_contacts
from scripts.tables.model import NUMERIC_UNITS
from scripts.tables.places import LIMITS
from scripts.tables.problems import Refused
from scripts.tables.read import read_sources, read_tables
from scripts.words import texts, words_json

TEXTS = "scripts/year/compare.yaml"
STUDENTS = "scripts/year/typical_students.yaml"
LANGUAGES = ("nb", "en")

Key = tuple[str, str, str]


class NoSuchVersion(LookupError):
    """What was named is no file, folder or version; the argument is its name."""


@dataclass(frozen=True)
class Change:
    """One figure that differs: its table, row and column, and the limit before and after (None for a gap)."""

    table: str
    row: str
    column: str
    old: Limit | None
    new: Limit | None
    row_was_there: bool
    row_is_there: bool


@dataclass(frozen=True)
class Uses:
    """What uses the changed figures: page names, calculator ids, example ids, and the examples that came out new."""

    pages: list[str]
    calculators: list[str]
    examples: list[str]
    broken: list[tuple[str, str, str | None, str | None]]


@dataclass(frozen=True)
class Case:
    """A typical student before and after. An answer without a number has None for its value."""

    who: Mapping[str, str]
    before: Answer
    after: Answer
    output: str


def tables_of(what: str | None, root: Path = ROOT) -> Tables:
    """The tables of a version, a folder or a file; of the working tree for None.

    Read without the checks that compare years: an old version may break a rule that was made later.
    Raises NoSuchVersion, and Refused when the files cannot be read at all.
    """
    with _folder(what, root) as folder:
        _, sources = read_sources(folder)
        in_force, tables = read_tables(folder, sources)
        contacts = read_contacts(folder, sources)
        return Tables.from_json(canonical_json(in_force, tables, sources, contacts, public_holidays()))


@contextlib.contextmanager
def _folder(what: str | None, root: Path) -> Iterator[Path]:
    """A folder that holds data/ for as long as it is looked at."""
    if what is None:
        yield root
        return
    path = Path(what)
    if path.is_dir():
        if not (path / LIMITS).is_file():
            raise NoSuchVersion(what)
        yield path
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if path.is_file():
            shutil.copytree(root / "data", folder / "data")
            shutil.copyfile(path, folder / LIMITS)
        else:
            _unpack(what, root, folder)
        yield folder


def _unpack(revision: str, root: Path, folder: Path) -> None:
    git = ["git", "-C", str(root), "archive", "--format=tar", "--end-of-options", revision, "data"]
    done = subprocess.run(git, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise NoSuchVersion(revision)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    # A version from before a schema or a lock existed is read with ours.
    for ours in (root / "data").iterdir():
        if not (folder / "data" / ours.name).exists():
            shutil.copyfile(ours, folder / "data" / ours.name)


def changes(old: Tables, new: Tables) -> list[Change]:
    """Every figure whose value, status or sources differ, in the order of the new tables, then what is gone."""
    found = []
    for key in dict.fromkeys([*_keys(new), *_keys(old)]):
        before, after = _find(old, key), _find(new, key)
        if before != after:
            table, row, column = key
            found.append(Change(table, row, column, before, after, _has_row(old, key), _has_row(new, key)))
    return found


def _keys(tables: Tables) -> Iterator[Key]:
    for name, table in tables.contents["tables"].items():
        for row in table["rows"]:
            for column in table["columns"]:
                yield name, row, column


def _find(tables: Tables, key: Key) -> Limit | None:
    table, row, column = key
    there = tables.contents["tables"].get(table)
    return tables.find(table, column, row) if there and column in there["columns"] else None


def _has_row(tables: Tables, key: Key) -> bool:
    table, row, _ = key
    return row in tables.contents["tables"].get(table, {"rows": {}})["rows"]


def uses_of(found: list[Change], old: Tables, new: Tables, root: Path = ROOT) -> Uses:
    """Who uses the changed figures: pages by what they show, the others by running every worked example."""
    changed = {(each.table, each.row, each.column) for each in found}
    words = Words.from_json(words_json(root))
    calculators, examples, broken = {}, {}, []
    for example in load_examples(root):
        before, after = (answer(example.calculator, example.inputs, tables, words, "en") for tables in (old, new))
        looked_up = {(each.table, each.period, each.column) for each in (*before.limits, *after.limits)}
        if not looked_up & changed:
            continue
        name = f"{example.calculator}: {example.id}"
        calculators[example.calculator] = examples[name] = None
        broken += [(name, *each) for each in _came_out_new(example, before, after)]
    pages = [
        name.removesuffix(".md")
        for name, pair in read_pages(root).items()
        if any(_shows(call.arguments, changed, new) for call in pair["nb"].calls if call.name == "figure")
    ]
    return Uses(pages, list(calculators), list(examples), broken)


def _came_out_new(example: Example, before: Answer, after: Answer) -> Iterator[tuple[str, str | None, str | None]]:
    for path in example.outputs:
        was, now = (_output(each, path) for each in (before, after))
        if was != now:
            yield path, was, now


def _output(done: Answer, path: str) -> str | None:
    outputs = done.result.get("outputs")
    try:
        return output_text(outputs, path) if outputs else None
    except (LookupError, TypeError):
        return None


def _shows(arguments: tuple, changed: set[Key], tables: Tables) -> bool:
    table, column, *period = map(str, arguments)
    kind = tables.contents["tables"].get(table, {}).get("keyed_by")
    row = period[0] if period and period[0] != "in_force" else tables.in_force.get(kind, "")
    return (table, row, column) in changed


def typical_students(old: Tables, new: Tables, lang: str, root: Path = ROOT) -> list[Case]:
    """The dozen students, each answered with the old tables and with the new ones."""
    words = Words.from_json(words_json(root))
    cases = []
    for row in texts(STUDENTS, root).values():
        output = words.contents[row["calculator"]]["main_output"]
        before, after = (
            answer(row["calculator"], _inputs(row["inputs"], tables), tables, words, lang) for tables in (old, new)
        )
        cases.append(Case(row["who"], before, after, output))
    return cases


def _inputs(given: Mapping[str, str], tables: Tables) -> dict[str, str]:
    filled = dict(given)
    for name, value in given.items():
        if value == "in_force":
            filled[name] = tables.in_force["academic_year" if name == "academic_year" else "calendar_year"]
        elif value == "latest":
            rates = [tables.find("interest_rate", "floating", each) for each in tables.periods("interest_rate")]
            filled[name] = f"{[rate for rate in rates if rate][-1].value:f}"
    return filled


def report(old: Tables, new: Tables, names: tuple[str, str], lang: str, root: Path = ROOT) -> str:
    """The whole comparison as Markdown in one language. `names` are what the reader calls the two versions."""
    says = Words(texts(TEXTS, root))
    words = Words.from_json(words_json(root))

    def say(*path: str, **shows: object) -> str:
        return says.say(lang, *path, **shows)

    lines = [f"## {say('title')}", "", say("between", old=names[0], new=names[1]), ""]
    if old.in_force != new.in_force:
        lines += [say("in_force", old=_years(old), new=_years(new)), ""]
    found = changes(old, new)
    if not found:
        lines += [say("nothing"), ""]
    if not found and old.in_force == new.in_force:
        return "\n".join(lines)
    gone = sum(each.old is not None and each.new is None for each in found)
    if gone:
        lines += [say("lost", count=str(gone)), ""]
    if found:
        lines += [f"### {say('figures', count=str(len(found)))}", ""]
        lines += _row(say("columns", each) for each in ("figure", "before", "now", "change", "how"))
        lines += ["|---|---:|---:|---:|---|"]
        for each in found:
            lines += _row(_changed(each, old, new, words, lang, say))
        lines += ["", *_uses(uses_of(found, old, new, root), words, lang, say)]
    lines += [f"### {say('students')}", "", say("students_explain"), ""]
    lines += _row(say("columns", each) for each in ("who", "before", "now", "change"))
    lines += ["|---|---:|---:|---:|"]
    for case in typical_students(old, new, lang, root):
        lines += _row(_case(case, lang, say))
    return "\n".join([*lines, ""])


def _years(tables: Tables) -> str:
    return f"{tables.in_force['calendar_year']}, {tables.in_force['academic_year']}"


def _row(cells) -> list[str]:
    return [f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"]


def _changed(change: Change, old: Tables, new: Tables, words: Words, lang: str, say) -> list[str]:
    table = (new if change.table in new.contents["tables"] else old).table(change.table)
    columns = table["columns"]
    column = columns[change.column]["label"][lang] if change.column in columns else change.column
    label = table["rows"].get(change.row, {}).get("label")
    row = label[lang] if label else change.row
    name = f"{table['label'][lang]}, {row}: {column} (`{change.table}.{change.row}.{change.column}`)"
    before = say("gap") if change.row_was_there else say("absent")
    after = say("gap") if change.row_is_there else say("removed")
    if change.old:
        before = words.display(change.old.shown, lang)
    if change.new:
        after = words.display(change.new.shown, lang)
    return [name, before, after, _difference(change.old, change.new, lang), _how(change, say)]


def _difference(old: Limit | None, new: Limit | None, lang: str) -> str:
    if not (old and new and isinstance(old.value, Decimal) and isinstance(new.value, Decimal)):
        return "–"
    return _signed(new.value - old.value, new.unit, lang)


def _signed(difference: Decimal, unit: str, lang: str) -> str:
    if not difference:
        return "0"
    return ("+" if difference > 0 else "") + show(Quantity(difference, unit), lang)


def _how(change: Change, say) -> str:
    known = [say(each.status) for each in (change.old, change.new) if each]
    return say("became", old=known[0], new=known[1]) if len(set(known)) == 2 else "".join(known[:1])


def _uses(uses: Uses, words: Words, lang: str, say) -> list[str]:
    lines = [f"### {say('uses')}", ""]
    named = [words.say(lang, each, "title") for each in uses.calculators]
    for key, names in (("pages", uses.pages), ("calculators", named), ("examples", uses.examples)):
        if names:
            lines.append(f"- {say(key)}: {', '.join(names)}")
    if len(lines) == 2:
        lines.append(say("uses_none"))
    if uses.broken:
        lines += ["", say("broken"), ""]
        for example, output, was, now in uses.broken:
            lines.append(f"- {say('broken_line', example=example, output=output, old=str(was), new=str(now))}")
    return [*lines, ""]


def _case(case: Case, lang: str, say) -> list[str]:
    shown, values = [], []
    for done in (case.before, case.after):
        outputs = done.result.get("outputs")
        shown.append(done.result["display"][case.output] if outputs else say("no_answer"))
        values.append(outputs[case.output] if outputs else None)
    unit = rule(case.after.calculator).OUTPUTS[case.output]
    change = "–"
    if None not in values and unit in NUMERIC_UNITS:
        change = _signed(Decimal(values[1]) - Decimal(values[0]), unit, lang)
    return [case.who[lang], *shown, change]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The command line. Returns 0 when the two could be compared, whatever differs; 2 when they could not."""
    parser = argparse.ArgumentParser(prog="dev.py compare", allow_abbrev=False)
    parser.add_argument("old", help="a version in git, a folder with data/, or a limits.yaml")
    parser.add_argument("new", nargs="?", help="the same; the files as they are now, unless named")
    parser.add_argument("--lang", choices=(*LANGUAGES, "both"), default="both", help="language of the report (both)")
    options = parser.parse_args(arguments)
    languages = LANGUAGES if options.lang == "both" else (options.lang,)
    says = Words(texts(TEXTS, root))
    loaded = []
    for what in (options.old, options.new):
        try:
            loaded.append(tables_of(what, root))
        except NoSuchVersion:
            print(*(says.say(lang, "no_revision", what=what) for lang in languages), sep="\n", file=sys.stderr)
            return 2
        except Refused as refused:
            for lang in languages:
                print(says.say(lang, "refused", what=what or says.say(lang, "working_tree")), file=sys.stderr)
                print(*(problem.say(lang) for problem in refused.problems), sep="\n", file=sys.stderr)
            return 2
    for lang in languages:
        names = (options.old, options.new or says.say(lang, "working_tree"))
        print(report(*loaded, names, lang, root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
