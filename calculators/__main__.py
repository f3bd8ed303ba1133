"""The calculators on the command line: `python -m calculators wealth --year 2020 …`.

Exit status: 0 answered, 2 invalid input (every faulty field named), 3 a needed limit is not published.
`batch` answers a whole file (scripts/batch.py). Nothing else here reads files or prints, and this file is not
shipped to the browser.
"""

import argparse
import json
import os
import shutil
import sys
import textwrap
from contextlib import redirect_stdout
from pathlib import Path

from calculators.core.answer import ANSWERED, INVALID, Answer, accepted, answer, error, rule
from calculators.core.form import Fault, Field
from calculators.core.ics import answer_calendar, stamp_of
from calculators.core.schedule_csv import list_name, schedule_csv
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Answer one command line; returns the exit status."""
    tables, words = _load()
    lang = _asked_language(arguments)
    if not arguments or arguments[0].startswith("-"):
        return _list(words, lang)
    calculator, *rest = arguments
    if calculator == "batch":
        from scripts.batch import main as batch

        return batch(rest, tables, words, lang)
    if calculator not in words.calculators():
        return _no_such(calculator, words, lang, as_json="--json" in rest)
    parser = _parser(calculator, words, lang)
    options, strays = parser.parse_known_args(rest)
    given, faults = _given(calculator, vars(options), strays)
    done = answer(calculator, given, tables, words, lang)
    if faults:
        done = _with_faults(done, calculator, faults, words, lang)
    if options.json is not None:
        print(json.dumps(done.result, ensure_ascii=False, indent=2))
    elif getattr(options, "ics", None) is not None:
        _print_calendar(done, tables, words)
    elif getattr(options, "csv", None) is not None:
        _print_csv(done, words)
    else:
        _print(done, words)
    return done.status


def _load() -> tuple[Tables, Words]:
    _in_project_environment()
    from scripts.tables import Refused, load
    from scripts.words import words_json

    try:
        return Tables.from_json(load().canonical), Words.from_json(words_json())
    except Refused as refusal:
        sys.exit(str(refusal))


def _in_project_environment() -> None:
    """Reading the tables needs the project's packages: go on in .venv when this Python lacks them."""
    try:
        import holidays  # noqa: F401
        import jsonschema  # noqa: F401
        import yaml  # noqa: F401
    except ImportError:
        folder = "Scripts" if os.name == "nt" else "bin"
        python = ROOT / ".venv" / folder / ("python.exe" if os.name == "nt" else "python")
        if not python.exists() or Path(sys.prefix) == ROOT / ".venv":
            sys.exit("First run: python3 scripts/dev.py setup")
        os.execv(python, [str(python), "-m", "calculators", *sys.argv[1:]])


def _asked_language(arguments: list[str]) -> str:
    """The language asked for, found before parsing so that help and errors speak it too."""
    for number, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=")
        if argument == "--lang" and number + 1 < len(arguments):
            value = arguments[number + 1]
        if argument.startswith("--lang") and value in LANGUAGES:
            return value
    return "nb"


def _no_such(calculator: str, words: Words, lang: str, *, as_json: bool) -> int:
    text = words.say(lang, "common", "cli", "no_such", name=calculator)
    if as_json:
        known = ", ".join(words.calculators())
        fault = {"field": "calculator", "code": "not_choice", "text": f"{text} {known}."}
        print(json.dumps({"errors": [fault]}, ensure_ascii=False, indent=2))
    else:
        print(text, file=sys.stderr)
        _list(words, lang, to=sys.stderr)
    return INVALID


def _list(words: Words, lang: str, *, to=None) -> int:
    print(words.say(lang, "common", "cli", "usage"), file=to)
    # In a pipe each stands on one line, so that tools can search it.
    width = shutil.get_terminal_size().columns if (to or sys.stdout).isatty() else 10_000
    for name in words.calculators():
        line = f"  {name:20} {words.say(lang, name, 'summary')}"
        print(textwrap.fill(line, width, subsequent_indent=" " * 23, break_on_hyphens=False), file=to)
    return ANSWERED


