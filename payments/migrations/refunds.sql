-- What is given back never exceeds what came, whoever writes. The payment's row is locked first:
-- two who ask at once wait for each other, and the second one sees what the first one took.
-- Proven refunds and disputes count as facts, since they have happened; a refund counts by itself
-- while no fact proves it.
CREATE FUNCTION refunds_check_amount() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came numeric;
    gone numeric;
    asked numeric;
BEGIN
    PERFORM FROM payments_payment WHERE id = NEW.payment_id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM payments_paymentfact
                   WHERE id = NEW.capture_id AND payment_id = NEW.payment_id
                     AND currency = NEW.currency AND kind IN ('capture', 'parked')) THEN
        RAISE EXCEPTION 'refund % is not of money that came by its payment', NEW.reference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_is_of_money_that_came';
    END IF;
    SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('capture', 'parked')), 0),
           coalesce(sum(amount) FILTER (WHERE kind IN ('refund', 'dispute')), 0)
         - coalesce(sum(amount) FILTER (WHERE kind IN ('refund_failed', 'dispute_won')), 0)
        INTO came, gone
        FROM payments_paymentfact
        WHERE payment_id = NEW.payment_id AND currency = NEW.currency;
    SELECT coalesce(sum(amount), 0) INTO asked
        FROM payments_refund
        WHERE payment_id = NEW.payment_id AND currency = NEW.currency AND id <> NEW.id
          AND state IN ('requested', 'approved');
    IF gone + asked + NEW.amount > came THEN
        RAISE EXCEPTION 'payment %: % came, % went back, % is asked for, and now %',
                        NEW.payment_id, came, gone, asked, NEW.amount
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'refunds_never_exceed_what_was_captured';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refunds_never_exceed_what_was_captured BEFORE INSERT OR UPDATE OF state
    ON payments_refund FOR EACH ROW WHEN (NEW.state IN ('requested', 'approved'))
    EXECUTE FUNCTION refunds_check_amount();

-- A refund keeps what was asked for; only how it stands moves.
CREATE TRIGGER refunds_keep_what_was_asked BEFORE UPDATE OF
    id, payment_id, capture_id, reference, request_key, amount, currency, reason, comment,
    asked_by, asker, created_at
    ON payments_refund FOR EACH ROW
    WHEN (ROW (OLD.id, OLD.payment_id, OLD.capture_id, OLD.reference, OLD.request_key, OLD.amount,
               OLD.currency, OLD.reason, OLD.comment, OLD.asked_by, OLD.asker, OLD.created_at)
          IS DISTINCT FROM
          ROW (NEW.id, NEW.payment_id, NEW.capture_id, NEW.reference, NEW.request_key, NEW.amount,
               NEW.currency, NEW.reason, NEW.comment, NEW.asked_by, NEW.asker, NEW.created_at))
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refunds_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_refund EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refund_events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_refundevent EXECUTE FUNCTION ledger_refuse();
