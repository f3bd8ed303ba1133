"""The linters over the pages: what is typed by hand, where the languages differ, what was not read together."""

from pathlib import Path

import pytest

from scripts import check
from scripts.lint import lint
from scripts.lint.agreement import confirmed, stale, text_hash
from scripts.lint.confirm import main as confirm
from scripts.lint.newest_rows import outrun
from scripts.lint.page import TOP, read_page, read_pages
from scripts.lint.readability import lix, score
from scripts.lint.same_pages import differences
from scripts.lint.typed_figures import typed
from scripts.tables import ROOT, load

PAGE = """\
---
title: Wealth
description: The limit and the rule.
---

# Wealth

**You can have {{ figure("wealth_limit", "single") }}.** See [payments](payments.md#abroad).

## How it works { #how }

1. Read {{ source("lk-wealth-2019") }}.
2. Count {{ term("net_wealth", "what you own") }}.

!!! warning "Take care"
    Call {{ contact("lanekassen_customers") }}.

{{ checked() }}
"""


@pytest.fixture(scope="module")
def loaded():
    return load()


def page(text, lang="en", name="wealth.md"):
    return read_page(text, lang, name)


def rules(problems):
    return sorted(problem.rule for problem in problems)


def pair(nb, en):
    return {"nb": page(nb, "nb"), "en": page(en, "en")}


# Reading


def test_a_page_is_read_with_its_macros_sections_and_links():
    read = page(PAGE)
    assert [(call.name, call.arguments, call.line, call.section) for call in read.calls] == [
        ("figure", ("wealth_limit", "single"), 8, TOP),
        ("source", ("lk-wealth-2019",), 12, "how"),
        ("term", ("net_wealth", "what you own"), 13, "how"),
        ("contact", ("lanekassen_customers",), 16, "how"),
        ("checked", (), 18, "how"),
    ]
    assert [(each.level, each.id) for each in read.headings] == [(1, None), (2, "how")]
    assert [(each.target, each.section) for each in read.links] == [("payments.md#abroad", TOP)]
    assert read.meta["title"] == "Wealth"


# Figures typed by hand


@pytest.mark.parametrize(
    ("text", "rule", "use"),
    [
        ("The limit is NOK 428 861.", "typed_amount", 'figure("wealth_limit", "single", "2020")'),
        ("Grensen er 428 861 kroner.", "typed_amount", 'figure("wealth_limit", "single", "2020")'),
        ("The limit is 428,861.", "typed_amount", 'figure("wealth_limit", "single", "2020")'),
        ("Gebyret er kr 280.", "typed_amount", 'figure("reminder_fee", "fee", "first_reminder")'),
        ("About 123456 in all.", "typed_amount", 'figure("…", "…", "…")'),
        ("The rate is 5.128 %.", "typed_percent", 'figure("interest_rate", "floating", "2024-05-01")'),
        ("Renten er 5,128 prosent.", "typed_percent", 'figure("interest_rate", "floating", "2024-05-01")'),
        ("It was so in 2024.", "typed_year", "in_force"),
        ("From 2025–26 on.", "typed_year", "since("),
        ("Call +47 21 49 60 00.", "typed_phone", 'contact("lanekassen_customers")'),
        ("Ring 21 49 60 00.", "typed_phone", 'contact("lanekassen_customers")'),
        ("Pay to 7694.05.20300.", "typed_account", 'contact("repayment_account")'),
        ("Pay to NO55 7694 0520 300.", "typed_account", 'contact("repayment_account")'),
    ],
)
def test_a_figure_typed_by_hand_is_told_with_the_macro_to_use(loaded, text, rule, use):
    found = list(typed(page(f"# A\n\nOne line\n{text}\n"), loaded))
    assert rules(found) == [rule]
    assert (found[0].file, found[0].line) == ("docs/en/wealth.md", 4)
    for lang in ("nb", "en"):
        assert use in found[0].say(lang)


