"""Six questions that new readers bring, asked on a phone from the front page, in both languages.

A reader taps links by the words they see, fills in the form by its labels, and must find the answer in sight. What
the answer must be is written here as a sum over the figures of the sources, not taken from our own code.

`SHOTS=folder python3 scripts/dev.py test tests/test_tasks.py` also photographs each step, light and dark, as
folder/inherited-nb-1-front-light.png. Open the pictures, and judge as somebody who is tired.
"""

import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

BOOT = 60_000
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
MOST_CLICKS = 3
SEE_ANSWER = {"nb": "Se svaret", "en": "See the answer"}
TO_CALCULATOR = {"nb": "Gå til kalkulatoren", "en": "Go to the calculator"}
expect.set_options(timeout=15_000)

each_lang = pytest.mark.parametrize("lang", ["nb", "en"])


def interest(yearly):
    """What a krone has become after a month at this rate (percent a year)."""
    return 1 + Decimal(yearly) / 100 / 12


def instalment(debt, yearly, free_months, payments):
    """The equal payment, in whole kroner, of a debt that first grows in months when nothing is paid."""
    month = interest(yearly)
    return round(debt * month**free_months * (month - 1) / (1 - month**-payments))


def paid_in_all(debt, yearly, monthly):
    """What is paid until the debt is gone, the last payment being what is left."""
    paid = Decimal(0)
    while debt > 0:
        debt *= interest(yearly)
        payment = min(debt, Decimal(monthly))
        debt, paid = debt - payment, paid + payment
    return paid


# A debt of 300 000 at 4.602 %, paid off by 2 500 a month.
PAID = paid_in_all(300_000, "4.602", 2_500)


@dataclass(frozen=True)
class Task:
    """A question: the links to tap, what to type (label → text, choice or date), and what must then be in sight.

    `shows` is the machine value of each output, `tells` words of the answer, `leads` a link below it, that leads `to` a
    section of the guide, where `there` is what to do or know next.
    """

    clicks: dict
    types: dict
    shows: dict
    tells: dict
    leads: dict
    to: str
    there: dict


