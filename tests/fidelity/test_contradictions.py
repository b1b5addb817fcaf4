"""Each way in which a view can contradict its source is caught, and each sound restatement of the same code is not."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.fidelity import Report, compare

SOURCE = """
def charge(self, user, amount, cards):
    if user is None or not user.active:
        raise BillingError("unknown user")
    total = amount * 1.19
    if amount > user.limit:
        self.audit.record(user, total)
        raise LimitError("over limit")
    for card in cards:
        if card.expired:
            self.mailer.warn_owner(card.owner, "expired")
            continue
        self.gateway.debit(card, total)
    if user.premium:
        user.points += 25
    else:
        user.visits = 7
    return Receipt(user.id, total)
"""


def judged(view: str, source: str = SOURCE) -> Report:
    """The verdict on another Python text as if it were the view."""
    return compare(lower_unit(source, "python"), lower_unit(view, "python"), "python", source_text=source)


def test_a_view_that_says_the_same_passes() -> None:
    report = judged(SOURCE)
    assert report.passed and report.score == 1.0 and not report.missing


SOUND = {
    "locals are renamed": [("total", "t"), ("card.", "c."), ("card,", "c,"), ("for card", "for c")],
    "a temporary is inlined": [("    total = amount * 1.19\n", ""), ("total", "amount * 1.19")],
    "De Morgan": [("if user is None or not user.active", "if not (user is not None and user.active)")],
    "order turned": [("amount > user.limit", "user.limit < amount")],
    "order denied": [("amount > user.limit", "not amount <= user.limit")],
    "branches turned with their condition": [
        ("if user.premium:\n        user.points += 25\n    else:\n        user.visits = 7",
         "if not user.premium:\n        user.visits = 7\n    else:\n        user.points += 25"),
    ],
    "continue becomes else": [
        ("            continue\n        self.gateway", "        else:\n            self.gateway"),
    ],
    "a condition is named": [
        ("    if user.premium:", "    best = user.premium\n    if best:"),
    ],
    "the loop's source is named": [("    for card in cards", "    all_of_them = cards\n    for card in all_of_them")],
}  # fmt: skip


@pytest.mark.parametrize("how", SOUND)
def test_sound_restatements_pass(how: str) -> None:
    view = SOURCE
    for old, new in SOUND[how]:
        assert old in view
        view = view.replace(old, new)
    report = judged(view)
    assert report.passed, str(report)


FAULTY = {
    "a call is dropped": ("        self.audit.record(user, total)\n", ""),
    "a condition is negated": ("if user.premium", "if not user.premium"),
    "a condition's part is negated": ("not user.active", "user.active"),
    "an order is turned": ("amount > user.limit", "amount < user.limit"),
    "an error is renamed": ("LimitError", "BudgetError"),
    "an error is exchanged": ("LimitError", "BillingError"),
    "a message is changed": ('"over limit"', '"over budget"'),
    "a number is changed": ("25", "35"),
    "numbers are exchanged": ("1.19", "7"),
    "a step is invented": ("    return Receipt", "    self.ledger.close(user)\n    return Receipt"),
    "a guard is lost": ("        if card.expired:\n            self.mailer.warn_owner(card.owner, \"expired\")\n            continue\n",
                        "        self.mailer.warn_owner(card.owner, \"expired\")\n"),
    "an error is raised without its guard": ('    if user is None or not user.active:\n        raise', "    raise"),
    "branches are exchanged": ("user.points += 25\n    else:\n        user.visits = 7", "user.visits = 7\n    else:\n        user.points += 25"),
    "branches are merged": ("    if user.premium:\n        user.points += 25\n    else:\n        user.visits = 7", "    user.points += 25\n    user.visits = 7"),
    "arguments are exchanged": ("self.gateway.debit(card, total)", "self.gateway.debit(total, card)"),
    "another argument is passed": ("self.audit.record(user, total)", "self.audit.record(cards, total)"),
    "a loop goes over another thing": ("for card in cards", "for card in user"),
    "a step leaves its loop": ("        self.gateway.debit(card, total)", "    self.gateway.debit(card, total)"),
    "a step leaves its guard": ("    if amount > user.limit:\n        self.audit.record(user, total)\n",
                                "    self.audit.record(user, total)\n    if amount > user.limit:\n"),
    "a step gets a guard": ("    return Receipt(user.id, total)", "    if user.verified:\n        return Receipt(user.id, total)"),
    "another attribute is written": ("user.visits = 7", "user.id = 7"),
    "another value is written": ("user.visits = 7", "user.visits = amount"),
    "another thing is returned": ("Receipt(user.id, total)", "Receipt(user.limit, total)"),
    "a parameter is lost": ("user, amount, cards)", "user, amount)"),
}  # fmt: skip


@pytest.mark.parametrize("how", FAULTY)
def test_faulty_views_fail(how: str) -> None:
    old, new = FAULTY[how]
    assert old in SOURCE
    report = judged(SOURCE.replace(old, new))
    assert not report.passed, how


def test_findings_say_what_is_wrong() -> None:
    report = judged(SOURCE.replace("if user.premium", "if not user.premium"))
    assert any("points" in text and "opposite" in text for text in report.contradictions)
    report = judged(SOURCE.replace("        self.audit.record(user, total)\n", ""))
    assert "call record" in report.missing
    assert "call record" in report.left_out


def test_logging_may_go_with_its_texts() -> None:
    source = 'def f(x):\n    logger.info("starting %s", x.name)\n    return g(x)\n'
    report = judged("def f(x):\n    return g(x)\n", source)
    assert report.passed and report.score == 1.0


def test_a_rule_may_state_facts_for_a_view() -> None:
    source = "def f(x):\n    x.frobnicate()\n    return g(x)\n"
    view = "def f(x):\n    return g(x)\n"
    assert not judged(view, source).passed
    trees = lower_unit(source, "python"), lower_unit(view, "python")
    assert compare(*trees, "python", stated={"call frobnicate"}).passed
