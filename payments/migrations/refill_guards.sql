-- What an automatic refill can never do, whoever asks. ledger_refuse() comes with billing.

-- A slot is given only within what the rule says now, and its day never goes back: whoever
-- changes the time zone gets no day twice. The rule's row lock makes reservations wait for each
-- other, so that each counts all the others.
CREATE FUNCTION refill_check_slot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_rule payments_autorefillrule;
    taken numeric;
BEGIN
    SELECT * INTO the_rule FROM payments_autorefillrule WHERE id = NEW.rule_id FOR NO KEY UPDATE;
    IF NEW.day_max <> the_rule.refills_per_day_max THEN
        RAISE EXCEPTION 'rule % allows % refills a day, not %',
            NEW.rule_id, the_rule.refills_per_day_max, NEW.day_max
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refill_slot_keeps_the_rules_maximum';
    ELSIF EXISTS (SELECT FROM payments_refillattempt
                  WHERE rule_id = NEW.rule_id AND local_day > NEW.local_day) THEN
        RAISE EXCEPTION 'rule % has been refilled after %', NEW.rule_id, NEW.local_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refill_day_never_goes_back';
    END IF;
    IF EXISTS (SELECT FROM payments_refillattempt WHERE rule_id = NEW.rule_id
               AND local_day < NEW.local_day AND day_ends_at > NEW.created_at) THEN
        RAISE EXCEPTION 'the day before % has not ended for rule %', NEW.local_day, NEW.rule_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refill_day_begins_when_the_last_has_ended';
    END IF;
    SELECT coalesce(sum(amount), 0) INTO taken FROM payments_refillattempt
        WHERE rule_id = NEW.rule_id AND local_day = NEW.local_day AND state <> 'failed';
    IF taken + NEW.amount > the_rule.deposit * the_rule.refills_per_day_max THEN
        RAISE EXCEPTION 'rule % took % on % already', NEW.rule_id, taken, NEW.local_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refill_day_costs_at_most_what_was_agreed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refill_slots_are_checked BEFORE INSERT
    ON payments_refillattempt FOR EACH ROW EXECUTE FUNCTION refill_check_slot();

-- What is reserved stays reserved; only how it ended is written into it.
CREATE TRIGGER refill_slots_are_never_changed BEFORE UPDATE
    ON payments_refillattempt FOR EACH ROW
    WHEN (ROW (OLD.id, OLD.rule_id, OLD.local_day, OLD.n, OLD.day_max, OLD.day_ends_at, OLD.amount,
               OLD.currency, OLD.card_id, OLD.top_up_id, OLD.created_at)
          IS DISTINCT FROM
          ROW (NEW.id, NEW.rule_id, NEW.local_day, NEW.n, NEW.day_max, NEW.day_ends_at, NEW.amount,
               NEW.currency, NEW.card_id, NEW.top_up_id, NEW.created_at)
          OR (OLD.state = 'done' AND NEW.state <> 'done')
          OR (OLD.state = 'failed' AND NEW.state NOT IN ('failed', 'done')))
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refill_slots_are_never_given_back BEFORE DELETE OR TRUNCATE
    ON payments_refillattempt EXECUTE FUNCTION ledger_refuse();

CREATE TRIGGER refill_history_is_never_rewritten BEFORE UPDATE
    ON payments_refillnote FOR EACH ROW
    WHEN (ROW (OLD.id, OLD.rule_id, OLD.code, OLD.facts, OLD.attempt_id, OLD.at)
          IS DISTINCT FROM ROW (NEW.id, NEW.rule_id, NEW.code, NEW.facts, NEW.attempt_id, NEW.at)
          OR NEW.times < OLD.times OR NEW.last_at < OLD.last_at)
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refill_history_is_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_refillnote EXECUTE FUNCTION ledger_refuse();

-- Its slots count per rule, so a rule stays with its balance for ever.
CREATE TRIGGER refill_rules_stay_with_their_balance BEFORE UPDATE OF customer_id, purse, balance_id
    ON payments_autorefillrule FOR EACH ROW
    WHEN (ROW (OLD.customer_id, OLD.purse, OLD.balance_id)
          IS DISTINCT FROM ROW (NEW.customer_id, NEW.purse, NEW.balance_id))
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refill_rules_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_autorefillrule EXECUTE FUNCTION ledger_refuse();