CALCULATED = {
    # Single, inherited 600 000, support for the 6 + 5 months of 2026: 2 % a month of what is above that year's limit.
    "inherited": Task(
        clicks={
            "nb": ["Fra lån til stipend", "Jeg har arvet eller spart. Hva skjer?"],
            "en": ["From loan to grant", "I have inherited or saved. What happens?"],
        },
        types={
            "nb": {
                "Kalenderår": "2026",
                "Sivilstand": "Enslig",
                "Nettoformue i kroner": "600 000",
                "Måneder med støtte": "11",
            },
            "en": {
                "Calendar year": "2026",
                "Relationship status": "Single",
                "Net wealth in NOK": "600,000",
                "Months with support": "11",
            },
        },
        shows={
            "reduction": (600_000 - 534_225) * Decimal("0.02") * (6 + 5),
            "excess": 600_000 - 534_225,
        },
        tells={
            "nb": ["redusere stipendet ditt med opptil 14 470,50 kr", "må du betale tilbake som lån"],
            "en": ["reduce your grant by up to NOK 14,470.50", "you repay as a loan"],
        },
        leads={"nb": "Se hva som regnes med i nettoformuen", "en": "See what counts as net wealth"},
        to="wealth/#what-counts",
        there={
            "nb": "Nettoformue er alt du eier, minus all gjelden din.",
            "en": "Net wealth is everything you own, minus all your debt.",
        },
    ),
    # From India for the autumn of 2026-27: five months of basic support, and money in India does not count.
    "from_india": Task(
        clicks={
            "nb": ["Komme til Norge", "Hvor mye penger må jeg vise UDI?"],
            "en": ["Coming to Norway", "How much money must I show UDI?"],
        },
        types={
            "nb": {
                "Studieår": "2026-27",
                "Hvor lenge skal du studere i Norge dette året?": "Bare høstsemesteret",
                "Hvor er du statsborger?": "Et annet land",
                "Hva slags studier?": "Utveksling",
                "Lærested": "Et annet lærested",
                "Egne penger i kroner": "90 000",
                "Hvor står pengene?": "I en bank i utlandet",
            },
            "en": {
                "Academic year": "2026-27",
                "How long will you study in Norway that year?": "The autumn semester only",
                "Where are you a citizen?": "Another country",
                "What kind of studies?": "Exchange",
                "Institution": "Another institution",
                "Your own money in NOK": "90,000",
                "Where is the money?": "In a bank abroad",
            },
        },
        shows={"required": 5 * 15_488, "missing": 5 * 15_488 - 0, "covered": 0, "route": "ask_institution"},
        tells={
            "nb": ["Hvor pengene skal stå: Spør lærestedet før du flytter penger.", "der de er nå, teller de ikke"],
            "en": [
                "Where the money should be: Ask the institution before you move money.",
                "where it is now, it does not count",
            ],
        },
        leads={"nb": "Se hvor pengene skal stå", "en": "See where the money should be"},
        to="deposit-account/#which",
        there={
            "nb": "Da trenger du lærestedets depositumskonto.",
            "en": "Then you need the institution's deposit account.",
        },
    ),
    # Support to 15 June: plan in the fifth month, invoice in the seventh, paid the month after; 20 years less 7 months.
    "finishing": Task(
        clicks={
            "nb": ["Betale tilbake", "Når må jeg begynne å betale, og hvor mye?"],
            "en": ["Paying back", "When do I start to pay, and how much?"],
        },
        types={
            "nb": {
                "Gjeld når støtten tar slutt": "450 000",
                "Rente per år i prosent": "4,602",
                "Siste dag med støtte": "2027-06-15",
            },
            "en": {
                "Debt when the support ends": "450,000",
                "Interest per year in percent": "4.602",
                "Last day of support": "2027-06-15",
            },
        },
        shows={
            "plan_month": "2027-11",
            "first_invoice_month": "2028-01",
            "first_due": "2028-02-15",
            "instalment": instalment(450_000, "4.602", 7, 20 * 12 - 7),
        },
        tells={"nb": ["3 004 kr i måneden", "15. februar 2028"], "en": ["NOK 3,004 a month", "15 February 2028"]},
        leads={"nb": "Kan du ikke betale? Se hva du kan gjøre", "en": "Cannot pay? See what you can do"},
        to="repayment/#cannot-pay",
        there={"nb": "Søk om utsettelse før forfall", "en": "Apply for deferral before the due date"},
    ),
    # 36 deferrals in all, 30 used, five more: the debt grows for five months, and each payment with it.
    "deferring": Task(
        clicks={
            "nb": ["Betale tilbake", "Kan jeg utsette en betaling?"],
            "en": ["Paying back", "Can I postpone a payment?"],
        },
        types={
            "nb": {
                "Utsettelser du har brukt": "30",
                "Utsettelser du ønsker nå": "5",
                "Gjeld i dag": "300 000",
                "Rente per år i prosent": "4,602",
                "Terminbeløp i måneden": "2 500",
            },
            "en": {
                "Deferrals you have used": "30",
                "Deferrals you want now": "5",
                "Debt today": "300,000",
                "Interest per year in percent": "4.602",
                "Monthly instalment": "2,500",
            },
        },
        shows={
            "allowed": "true",
            "left": 36 - 30,
            "extended_months": 5 * 1,
            "extra_interest": round(PAID * interest("4.602") ** 5, 2) - round(PAID, 2),
        },
        tells={"nb": ["Ja, du har nok igjen."], "en": ["Yes, you have enough left."]},
        leads={"nb": "Slik søker du om utsettelse", "en": "How to apply for deferral"},
        to="deferral/#how",
        there={"nb": "Velg hvilke betalinger det gjelder.", "en": "Choose which payments it is for."},
    ),
}


