"""Random damage: the reader never crashes, never accepts a changed sum, never reports a line that is not there."""

import re
from fractions import Fraction
from itertools import pairwise
from math import prod

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tables_tools import FILES, cell_span, data_copy, line_of, node_at

from scripts.tables import Loaded, Refused, load
from scripts.tables.checks.look import as_list, is_number
from scripts.tables.nodes import read_nodes
from scripts.tables.places import CHANGES, CONTACTS, LIMITS, SOURCES

TABLES = {"wealth_limit", "income_limit", "basic_support", "required_funds", "interest_rate", "application_deadline"}
UNFILLED = re.compile(r"\{[a-z_]*\}|\bNone\b|Decimal\(")
SIGNS = [
    *"0123456789abæ{}[]:,.-_#&*!|>%@`'\"?~<= \n\t\r\0\x07\x85",
    " #", ": ", "- ", "\n\n", "\r\n", "---\n", "...\n", "%YAML 1.1\n", "<<: ", "&a ", "*a", "!!x ", "null",
    "~", "true", "1e9", "0x1F", ".inf", ".nan", "9" * 60, "[" * 60, "{a: " * 60, "- " * 60, "? " * 60,
    "\u2028", "\u200b", "\ufeff", "\ufffe", "\U0001f4b0", "e\u0301", "\u00a0", "\u0661", "single: 1", "2020: {",
]  # fmt: skip


def patient(examples: int) -> settings:
    """So many examples, however slow the machine is."""
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow, print_blob=True, database=None)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return data_copy(tmp_path_factory.mktemp("damage"), TABLES)


@pytest.fixture(scope="module")
def whole(root):
    """The undamaged texts, and the tables as they are read from them."""
    return {file: (root / file).read_text(encoding="utf-8") for file in FILES}, load(root)


@st.composite
def damage(draw, text: str) -> str:
    """The text with one place damaged: something cut, put in, doubled, swapped with its neighbour, or moved."""
    place = draw(st.integers(0, len(text) - 1))
    kind = draw(st.sampled_from(["cut", "put", "swap", "line_gone", "line_twice", "lines_swapped", "line_indented"]))
    if kind == "cut":
        return text[:place] + text[place + draw(st.integers(1, 12)) :]
    if kind == "put":
        return text[:place] + draw(st.sampled_from(SIGNS) | st.text(max_size=6)) + text[place:]
    if kind == "swap":
        return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
    lines = text.split("\n")
    number = draw(st.integers(0, len(lines) - 2))
    if kind == "line_gone":
        del lines[number]
    elif kind == "line_twice":
        lines.insert(number, lines[number])
    elif kind == "lines_swapped":
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
    else:
        lines[number] = draw(st.sampled_from([" ", "  ", "\t"])) + lines[number]
    return "\n".join(lines)


def read(root, file: str, data: bytes, whole: str) -> Loaded | Refused:
    """What load() makes of a damaged file, once everything that it says was found to be sound."""
    path = root / file
    path.write_bytes(data)
    try:
        return load(root)
    except Refused as refusal:
        lines = {each: (root / each).read_bytes().count(b"\n") + 1 for each in FILES}
        assert refusal.problems
        for problem in refusal.problems:
            assert 1 <= problem.line <= lines[problem.file], problem
            for lang in ("nb", "en"):
                said = problem.say(lang)
                shown = "".join(map(str, problem.shows.values()))
                assert not UNFILLED.search(said) or UNFILLED.search(shown), said
        return refusal
    finally:
        path.write_text(whole, encoding="utf-8")


# The declared checks once more, worked out another way and from the JSON that readers get.


def figures(loaded: Loaded, table: str, column: str) -> dict[str, Fraction]:
    """The known figures of a column by row; empty when the column is gone."""
    rows = loaded.tables[table].rows if table in loaded.tables else {}
    return {
        key: Fraction(str(row.cells[column].value))
        for key, row in rows.items()
        if column in row.cells and row.cells[column].value is not None
    }


def amount(text: str) -> Fraction:
    return Fraction(text.split()[0])