def test_figures_are_seen_in_every_place_a_reader_sees_them(loaded):
    text = (
        "---\ntitle: In 2024\ndescription: You get kr 500.\n---\n\n# A 2021\n\n- item 2022\n\n"
        '!!! note "Box 2023"\n    Inside 2025.\n\n| Year | b |\n|---|---|\n| 2026 | x |\n\n<p>From 2019</p>\n'
    )
    found = list(typed(page(text), loaded))
    assert [(problem.shows["typed"], problem.line) for problem in sorted(found)] == [
        ("2024", 2), ("kr 500", 3), ("2021", 6), ("2022", 8), ("2023", 10), ("2025", 11), ("2026", 15), ("2019", 17),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '{{ figure("wealth_limit", "single", 2020) }} and {{ since("2020-21") }}',
        "Python 3.11, CC BY 4.0 and WCAG 2.2 in 30 steps",
        "`python3 -m calculators wealth --year 2020`",
        "```\nyear: 2020\n```",
        "[a page](https://example.org/2020/)",
        '{# allow "2024/2025": the heading as the institution writes it #}The list for 2024/2025',
    ],
)
def test_what_is_not_a_typed_figure_passes(loaded, text):
    assert not list(typed(page(f"# A\n\n{text}\n"), loaded))


def test_an_exception_needs_its_reason(loaded):
    assert rules(typed(page('# A\n\n{# allow "2024": #}In 2024\n'), loaded)) == ["typed_year"]


# Figures kept by date


def test_a_rate_that_a_newer_one_has_outrun_is_told_where_it_passes_for_the_newest(loaded):
    rows = loaded.tables["interest_rate"].rows.values()
    *_, third, second, newest = [row.key for row in rows if row.cells["floating"].value is not None]

    def shows(day):
        return f'{{{{ figure("interest_rate", "floating", "{day}") }}}}'

    text = f"# A\n\nNow {shows(second)}.\n\n## B {{ #b }}\n\n{shows(newest)}, {shows(second)}\n\n"
    text += f"## C {{ #c }}\n\n{shows(third)}\n"
    [found] = outrun(page(text), loaded)
    assert (found.rule, found.line) == ("newer_row", 3)
    for lang in ("nb", "en"):
        assert shows(newest) in found.say(lang) and second in found.say(lang)
    assert not list(outrun(page(text.replace(f"Now {shows(second)}", f"Now {shows(newest)}")), loaded))
    assert not list(outrun(page('{{ figure("wealth_limit", "single", "2019") }}{{ figure("x", "y", "z") }}'), loaded))


# Both languages


def test_pages_that_say_the_same_differ_in_nothing():
    assert not list(differences(pair(PAGE.replace("what you own", "det du eier"), PAGE)))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('{{ figure("wealth_limit", "single") }}', "much", "page_lacks_macro"),
        ('{{ figure("wealth_limit", "single") }}', '{{ figure("wealth_limit", "couple") }}', "page_lacks_macro"),
        ('Call {{ contact("lanekassen_customers") }}.', "Call.", "page_lacks_macro"),
        ("[payments](payments.md#abroad)", "payments", "page_lacks_link"),
        ("## How it works { #how }", "How it works", "page_lacks_heading"),
        ("## How it works { #how }", "## How it works", "heading_without_id"),
        ("## How it works { #how }", "### How it works { #how }", "heading_level"),
    ],
)
def test_what_one_language_lacks_is_told_with_its_place(old, new, rule):
    found = list(differences(pair(PAGE, PAGE.replace(old, new))))
    assert rule in rules(found)
    for problem in found:
        assert problem.file in problem.say("nb") and problem.say("en")


def test_headings_in_another_order_are_told():
    two = "# A\n\n## One { #one }\n\n## Two { #two }\n"
    other = "# A\n\n## Two { #two }\n\n## One { #one }\n"
    assert rules(differences(pair(two, other))) == ["heading_order"]


def test_a_page_in_one_language_only_is_told():
    assert rules(differences({"nb": page(PAGE, "nb")})) == ["page_alone"]


# Read together