class Reader:
    """Somebody with a phone, who starts at the front page and counts each tap on a link."""

    def __init__(self, new_context, url, lang, task):
        self.page = new_context(**PHONE, color_scheme="light").new_page()
        self.root, self.lang, self.task = f"{url}{lang}/", lang, task
        self.clicks = self.steps = 0
        self.page.goto(self.root)
        self.photograph("front")

    def photograph(self, step):
        """Keep what the screen shows now, when SHOTS names a folder."""
        if not os.environ.get("SHOTS"):
            return
        self.steps += 1
        self.page.wait_for_timeout(300)  # smooth scrolling comes to rest
        for colours in ("light", "dark"):
            self.page.emulate_media(color_scheme=colours)
            name = f"{self.task}-{self.lang}-{self.steps}-{step}-{colours}.png"
            self.page.screenshot(path=Path(os.environ["SHOTS"]) / name, animations="disabled")
        self.page.emulate_media(color_scheme="light")

    def tap(self, link, within="main"):
        """Tap the link with this text, the first one when several say the same."""
        found = self.page.locator(within).get_by_role("link", name=link, exact=True).first
        found.scroll_into_view_if_needed()
        self.clicks += 1
        found.click()

    def is_at(self, place):
        """Check where the reader has come, and that the section named is on the screen."""
        expect(self.page).to_have_url(self.root + place)
        if "#" in place:
            expect(self.page.locator(f"[id='{place.partition('#')[2]}']")).to_be_in_viewport()

    @property
    def form(self):
        """The page's calculator."""
        return self.page.locator("form[data-calculator]")

    def fill_in(self, typed):
        """Type into the fields and choose among the choices, both found by their labels."""
        for label, text in typed.items():
            choices = self.form.get_by_role("group", name=label, exact=True)
            if choices.count():
                choices.get_by_label(text, exact=True).check()
                continue
            field = self.form.get_by_label(label, exact=True)
            if field.evaluate("field => field.localName") == "select":
                field.select_option(label=text)
            else:
                field.fill(text)

    def sees_answer(self, shows):
        """Wait for the answer, tap through to it as the line at the edge of the screen offers, and read it."""
        for output, value in shows.items():
            found = self.page.locator(f"[data-result] [data-output='{output}']").first
            expect(found).to_have_attribute("data-value", plain(value), timeout=BOOT)
        self.photograph("filled-in")
        assert self.clicks <= MOST_CLICKS
        peek = self.page.get_by_role("button", name=SEE_ANSWER[self.lang], exact=True)
        if peek.is_visible():
            peek.click()
        expect(self.page.locator("[data-result] .calculator__number")).to_be_in_viewport()
        expect(self.page.locator("[data-result] .calculator__sentence")).to_be_in_viewport()
        self.photograph("answer")
        # Chromium writes the space of an amount as it stands; a reader sees a space.
        return self.page.locator("[data-result]").inner_text().replace("\u00a0", " ")


def plain(value):
    """A number or word as it stands in data-value: 14470.50 as 14470.50, 5 as 5."""
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal("0.01")) if value % 1 else value.quantize(Decimal(1)), "f")
    return str(value)


@pytest.mark.parametrize("name", CALCULATED)
@each_lang
def test_a_question_is_answered_from_the_front_page(new_context, site_url, lang, name):
    task = CALCULATED[name]
    reader = Reader(new_context, site_url, lang, name)
    for link in task.clicks[lang]:
        reader.tap(link)
        reader.photograph("tapped")
    reader.tap(TO_CALCULATOR[lang])
    expect(reader.page.locator(".calculator")).to_be_in_viewport()
    reader.photograph("form")
    reader.fill_in(task.types[lang])
    said = reader.sees_answer(task.shows)
    for words in task.tells[lang]:
        assert words in said
    reader.tap(task.leads[lang], "[data-result]")
    reader.is_at(task.to)
    expect(reader.page.get_by_text(task.there[lang]).first).to_be_in_viewport()
    reader.photograph("next")


# What has another answer than a number

