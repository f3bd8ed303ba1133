"""The calculators on the command line: `python -m calculators wealth --year 2020 …`.

Exit status: 0 answered, 2 invalid input (every faulty field named), 3 a needed limit is not published.
This is the only part that reads files or prints; it is not shipped to the browser.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from calculators.core.answer import INVALID, Answer, accepted, answer, error, rule
from calculators.core.form import Fault, Field
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Answer one command line; returns the exit status."""
    tables, words = _load()
    lang = _asked_language(arguments)
    if not arguments or arguments[0].startswith("-"):
        return _list(words, lang, helped=bool({"-h", "--help"} & set(arguments)))
    calculator, *rest = arguments
    if calculator not in words.calculators():
        print(words.say(lang, "common", "cli", "no_such", name=calculator), file=sys.stderr)
        _list(words, lang, to=sys.stderr)
        return INVALID
    parser = _parser(calculator, words, lang)
    options, strays = parser.parse_known_args(rest)
    given, faults = _given(calculator, vars(options), strays)
    done = answer(calculator, given, tables, words, lang)
    if faults:
        done = _with_faults(done, calculator, faults, words, lang)
    print(json.dumps(done.result, ensure_ascii=False, indent=2)) if options.json else _print(done, words)
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


def _list(words: Words, lang: str, *, helped: bool = True, to=None) -> int:
    print(words.say(lang, "common", "cli", "usage"), file=to)
    for name in words.calculators():
        print(f"  {name:20} {words.say(lang, name, 'summary')}", file=to)
    return 0 if helped else INVALID


def _parser(calculator: str, words: Words, lang: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m calculators {calculator}",
        description=words.say(lang, calculator, "summary"),
        allow_abbrev=False,
        add_help=False,
    )
    for spec in rule(calculator).FIELDS:
        parser.add_argument(
            _flag(spec), dest=spec.name, action="append", nargs="?", const="", metavar=_metavar(spec),
            help=_help(calculator, spec, words, lang),
        )  # fmt: skip
    say = words.say
    parser.add_argument("--lang", default="nb", metavar="|".join(LANGUAGES), help=say(lang, "common", "cli", "lang"))
    parser.add_argument("--json", action="store_true", help=say(lang, "common", "cli", "json"))
    parser.add_argument("-h", "--help", action="help", help=say(lang, "common", "cli", "help"))
    return parser


def _flag(spec: Field) -> str:
    return "--" + spec.name.replace("_", "-")


def _metavar(spec: Field) -> str:
    return "|".join(spec.choices) or spec.kind.upper()


def _help(calculator: str, spec: Field, words: Words, lang: str) -> str:
    texts = words.contents[calculator]["fields"][spec.name]
    shown = accepted(calculator, spec, words, lang)
    parts = [f"{texts['label'][lang]}. {texts['help'][lang]}"]
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
    names = [each.partition("=")[0].lstrip("-").replace("-", "_") or each for each in strays]
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
    for notice in done.result["notices"]:
        if notice not in warnings:
            print(f"* {notice['text']}")
    for source in done.result["sources"]:
        print(f"  {source['id']}: {source['publisher']}, {source['title']}, {source['url'] or '–'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
