-- What staff proposed stays as it was proposed, so that a second person approves what was asked
-- for; and nothing of it is deleted. Only how it ended is written later.

CREATE TRIGGER manual_entries_keep_what_was_proposed
    BEFORE UPDATE OF account_id, amount, currency, needs_second, proposed_by_id, proposed_at, reason,
        request_key
    ON billing_manualentry EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER manual_entries_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_manualentry EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER limit_changes_keep_what_was_proposed
    BEFORE UPDATE OF account_id, before, after, currency, needs_second, proposed_by_id, proposed_at,
        reason, request_key
    ON billing_creditlimitchange EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER limit_changes_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_creditlimitchange EXECUTE FUNCTION ledger_refuse();
