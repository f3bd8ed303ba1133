"""Who signs the support agreement, and how.

The rule (Lånekassen, "Help and contact", and the pages on parent signing): from 18 you sign yourself on Dine sider.
Under 18 one parent, or the guardian where there is none or the parents are abroad, signs; for a loan the pupil
signs together with that adult, and the agreement comes by post. Foster parents may only sign for a grant for course
materials, so for anything else the guardian signs. Nobody needs to sign for a grant for course materials alone.

Choice made: the help page says the last under 18 too, while the page on parent signing says that foster parents
may sign for that grant. We answer that no signature is needed, and tell foster parents of the second sentence.
"""

from decimal import Decimal

from calculators.core.form import choice, whole
from calculators.core.money import Quantity
from calculators.core.result import Notice, Outcome, calculated, looked_up, typed
from calculators.core.tables import Tables

FIELDS = (
    whole("age", 0, 120),
    choice("applied_for", ("equipment_grant", "grant", "grant_and_loan")),
    choice("guardian", ("parents", "guardian", "foster"), default="parents"),
)
OUTPUTS = {"signers": "choice", "how": "choice"}

NOBODY, YOU = "nobody", "you"
# By who looks after the pupil: who signs alone, and who signs together with the pupil.
ADULT = {"parents": "one_parent", "guardian": "guardian", "foster": "guardian"}
WITH_YOU = {"parents": "you_and_one_parent", "guardian": "you_and_guardian", "foster": "you_and_guardian"}


def calculate(tables: Tables, *, age: int, applied_for: str, guardian: str) -> Outcome:
    """Work out one case."""
    applied_step = typed(f"applied_for_{applied_for}", None)
    if applied_for == "equipment_grant":
        notices = (Notice("foster_may_sign"),) if guardian == "foster" else ()
        steps = (applied_step, calculated("no_signature", None))
        return Outcome({"signers": NOBODY, "how": "no_signature"}, "nobody", steps, notices)

    own_age = tables.limit("age_limit", "age", "sign_yourself")
    steps = [applied_step, typed("age", Quantity(Decimal(age), "count")), looked_up("sign_yourself_from", own_age)]
    if age >= own_age.value:
        steps.append(calculated("of_age", None))
        return Outcome({"signers": YOU, "how": "dine_sider"}, "you", tuple(steps), (Notice("login_trouble"),))

    notices = []
    if guardian == "foster":
        steps.append(calculated("foster_may_not", None))
    if guardian == "parents":
        notices.append(Notice("both_get_it"))
    if applied_for == "grant_and_loan":
        signers, how = WITH_YOU[guardian], "by_post"
        steps.append(calculated("loan_under_age", None))
        notices.append(Notice("loan_under_age_is_rare"))
    else:
        signers, how = ADULT[guardian], "parent_signing"
        steps.append(calculated("grant_under_age", None))
        notices.append(Notice("login_trouble"))
    return Outcome({"signers": signers, "how": how}, signers, tuple(steps), tuple(notices))
