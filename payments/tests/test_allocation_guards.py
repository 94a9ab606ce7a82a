"""What the database refuses of wires and allocations, whoever writes."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from payments.models import Allocation
from payments.tests.builders import usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.wire_builders import make_wire

pytestmark = pytest.mark.django_db
Stage = Allocation.Stage


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE payments_receipt SET amount = 1", "receipts_stay_as_the_bank_told_them"),
        (
            "UPDATE payments_receipt SET open_amount = 0",
            "receipts_are_given_out_by_allocations",
        ),
        ("DELETE FROM payments_receipt", "receipts_are_never_deleted"),
        ("UPDATE payments_statementline SET text = ''", "statement_lines_are_never_changed"),
        ("UPDATE payments_allocation SET amount = 1", "allocations_keep_what_was_proposed"),
        ("DELETE FROM payments_allocation", "allocations_are_never_deleted"),
        (
            "UPDATE payments_allocation SET stage = 'waiting', entry_id = NULL",
            "allocations_move_forward_only",
        ),
    ],
)
def test_is_refused_in_raw_sql(statement, broken):
    credit(make_receipt(), make_wire().top_up)

    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert error.value.__cause__.diag.constraint_name == broken


def test_more_than_the_wire_is_refused_by_the_database():
    allocation = credit(make_receipt(usd("100.00")), make_wire().top_up)
    allocation.pk, allocation.request_key = None, uuid4()
    allocation.entry, allocation.stage = None, Stage.WAITING

    with pytest.raises(IntegrityError, match="receipt_is_not_given_out_beyond_its_amount"):
        allocation.save(force_insert=True)