def _parser(calculator: str, words: Words, lang: str) -> argparse.ArgumentParser:
    say = words.say
    # argparse's own headings are English, so they are left out and ours stand in their place.
    parser = argparse.ArgumentParser(
        usage=argparse.SUPPRESS,
        description=f"{say(lang, 'common', 'cli', 'usage_one', name=calculator)}\n\n{say(lang, calculator, 'summary')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    flags = parser.add_argument_group(say(lang, "common", "cli", "flags"))
    for spec in rule(calculator).FIELDS:
        flags.add_argument(
            _flag(spec), dest=spec.name, action="append", nargs="?", metavar=_metavar(spec),
            const="true" if spec.kind == "flag" else "",
            help=_help(calculator, spec, words, lang),
        )  # fmt: skip
    # A value that is missing, or one too many, is a fault like any other: _given names it.
    flags.add_argument(
        "--lang",
        default="nb",
        nargs="?",
        const="",
        metavar="|".join(LANGUAGES),
        help=say(lang, "common", "cli", "lang"),
    )
    flags.add_argument("--json", nargs="?", const="", metavar="", help=say(lang, "common", "cli", "json"))
    if hasattr(rule(calculator), "events"):
        flags.add_argument("--ics", nargs="?", const="", metavar="", help=say(lang, "common", "cli", "ics"))
    if listed := list_name(calculator):
        text = say(lang, "common", "cli", "csv", list=say(lang, calculator, "outputs", listed))
        flags.add_argument("--csv", nargs="?", const="", metavar="", help=text)
    flags.add_argument("-h", "--help", action="help", help=say(lang, "common", "cli", "help"))
    return parser


def _flag(spec: Field) -> str:
    return "--" + spec.name.replace("_", "-")


def _metavar(spec: Field) -> str:
    return "|".join(spec.choices) or spec.kind.upper()


def _help(calculator: str, spec: Field, words: Words, lang: str) -> str:
    texts = words.contents[calculator]["fields"][spec.name]
    shown = accepted(calculator, spec, words, lang)
    label = texts["label"][lang]
    parts = [f"{label}{'' if label.endswith('?') else '.'} {texts['help'][lang]}"]
    if shown["example"]:
        parts.append(words.say(lang, "common", "cli", "example", value=shown["example"]))
    if isinstance(spec.default, str):
        parts.append(words.say(lang, "common", "cli", "default", value=spec.default))
    return " ".join(part for part in parts if part).replace("%", "%%")


def _given(calculator: str, options: dict, strays: list[str]) -> tuple[dict[str, str], list[Fault]]:
    """The values by field, and what is wrong with the flags themselves."""
    given, faults = {}, []
    for spec in rule(calculator).FIELDS:
        values = options[spec.name]
        if values is not None:
            given[spec.name] = values[0]
        if values is not None and len(values) > 1:
            faults.append(Fault(spec.name, "repeated", {"field": spec}))
    # The value of an unknown flag is no fault of its own.
    alone = [
        each
        for before, each in zip(["", *strays], strays, strict=False)
        if each.startswith("--") or not before.startswith("--")
    ]
    names = [each.partition("=")[0].lstrip("-").replace("-", "_") or each for each in alone]
    formats = [each for each in ("json", "ics", "csv") if options.get(each) is not None]
    names += [options[each] for each in formats if options[each]]
    if len(formats) > 1:
        faults.append(Fault(formats[-1], "not_choice", {"choices": ", ".join(f"--{each}" for each in formats)}))
    if options["lang"] not in LANGUAGES:
        faults.append(Fault("lang", "not_choice", {"choices": ", ".join(LANGUAGES)}))
    return given, faults + [Fault(name, "unknown") for name in names]


def _with_faults(done: Answer, calculator: str, faults: list[Fault], words: Words, lang: str) -> Answer:
    errors = [error(calculator, fault, words, lang) for fault in faults] + done.result.get("errors", [])
    return Answer(calculator, lang, INVALID, {"errors": errors}, words.say(lang, "common", "invalid"))


def _print(done: Answer, words: Words) -> None:
    if done.status == INVALID:
        print(done.headline, file=sys.stderr)
        for each in done.result["errors"]:
            print(f"  --{each['field'].replace('_', '-')}: {each['text']}", file=sys.stderr)
        return

    def say(*path: str) -> str:
        return words.say(done.lang, "common", *path)

    warnings = [each for each in done.result["notices"] if each["kind"] in ("secondary", "not_published")]
    for notice in warnings:
        print(f"! {notice['text']}")
    print(done.headline)
    for number, step in enumerate(done.result["steps"], start=1):
        source = f", {step['source']}" if step["source"] else ""
        print(f"  {number}. {step['text']} [{say('origins', step['origin'])}{source}]")
    _print_outputs(done, words)
    for notice in done.result["notices"]:
        if notice not in warnings:
            print(f"* {notice['text']}")
    for source in done.result["sources"]:
        print(f"  {source['id']}: {source['publisher']}, {source['title']}, {source['url'] or '–'}")


def _print_outputs(done: Answer, words: Words) -> None:
    """Every output by its name; a list with one line an item."""
    for name in rule(done.calculator).OUTPUTS if done.result["outputs"] else ():
        shown = done.result["display"][name]
        label = words.say(done.lang, done.calculator, "outputs", name)
        if isinstance(shown, list):
            rows = [" | ".join(each if each is not None else "–" for each in row.values()) for row in shown]
            print(f"= {label}:", *rows, sep="\n    ")
        elif shown is not None:
            print(f"= {label}: {shown}")


def _print_csv(done: Answer, words: Words) -> None:
    """The list of the answer as CSV on stdout; where there is no answer, what is wrong on stderr."""
    if done.status == ANSWERED:
        sys.stdout.reconfigure(encoding="utf-8", newline="")
        sys.stdout.write(schedule_csv(done, words))
        return
    with redirect_stdout(sys.stderr):
        _print(done, words)


def _print_calendar(done: Answer, tables: Tables, words: Words) -> None:
    """The dates of the answer as iCalendar text on stdout; where there are none, the answer itself on stderr."""
    if text := answer_calendar(done, words, stamp_of(done, tables)):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
        sys.stdout.write(text)
        return
    with redirect_stdout(sys.stderr):
        _print(done, words)
        if done.status == ANSWERED:
            print(words.say(done.lang, "common", "cli", "no_events"))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:
        # The reader of the pipe, `head` for one, has seen enough; Python would complain once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
