"""Customers and top-ups that the texts of a wire name."""

from __future__ import annotations

from collections.abc import Iterator

from payments.gateways.wire.reference import WireReference
from payments.matching import reasons
from payments.matching.book import Book
from payments.matching.evidence import Evidence, Kind, Weight
from payments.matching.near import near_numbers
from payments.matching.numbers import NumberFound
from payments.matching.reading import Reading, Source
from payments.matching.references import ReferenceFound, fits
from payments.matching.words import Label

_REFERENCE_WEIGHTS = {
    Source.STRUCTURED: Weight.STRUCTURED_REFERENCE,
    Source.TEXT: Weight.REFERENCE,
    Source.END_TO_END: Weight.END_TO_END_REFERENCE,
}
_NUMBER_REASONS = {
    Source.STRUCTURED: reasons.account_number_in_reference,
    Source.TEXT: reasons.account_number_in_text,
    Source.END_TO_END: reasons.account_number_in_end_to_end_id,
}


def named_in_texts(reading: Reading, book: Book) -> Iterator[Evidence]:
    for name in reading.top_up_names:
        if (top_up := book.by_name(name)) is not None:
            yield Evidence(
                Kind.REFERENCE,
                top_up.account_number,
                Weight.REFERENCE,
                reasons.top_up_named(top_up),
                purse=top_up.purse,
                top_up=top_up,
                is_proof=True,
            )
    for reference, source in reading.references:
        if reference.names:
            yield from _by_reference(reference, source, book)
        else:
            yield from _by_mistyped_reference(reference, book)
    for number, source in reading.numbers:
        if book.customer(number.digits) is not None:
            yield _by_number(number, source)
        else:
            yield from _by_mistyped_number(number, book)


def _by_reference(found: ReferenceFound, source: Source, book: Book) -> Iterator[Evidence]:
    """Where the reference may end in two places, the one that is somebody's top-up is meant."""
    weight = _REFERENCE_WEIGHTS[source] if found.has_rf else Weight.REFERENCE_WITHOUT_RF
    known = [name for name in found.names if book.customer(name.account_number) is not None]
    with_top_up = [name for name in known if book.by_reference(name) is not None]
    for name in with_top_up or known[:1]:
        top_up = book.by_reference(name)
        yield Evidence(
            Kind.REFERENCE,
            name.account_number,
            weight,
            reasons.reference_of_top_up(name, top_up)
            if top_up
            else reasons.reference_of_customer(name),
            purse=name.purse,
            top_up=top_up,
            reference=name,
            is_proof=found.has_rf and len(with_top_up) == 1,
        )


def _by_mistyped_reference(found: ReferenceFound, book: Book) -> Iterator[Evidence]:
    if book.customer(found.account_digits) is not None:
        yield Evidence(
            Kind.ACCOUNT_NUMBER,
            found.account_digits,
            Weight.WRONG_CHECK_DIGITS,
            reasons.wrong_check_digits(found.account_digits),
            purse=_purse_that_fits(found) or found.purse,
            number=found.numbers[0] if found.numbers else None,
        )
        return
    for near in near_numbers(found.account_digits):
        if book.customer(near.meant) is None:
            continue
        number = _number_that_fits(found, near.meant, purse=found.purse)
        yield Evidence(
            Kind.NEAR,
            near.meant,
            Weight.NEAR if number is None else Weight.NEAR_REFERENCE,
            reasons.near(near),
            purse=found.purse,
            number=number,
            top_up=None
            if number is None
            else book.by_reference(WireReference(near.meant, found.purse, number)),
        )


def _purse_that_fits(found: ReferenceFound) -> str:
    """The other balance, where its letter would make the check digits fit."""
    other = "sms" if found.purse == "voice" else "voice"
    number = _number_that_fits(found, found.account_digits, purse=other)
    return "" if number is None else other


def _number_that_fits(found: ReferenceFound, account_number: str, *, purse: str) -> int | None:
    """The top-up's number with which the check digits fit a corrected reference."""
    for number in found.numbers:
        if fits(check=found.check, account_number=account_number, purse=purse, number=number):
            return number
    return None


def _by_number(found: NumberFound, source: Source) -> Evidence:
    is_by_chance = found.label in {Label.DOCUMENT, Label.DAY}
    say = reasons.account_number_by_chance if is_by_chance else _NUMBER_REASONS[source]
    return Evidence(
        Kind.DAY if found.label is Label.DAY else Kind.ACCOUNT_NUMBER,
        found.digits,
        _number_weight(found, source),
        say(found.digits),
        purse=found.purse,
        number=found.number,
        is_proof=_number_weight(found, source) >= Weight.ACCOUNT_NUMBER and found.is_exact,
        is_ours=_is_ours(found),
    )


def _number_weight(found: NumberFound, source: Source) -> int:
    if found.label in {Label.DOCUMENT, Label.DAY}:
        return Weight.ACCOUNT_NUMBER_BY_CHANCE
    if not found.is_whole:
        return Weight.ACCOUNT_NUMBER_AMONG_OTHERS
    if source is Source.END_TO_END:
        return Weight.ACCOUNT_NUMBER_IN_END_TO_END_ID
    return Weight.ACCOUNT_NUMBER_CALLED_SO if _is_ours(found) else Weight.ACCOUNT_NUMBER


def _is_ours(found: NumberFound) -> bool:
    return found.label is Label.CUSTOMER or found.has_letter


def _by_mistyped_number(found: NumberFound, book: Book) -> Iterator[Evidence]:
    is_likely = found.is_whole and found.label not in {Label.DOCUMENT, Label.DAY}
    for near in near_numbers(found.digits):
        if book.customer(near.meant) is not None:
            yield Evidence(
                Kind.NEAR,
                near.meant,
                Weight.NEAR if is_likely else Weight.NEAR_BY_CHANCE,
                reasons.near(near),
                purse=found.purse,
                number=found.number,
            )