INVOICE = {
    "nb": {
        "topic": "Betale tilbake",
        "link": "Er denne fakturaen falsk?",
        "account": "Kontonummer eller IBAN",
        "kid": "KID-nummer",
        "dont_pay": "Ikke betal",
        "lead": "ikke betal: Logg inn på Dine sider",
        "log_in": "Logg inn på Dine sider",
        "yourself": "ikke fra en lenke du har fått",
        "leads": "Slik unngår du svindel",
        "trusted": ["er ekte", "er trygg", "kan du betale", "er riktig faktura"],
    },
    "en": {
        "topic": "Paying back",
        "link": "Is this invoice fake?",
        "account": "Account number or IBAN",
        "kid": "KID number",
        "dont_pay": "Do not pay",
        "lead": "do not pay: log in to Dine sider",
        "log_in": "Log in to Dine sider",
        "yourself": "not from a link you were sent",
        "leads": "How to avoid fraud",
        "trusted": ["is genuine", "is real", "is safe", "you can pay", "is not fake"],
    },
}


@each_lang
def test_no_numbers_make_an_invoice_genuine(new_context, site_url, lang):
    says = INVOICE[lang]
    reader = Reader(new_context, site_url, lang, "invoice")
    reader.tap(says["topic"])
    reader.photograph("topic")
    reader.tap(says["link"])
    expect(reader.page.locator("article p strong").first).to_contain_text(says["lead"])
    reader.photograph("page")
    reader.tap(TO_CALCULATOR[lang])
    reader.photograph("form")
    # An account that is not Lånekassen's, and then the right one, which anybody can copy.
    for account, matches, verdict in (
        ("1234 56 78903", "false", "may_be_wrong"),
        ("7694 05 20300", "true", "cannot_tell"),
    ):
        reader.fill_in({says["account"]: account, says["kid"]: "79927398713"})
        said = reader.sees_answer({"verdict": verdict, "account_matches": matches})
        assert says["log_in"] in said and says["yourself"] in said
        assert (says["dont_pay"] in said) == (matches == "false")
        assert [words for words in says["trusted"] if words in said] == []
    reader.tap(says["leads"], "[data-result]")
    reader.is_at("invoice/#scams")
    reader.photograph("next")


QUITTING = {
    "nb": {
        "topic": "Noe har endret seg",
        "link": "slutter",
        "first": "Logg inn på Dine sider hos Lånekassen og si fra",
        "example": "et eksempel, måned for måned",
        "pay": "Regn ut dine egne måneder",
    },
    "en": {
        "topic": "Something has changed",
        "link": "quit",
        "first": "Log in to Dine sider at Lånekassen and report it",
        "example": "an example, month by month",
        "pay": "Work out your own months",
    },
}


@each_lang
def test_whoever_quits_in_october_is_told_what_to_do_first_and_whom_to_tell(new_context, site_url, lang):
    says = QUITTING[lang]
    reader = Reader(new_context, site_url, lang, "quitting")
    reader.tap(says["topic"])
    reader.photograph("topic")
    reader.tap(says["link"])
    reader.is_at("when-things-change/#quit")
    first = reader.page.locator("#quit ~ ol > li").first
    expect(first).to_contain_text(says["first"])
    expect(first).to_be_in_viewport()
    reader.photograph("quit")
    reader.tap(says["example"])
    reader.is_at("when-things-change/#quit-october")
    assert reader.clicks <= MOST_CLICKS
    reader.photograph("october")
    reader.tap(says["pay"])
    reader.is_at("repayment/#repayment-title")
    reader.photograph("pay")


# Another way: the search


@pytest.mark.parametrize(
    ("lang", "typed", "hit", "place"),
    [
        ("nb", "arvet penger", "Formue og stipend", "wealth/"),
        ("nb", "falsk faktura", "Er fakturaen ekte?", "invoice/"),
        ("en", "quit in october", "Example: you quit in October", "when-things-change/#quit-october"),
        ("en", "money india autumn", "Money for the study permit", "deposit/"),
    ],
)
def test_the_question_typed_into_the_search_leads_to_the_same_page(new_context, site_url, lang, typed, hit, place):
    reader = Reader(new_context, site_url, lang, f"search-{typed.replace(' ', '-')}")
    page = reader.page
    page.locator("[data-search-open]").click()
    page.locator(".search input").fill(typed)
    found = page.locator(".search__hit a").filter(has_text=hit).first
    expect(found).to_be_in_viewport()
    reader.photograph("hits")
    reader.tap(found.inner_text(), ".search")
    reader.is_at(place)
    reader.photograph("page")