def test_a_page_goes_stale_when_the_other_language_changes_until_it_is_confirmed():
    nb, en = confirmed(PAGE, PAGE), confirmed(PAGE, PAGE)
    assert not list(stale(pair(nb, en)))
    changed = en.replace("You can have", "You may have")
    found = list(stale(pair(nb, changed)))
    assert [(problem.rule, problem.file) for problem in found] == [("page_stale", "docs/nb/wealth.md")]
    assert text_hash(changed) in found[0].say("nb")
    assert not list(stale(pair(confirmed(nb, changed), confirmed(changed, nb))))


def test_a_page_never_read_together_is_told():
    assert rules(stale(pair(PAGE, PAGE))) == ["page_unread", "page_unread"]


def test_spaces_at_the_end_of_lines_do_not_make_a_page_stale():
    assert text_hash(PAGE) == text_hash(PAGE.replace("rule.\n", "rule.  \r\n") + "\n\n")


@pytest.fixture
def docs(tmp_path):
    for lang in ("nb", "en"):
        (tmp_path / "docs" / lang).mkdir(parents=True)
        (tmp_path / "docs" / lang / "wealth.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_confirm_writes_both_pages(docs, capsys):
    assert confirm(["wealth", "--lang", "en"], docs) == 0
    assert "confirmed" in capsys.readouterr().out
    assert not [problem for each in read_pages(docs).values() for problem in stale(each)]
    assert confirm(["--all", "--lang", "en"], docs) == 0
    assert "already" in capsys.readouterr().out


def test_confirm_refuses_pages_that_differ_and_pages_that_are_not_there(docs, capsys):
    path = docs / "docs" / "en" / "wealth.md"
    path.write_text(PAGE.replace("[payments](payments.md#abroad)", "payments"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert confirm(["wealth"], docs) == 1
    assert "payments.md#abroad" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == before
    assert confirm(["welth"], docs) == 1
    assert "wealth" in capsys.readouterr().out


# Readability


def test_lix_is_the_published_formula():
    words = ["The", "cat", "sat", "on", "the", "mat", "because", "nobody", "answered"]
    assert lix(words, 1) == pytest.approx(9 + 100 * 2 / 9)
    assert lix(words, 3) == pytest.approx(3 + 100 * 2 / 9)
    assert lix([], 0) == 0


def test_sentences_are_counted_in_paragraphs_and_lists_and_terms_are_words():
    text = (
        '# A heading\n\nOne sentence here. {{ term("net_wealth", "What you own") }} counts! Is 3.5 one word?\n\n'
        "- A short item\n- Another one\n\n| not | counted |\n|---|---|\n| at | all |\n"
    )
    found = score(page(text))
    assert [sentence.text for sentence in found.sentences] == [
        "One sentence here.", "What you own counts!", "Is 3.5 one word?", "A short item", "Another one",
    ]  # fmt: skip
    assert found.words == 3 + 4 + 4 + 3 + 2


# The pages we have


def test_our_pages_have_no_slip(loaded):
    assert [problem.say("en") for problem in lint(loaded, ROOT)] == []


def test_the_check_reads_the_pages_too(docs, monkeypatch, capsys):
    monkeypatch.setattr(check, "ROOT", docs)
    assert check.main(["--lang", "en"]) == 1
    assert "docs/en/wealth.md:1: error [page_unread]" in capsys.readouterr().out


# Plain words: 40 is the upper end of "easy", 50 of "medium" (newspapers).
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_our_pages_are_easy_to_read(lang):
    scores = {name: score(each[lang]) for name, each in read_pages(ROOT).items()}
    words = sum(each.words for each in scores.values())
    mean = sum(each.lix * each.words for each in scores.values()) / words
    hard = {name: round(each.lix) for name, each in scores.items() if each.lix > 45}
    print(f"\nLIX {lang}: {mean:.1f} over {words} words")
    assert mean < 40
    assert not hard


def test_every_page_of_the_guide_is_read():
    names = {path.name for path in (Path(ROOT) / "docs" / "nb").glob("*.md")}
    assert names == set(read_pages(ROOT))
