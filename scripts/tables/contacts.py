"""data/contacts.yaml: telephones, addresses and accounts, with their check digits."""

import re
from collections.abc import Mapping
from pathlib import Path

from calculators.core.check_digits import iban_remainder, sum_mod_11
from scripts.tables.nodes import Entries, text_data
from scripts.tables.places import CONTACTS
from scripts.tables.problems import Problem, Refused
from scripts.tables.read import cited_in, read_official, shaped
from scripts.tables.texts import text_problems

PHONE = re.compile(r"\+47( [0-9]{2}){4}|\+47 [0-9]{3} [0-9]{2} [0-9]{3}")
POST_PLACE = re.compile(r"[0-9]{4} [A-ZÆØÅ]\D*")
ACCOUNT = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]{5}")
WEB = re.compile(r"https://[^\s]+")
FORMS = {"phone": PHONE, "fax": PHONE, "account": ACCOUNT, "web": WEB}


def read_contacts(root: Path, sources: Mapping[str, dict]) -> dict[str, dict]:
    """data/contacts.yaml as {id: entry}. Raises Refused with every slip in form, digits, hours, sources."""
    if not (root / CONTACTS).exists():
        return {}
    top = shaped(root, CONTACTS)
    problems = text_problems(top, CONTACTS)
    for entry in top.values.values():
        problems += _form(entry) + _hours(entry) + _provenance(entry, sources)
    if problems:
        raise Refused(problems)
    return text_data(top)


def _form(entry: Entries) -> list[Problem]:
    kind = entry.values["kind"].value
    if kind == "post":
        place = entry.values["lines"].values[-1]
        bad = not POST_PLACE.fullmatch(place.value)
        return [Problem(CONTACTS, place.line, "bad_post_place", {"value": place.value})] if bad else []
    value = entry.values["value"]
    shows = {"value": value.value}
    if not FORMS[kind].fullmatch(value.value):
        return [Problem(CONTACTS, value.line, f"bad_{kind}", shows)]
    if kind != "account":
        return []
    problems = []
    account = value.value.replace(".", "")
    if sum_mod_11(account) % 11:
        problems.append(Problem(CONTACTS, value.line, "account_check_digit", shows))
    iban = entry.get("iban")
    if iban and iban_remainder(iban.value.replace(" ", "")) != 1:
        problems.append(Problem(CONTACTS, iban.line, "iban_check_digits", {"value": iban.value}))
    if iban and iban.value.replace(" ", "")[4:] != account:
        shows = {"value": iban.value, "account": value.value}
        problems.append(Problem(CONTACTS, iban.line, "iban_other_account", shows))
    return problems


def _hours(entry: Entries) -> list[Problem]:
    hours = entry.get("hours")
    if not hours:
        return []
    opens, closes = hours.values["from"], hours.values["to"]
    problems = []
    if opens.value >= closes.value:
        shows = {"from": opens.value, "to": closes.value}
        problems.append(Problem(CONTACTS, closes.line, "hours_backwards", shows))
    quiet = hours.get("quietest")
    if quiet:
        begins, ends = quiet.values["from"], quiet.values["to"]
        if not opens.value <= begins.value < ends.value <= closes.value:
            shows = {"from": opens.value, "to": closes.value}
            problems.append(Problem(CONTACTS, begins.line, "quietest_outside", shows))
    return problems


def _provenance(entry: Entries, sources: Mapping[str, dict]) -> list[Problem]:
    problems: list[Problem] = []
    cited = cited_in(entry.get("sources"), sources, CONTACTS, problems)
    status = entry.values["status"]
    if status.value == "official" and cited and not read_official(cited, sources):
        shows = {"column": entry.values["kind"].value}
        problems.append(Problem(CONTACTS, status.line, "official_without_official_source", shows))
    return problems
