-- What a customer said and sent stays as it was; bank accounts that wires refer to stay known.
-- ledger_refuse() comes with billing's ledger.sql.

CREATE TRIGGER wire_announcements_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_wireannouncement EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER wire_proofs_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_wireproof EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER bank_accounts_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_bankaccount EXECUTE FUNCTION ledger_refuse();
