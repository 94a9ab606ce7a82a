-- Wires that arrived and whose they are. A receipt stays as the bank told it; how much of it is
-- still in suspense follows from its allocations and from nothing else. Lock: the receipt's row.
-- ledger_refuse() and ledger_refuse_outsiders() come with billing's ledger.sql.

CREATE TRIGGER statement_lines_are_never_changed BEFORE UPDATE OR TRUNCATE
    ON payments_statementline EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER receipts_stay_as_the_bank_told_them BEFORE UPDATE OF
    id, line_id, bank_account_id, row_key, amount, currency, booked_on, entry_id,
    expected_top_up_id, created_at
    ON payments_receipt EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER receipts_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_receipt EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER receipts_are_given_out_by_allocations BEFORE UPDATE OF open_amount
    ON payments_receipt EXECUTE FUNCTION ledger_refuse_outsiders();
CREATE TRIGGER receipt_notes_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_receiptnote EXECUTE FUNCTION ledger_refuse();

CREATE FUNCTION receipt_opens_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.open_amount := NEW.amount;
    RETURN NEW;
END $$;
CREATE TRIGGER receipt_opens_whole BEFORE INSERT
    ON payments_receipt FOR EACH ROW EXECUTE FUNCTION receipt_opens_whole();

CREATE TRIGGER allocations_keep_what_was_proposed BEFORE UPDATE OF
    id, receipt_id, request_key, kind, amount, top_up_id, credited_amount, rate, needs_second,
    proposed_by_id, proposed_at, reason
    ON payments_allocation EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER allocations_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_allocation EXECUTE FUNCTION ledger_refuse();

-- What waits for a second person is held as well: nobody else can give it out meanwhile.
CREATE FUNCTION allocation_held(stage text, amount numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN stage IN ('waiting', 'done') THEN amount ELSE 0 END
$$;

CREATE FUNCTION allocation_moves_its_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.stage, NEW.stage) NOT IN (
            ('waiting', 'done'), ('waiting', 'declined'), ('done', 'undone'))
            AND OLD.stage <> NEW.stage THEN
        RAISE EXCEPTION 'allocation % is % and cannot become %', NEW.id, OLD.stage, NEW.stage
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'allocations_move_forward_only';
    END IF;
    UPDATE payments_receipt SET open_amount = open_amount
        - allocation_held(NEW.stage, NEW.amount)
        + CASE WHEN TG_OP = 'UPDATE' THEN allocation_held(OLD.stage, OLD.amount) ELSE 0 END
    WHERE id = NEW.receipt_id;
    RETURN NULL;
END $$;
CREATE TRIGGER allocation_moves_its_receipt AFTER INSERT OR UPDATE OF stage
    ON payments_allocation FOR EACH ROW EXECUTE FUNCTION allocation_moves_its_receipt();