def broken_checks(loaded: Loaded, declared: Loaded) -> list[str]:
    """The checks of the undamaged tables that the figures of `loaded` do not fulfil."""
    broken = []
    for name, table in declared.tables.items():

        def column(each: str, key: str, home: str = name) -> Fraction | None:
            if is_number(each):
                return Fraction(each)
            other, _, own = each.rpartition(".")
            return figures(loaded, other or home, own).get(key)

        keys = list(loaded.tables[name].rows) if name in loaded.tables else []
        for key in keys:
            for check in as_list(table.checks.get("sum")):
                parts, total = [column(part, key) for part in check["parts"]], column(check["whole"], key)
                if None not in (*parts, total) and abs(sum(parts) - total) > amount(check["within"]):
                    broken.append(f"{name} {key} sum")
            for check in as_list(table.checks.get("product")):
                factors = [column(factor, key) for factor in check["factors"]]
                over, goal = column(check.get("over", "1"), key), column(check["of"], key)
                if None not in (*factors, over, goal) and abs(prod(factors) / over - goal) > amount(check["within"]):
                    broken.append(f"{name} {key} product")
            for check in as_list(table.checks.get("equals")):
                pair = column(check["of"], key), column(check["to"], key)
                if None not in pair and pair[0] != pair[1]:
                    broken.append(f"{name} {key} equals")
            for check in as_list(table.checks.get("ratio")):
                pair = column(check["of"], key), column(check["to"], key)
                if None not in pair and abs(pair[0] - pair[1] * Fraction(check["factor"])) > amount(check["within"]):
                    broken.append(f"{name} {key} ratio")
            if "order" in table.checks and "date" not in table.units.values():
                known = [each for each in (column(one, key) for one in table.checks["order"]) if each is not None]
                if any(small >= large for small, large in pairwise(known)):
                    broken.append(f"{name} {key} order")
        for check in as_list(table.checks.get("range")):
            for one in check["columns"]:
                if any(
                    not amount(check["from"]) <= each <= amount(check["to"])
                    for each in figures(loaded, name, one).values()
                ):
                    broken.append(f"{name} range")
    return broken


def test_the_other_way_of_checking_sees_nothing_in_our_tables_and_sees_a_slip(root, whole):
    texts, loaded = whole
    assert broken_checks(loaded, loaded) == []
    for at, to, expected in (
        ("required_funds.2024-25.spring", "825740", {"required_funds 2024-25 sum"}),
        ("required_funds.2024-25.autumn", "75845", {"required_funds 2024-25 product", "required_funds 2024-25 sum"}),
        ("wealth_limit.2020.single", "428816", {"wealth_limit 2020 ratio"}),
    ):
        start, end = cell_span(texts[LIMITS], at)
        slip = re.sub("(?m)^  checks:\n(?:    .*\n)+", "", texts[LIMITS][:start] + to + texts[LIMITS][end:])
        unchecked = read(root, LIMITS, slip.encode(), texts[LIMITS])
        assert isinstance(unchecked, Loaded)
        assert expected <= set(broken_checks(unchecked, loaded))


@patient(150)
@given(data=st.data())
def test_damage_in_one_place_never_crashes_and_never_lets_a_broken_sum_through(root, whole, data):
    texts, loaded = whole
    read_back = read(root, LIMITS, data.draw(damage(texts[LIMITS])).encode("utf-8", "replace"), texts[LIMITS])
    if isinstance(read_back, Loaded):
        assert broken_checks(read_back, loaded) == []


@patient(40)
@given(data=st.data(), times=st.integers(2, 5))
def test_damage_in_several_places_never_crashes(root, whole, data, times):
    texts, _ = whole
    text = texts[LIMITS]
    for _ in range(times):
        text = data.draw(damage(text))
    read_back = read(root, LIMITS, text.encode("utf-8", "replace"), texts[LIMITS])
    if isinstance(read_back, Loaded):
        assert broken_checks(read_back, read_back) == []


@pytest.mark.parametrize("file", [SOURCES, CONTACTS, CHANGES])
@patient(40)
@given(data=st.data())
def test_damage_in_the_other_files_never_crashes(root, whole, file, data):
    texts, loaded = whole
    read_back = read(root, file, data.draw(damage(texts[file])).encode("utf-8", "replace"), texts[file])
    if isinstance(read_back, Loaded):
        assert read_back.tables == loaded.tables


@patient(50)
@given(data=st.binary(max_size=60), place=st.integers(0, 20_000))
@example(data=b"\xff", place=100)
@example(data=b"\xef\xbb\xbf", place=0)
@example(data=b"\xed\xa0\x80", place=300)
def test_damage_in_the_bytes_never_crashes(root, whole, data, place):
    texts, loaded = whole
    good = texts[LIMITS].encode()
    read_back = read(root, LIMITS, good[:place] + data + good[place:], texts[LIMITS])
    if isinstance(read_back, Loaded):
        assert broken_checks(read_back, loaded) == []


