"""The payments app; when it starts, verify_ledger also proves what it says of payments."""

from pathlib import Path

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from billing.selectors.verify import CHECKS, sql_check  # noqa: PLC0415 - models are ready

        queries = Path(__file__).parent / "selectors" / "verify_sql"
        CHECKS["every fact is posted once, as it was seen"] = sql_check(
            queries / "facts_are_posted.sql"
        )
        CHECKS["every paid payment is credited, and no other"] = sql_check(
            queries / "paid_payments_are_credited.sql"
        )
        CHECKS["every entry of a gateway belongs to a payment"] = sql_check(
            queries / "gateway_entries_have_facts.sql"
        )
        CHECKS["every top-up that is paid has the bonus it was promised"] = sql_check(
            queries / "promised_bonuses_are_given.sql"
        )
        CHECKS["every bonus goes with the money that it came for"] = sql_check(
            queries / "bonuses_follow_their_money.sql"
        )
        CHECKS["every processed refund is proven by its payment"] = sql_check(
            queries / "refunds_are_proven.sql"
        )
        CHECKS["every wire is in suspense or given out, to the cent"] = sql_check(
            queries / "wires_add_up.sql"
        )
        CHECKS["no entry of a wire is reversed but by undoing it"] = sql_check(
            queries / "wires_are_undone_in_their_place.sql"
        )
