"""Whether a match may be ticked beforehand, and what speaks against it.

A wrong tick pays somebody's money to somebody else, and a list of right ticks is not read
closely: so one doubt is enough to leave the wire to a person. docs/decisions/0016.
"""

from __future__ import annotations

from collections.abc import Iterator

from payments.matching import reasons
from payments.matching.case import Case
from payments.matching.evidence import Evidence, Kind, Weight
from payments.matching.targets import Target, is_asked_or_announced

_PAYER_KINDS = {Kind.PAYER, Kind.NAME, Kind.ANNOUNCED}


def is_proven(case: Case, target: Target) -> bool:
    """Whether the texts name customer, balance and top-up beyond chance: by a reference, or
    by the account number alone where only one thing can be meant by it."""
    return _has_reference(case, target) or _is_the_only_meaning(case, target)


def doubts(case: Case, target: Target) -> list[str]:
    """What speaks against a tick, however good the proof."""
    return [
        *_about_the_top_up(case, target),
        *_about_the_balance(case, target),
        *_about_others(case, target),
    ]


def _has_reference(case: Case, target: Target) -> bool:
    return target.top_up is not None and any(
        each.is_proof and each.kind is Kind.REFERENCE and each.top_up is target.top_up
        for each in case.of(target.account_number)
    )


def _is_the_only_meaning(case: Case, target: Target) -> bool:
    """The number is more than eight digits by chance, and one open top-up has exactly this
    amount; or the balance stands right beside it and nothing is open there: one is made."""
    own = case.of(target.account_number)
    numbers = [each for each in own if each.is_proof and each.kind is Kind.ACCOUNT_NUMBER]
    is_known = any(_tells_the_payer(each) for each in own)
    if not numbers or not (is_known or any(each.is_ours for each in numbers)):
        return False
    if target.top_up is not None:
        return is_asked_or_announced(target.top_up, case.wire)
    opened = case.book.open_of(target.account_number)
    is_beside = any(each.purse == target.purse for each in numbers)
    return is_beside and all(top_up.purse != target.purse for top_up in opened)


def _about_the_top_up(case: Case, target: Target) -> Iterator[str]:
    top_up, own = target.top_up, case.of(target.account_number)
    if top_up is None:
        unknown = (each.reference for each in own if each.top_up is None)
        yield from (reasons.no_such_top_up(reference) for reference in unknown if reference)
        return
    if not top_up.is_open:
        yield reasons.is_over(top_up)
    if target.alike > 1:
        yield reasons.several_of_the_amount(target.alike)
    named = {each.top_up.name for each in own if each.top_up and each.kind is Kind.REFERENCE}
    yield from (reasons.other_top_up_named(name) for name in sorted(named - {top_up.name}))


def _about_the_balance(case: Case, target: Target) -> Iterator[str]:
    if not target.purse:
        yield reasons.balance_not_told()
        return
    came = case.wire.money.currency
    kept = case.book.currency(target.account_number, target.purse)
    if kept is None:
        yield reasons.no_such_balance(target.purse)
    elif kept != came:
        yield reasons.other_currency(came=came, purse=target.purse, kept=kept)
    yield from (reasons.other_balance_named(purse) for purse in other_balances(case, target))


def other_balances(case: Case, target: Target) -> list[str]:
    """Named in the texts, in words or beside a number, instead of the target's or besides."""
    in_words = case.reading.purses if len(case.reading.purses) == 1 else frozenset()
    said = in_words | {each.purse for each in case.of(target.account_number) if _is_named(each)}
    return sorted(said - {"", target.purse})


def _about_others(case: Case, target: Target) -> Iterator[str]:
    others = case.of_others(target.account_number)
    for number in sorted({each.account_number for each in others if _is_named(each)}):
        yield reasons.other_customer_named(number)
    if not _has_reference(case, target):
        yield from _about_the_payer(case, target, others)
    if case.reading.is_cut:
        yield reasons.text_too_long()


def _about_the_payer(case: Case, target: Target, others: list[Evidence]) -> Iterator[str]:
    """Known from somebody else only: the number may be that of an invoice."""
    if any(_tells_the_payer(each) for each in case.of(target.account_number)):
        return
    known = {each.account_number for each in others if each.kind is Kind.PAYER or each.is_exact}
    yield from (reasons.other_customers_payer(number) for number in sorted(known))


def _tells_the_payer(evidence: Evidence) -> bool:
    """By name or account; a name of another legal form is another firm until somebody looks."""
    return evidence.kind in _PAYER_KINDS and evidence.weight >= Weight.LIKE_NAME


def _is_named(evidence: Evidence) -> bool:
    """In the texts; a mistyped reference that checks when corrected names its customer, too."""
    is_in_texts = evidence.kind in {Kind.REFERENCE, Kind.ACCOUNT_NUMBER}
    return is_in_texts or evidence.weight == Weight.NEAR_REFERENCE