@pytest.mark.parametrize("sign", ["[", "{", "{a: ", "- ", "? ", "- - ", ": "])
def test_any_depth_of_nesting_is_refused_and_ends_no_process(sign):
    """libyaml composes by recursion in C: a hundred thousand brackets would end the process without a word."""
    for text in (sign * 100_000, "a:\n" + sign * 100_000, "a: b\n" * 50 + "c: " + sign * 100_000):
        with pytest.raises(Refused) as refused:
            read_nodes(text.encode(), "data/limits.yaml")
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in refused.value.problems)


# Where it is said


NUMBERS = [
    (table, row, column)
    for table in ("wealth_limit", "income_limit", "required_funds", "basic_support")
    for row in (
        "2015",
        "2018",
        "2021",
        "2025",
        "2026",
        "2016-17",
        "2018-19",
        "2020-21",
        "2024-25",
        "2025-26",
        "2026-27",
    )
    for column in ("single", "couple", "whole_year", "seven_months_or_less", "month", "year", "autumn", "spring")
]


@patient(120)
@given(data=st.data())
def test_a_changed_figure_is_reported_on_its_line_or_names_it(root, whole, data):
    texts, loaded = whole
    known = [
        (table, row, column)
        for table, row, column in NUMBERS
        if row in loaded.tables[table].rows
        and column in loaded.tables[table].units
        and loaded.tables[table].rows[row].cells[column].value is not None
    ]
    table, row, column = data.draw(st.sampled_from(known))
    start, end = cell_span(texts[LIMITS], f"{table}.{row}.{column}")
    written = texts[LIMITS][start:end]
    typed = data.draw(
        st.from_regex(r"[0-9]{1,9}", fullmatch=True)
        | st.builds(
            lambda i, d: written[:i] + d + written[i + 1 :],
            st.integers(0, len(written) - 1),
            st.sampled_from("0123456789"),
        )
        | st.sampled_from([f"-{written}", f"{written}0", f"{written}.5", f"'{written}'", f"{written} kr", written[:-1]])
    )
    damaged = texts[LIMITS][:start] + typed + texts[LIMITS][end:]
    read_back = read(root, LIMITS, damaged.encode(), texts[LIMITS])
    if isinstance(read_back, Loaded):
        assert broken_checks(read_back, loaded) == []
        return
    line = line_of(damaged, start)
    told = set()
    for problem in read_back.problems:
        told |= {problem.line, *(problem.shows.get(each) for each in ("to_line", "old_line", "first"))}
        told |= {int(each) for each in str(problem.shows.get("lines", "")).split(", ") if each}
    assert line in told, f"line {line}: {refusal_text(read_back)}"


def refusal_text(refusal: Refused) -> str:
    return "\n".join(problem.say("en") for problem in refusal.problems)


@pytest.mark.parametrize("cut", ["{", "}", "[", "]", '"', ":", ","])
def test_a_sign_taken_away_is_reported_where_it_was(whole, cut):
    """Each bracket and quote, each fourth colon and comma: the line it stood on is the one that is named.

    What YAML reads all the same (a comma in a sentence, say) is left to the checks.
    """
    text = whole[0][LIMITS]
    refused = exact = 0
    for match in list(re.finditer(re.escape(cut), text))[:: 4 if cut in ":," else 1]:
        place = match.start()
        if text[text.rfind("\n", 0, place) + 1 : place].lstrip().startswith("#"):
            continue
        try:
            read_nodes((text[:place] + text[place + 1 :]).encode(), LIMITS)
        except Refused as refusal:
            refused += 1
            line = line_of(text, place)
            said = [problem.line for problem in refusal.problems]
            exact += line in said
            assert min(abs(each - line) for each in said) <= 1, f"line {line} is reported as {said}: {refusal}"
    assert exact >= 0.95 * refused


def test_the_place_of_a_cell_is_found_whatever_its_form():
    text = "t:\n  rows:\n    2020: {a: 1, b: {value: 22, status: official}}\n"
    assert text[slice(*cell_span(text, "t.2020.b"))] == "22"
    assert node_at(text, ("t", "rows", "2020", "a")).value == "1"
