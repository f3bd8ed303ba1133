"""The macros a page may use. Every figure in a text comes through one of these.

    {{ figure("wealth_limit", "single") }}            the figure of the year in force
    {{ figure("wealth_limit", "single", 2020) }}      the figure of a named row
    {{ in_force("calendar_year") }}                   the year that counts now
    {{ calculator("wealth") }}                        the calculator, with a worked answer already in it
    {{ batch() }}                                     the form that takes a file of many students
    {{ batch_columns() }} {{ batch_template() }}      what that file holds, and one to begin with
    {{ embed_snippet() }}                             the form that writes the lines to embed a calculator
    {{ worked_examples("wealth") }}                   the worked examples of tests/examples/wealth.yaml
    {{ picture("wealth") }}                           a picture drawn from the figures, with the same in words
    {{ term("conversion", "gjøres om") }}             a term, explained where it first appears
    {{ contact("lanekassen_customers") }}             a phone number, an address, an account: data/contacts.yaml
    {{ hours("lanekassen_customers") }}               when it can be reached; quietest(…) when the wait is shortest
    {{ source("lk-wealth-2019") }}                    a link to a source, which then stands in the page's list
    {{ outside("lk-appeals", "Lånekassen") }}         a link straight to the source's own page
    {{ data_file("limits.json") }}                    a link to one of the files under api/
    {{ since("2020-21") }}                            a year that explains a change and belongs to no figure
    {{ all_figures() }} {{ contacts() }} {{ all_sources() }}   everything there is, and where it comes from
    {{ not_covered() }}                               what the calculators leave out, and which of them
    {{ glossary() }}                                  every term in both languages, explained
    {{ write_to_us() }}                               where to tell of an error, if the setting says it
    {{ corrections() }}                               what was corrected in earlier figures, the newest first
    {{ checked() }}                                   last on every page: sources, when read, valid until

An unknown name stops the build.
"""

from collections import defaultdict
from html import escape
from pathlib import Path

from scripts.pages import all_figures as everything
from scripts.pages import batch_tool, embed, figures, forms, inline, open_data
from scripts.pages.book import Place, open_book
from scripts.pages.corrections import corrections_html
from scripts.pages.glossary import glossary_html
from scripts.pages.not_covered import not_covered_html
from scripts.pages.pictures import picture_html
from scripts.pages.write_to import write_to_html


def define_env(env) -> None:
    """Called by mkdocs-macros once a language: hands the macros to the pages."""
    book = open_book(env.conf["theme"]["language"])
    engine = Path(env.conf["extra"]["engine_dir"])
    cited: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def here() -> Place:
        return Place(env.page.url)

    def cite(sources) -> None:
        cited[env.page.url].update(dict.fromkeys(sources))

    @env.macro
    def figure(table: str, column: str, period: object = "in_force") -> str:
        html, limit = figures.figure_html(book, here(), table, column, str(period))
        cite(limit.sources if limit else ())
        return html

    @env.macro
    def in_force(what: str) -> str:
        return inline.period_html(book.tables.in_force[what])

    @env.macro
    def calculator(name: str) -> str:
        return forms.calculator_html(book, here(), name, engine, env.conf["extra"].get("write_to"))

    @env.macro
    def batch() -> str:
        return batch_tool.batch_html(book, here(), engine)

    @env.macro
    def batch_columns() -> str:
        return batch_tool.columns_html(book)

    @env.macro
    def batch_template() -> str:
        return batch_tool.template_html(book)

    @env.macro
    def embed_snippet() -> str:
        return embed.snippet_writer_html(book, env.conf["extra"]["site_root"])

    @env.macro
    def worked_examples(name: str) -> str:
        return forms.worked_examples_html(book, name)

    @env.macro
    def picture(name: str) -> str:
        return picture_html(book, here(), name)

    @env.macro
    def term(name: str, text: str | None = None) -> str:
        return inline.term_html(book, here(), name, text)

    @env.macro
    def contact(name: str, part: str = "value") -> str:
        return inline.contact_html(book, name, part)

    @env.macro
    def hours(name: str) -> str:
        return inline.hours_html(book, name)

    @env.macro
    def quietest(name: str) -> str:
        return inline.hours_html(book, name, "quietest")

    @env.macro
    def outside(source_id: str, text: str | None = None) -> str:
        cite([source_id])
        return inline.outside_html(book, source_id, text)

    @env.macro
    def data_file(name: str, text: str | None = None) -> str:
        return open_data.file_html(book.tables, here(), name, text)

    @env.macro
    def since(period: str) -> str:
        return inline.period_html(period)

    @env.macro
    def source(source_id: str) -> str:
        if source_id not in book.tables.contents["sources"]:
            raise figures.NoSuchFigure(f"there is no source {source_id!r} in data/sources.yaml")
        cite([source_id])
        title = escape(book.tables.source(source_id)["title"])
        return f'<a href="{here().up}figures/#source-{source_id}">{title}</a>'

    @env.macro
    def all_figures() -> str:
        return everything.all_figures_html(book, here())

    @env.macro
    def all_sources() -> str:
        return everything.all_sources_html(book)

    @env.macro
    def contacts() -> str:
        return everything.contacts_html(book)

    @env.macro
    def not_covered() -> str:
        return not_covered_html(book, here())

    @env.macro
    def glossary() -> str:
        return glossary_html(book)

    @env.macro
    def corrections() -> str:
        return corrections_html(book, here())

    @env.macro
    def write_to_us() -> str:
        return write_to_html(book, env.conf["extra"].get("write_to"))

    @env.macro
    def checked() -> str:
        return figures.checked_html(book, here(), list(cited[env.page.url]))
