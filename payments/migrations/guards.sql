-- What is known of a payment only grows: facts and events are never changed or removed, and
-- top-ups stay as they were asked for. ledger_refuse() comes with billing's ledger.sql.

CREATE TRIGGER facts_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_paymentfact EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER payment_events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_paymentevent EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER top_ups_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON payments_topup EXECUTE FUNCTION ledger_refuse();

-- A payment keeps what it was opened for; only what is known of it moves.
CREATE TRIGGER payments_keep_their_order BEFORE UPDATE OF
    id, top_up_id, gateway, gateway_id, idempotency_key, amount, currency, created_at
    ON payments_payment FOR EACH ROW
    WHEN (ROW (OLD.id, OLD.top_up_id, OLD.gateway, OLD.idempotency_key, OLD.amount, OLD.currency,
               OLD.created_at)
          IS DISTINCT FROM
          ROW (NEW.id, NEW.top_up_id, NEW.gateway, NEW.idempotency_key, NEW.amount, NEW.currency,
               NEW.created_at)
          OR (OLD.gateway_id <> '' AND NEW.gateway_id <> OLD.gateway_id))
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER payments_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_payment EXECUTE FUNCTION ledger_refuse();
