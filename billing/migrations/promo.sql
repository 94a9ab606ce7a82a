-- What holds for promo codes whoever writes. Runs after 0003_promo_codes has made the tables.
--
--   * a code is never used more often than its limits allow, in all and per customer: uses are
--     counted here, under the code's row lock, and a count above uses_max breaks a CHECK,
--   * a code that was used keeps its terms,
--   * a use keeps what it promised, moves among its states by a table, and is never deleted,
--   * what a bonus did to the ledger is written once.
-- Locks: a use's row, then its code's row.

CREATE FUNCTION promo_count_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted int := (NEW.state <> 'released')::int;
    customers_max int;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        counted := counted - (OLD.state <> 'released')::int;
    END IF;
    IF counted <> 0 THEN
        UPDATE billing_promocode SET uses_count = uses_count + counted
            WHERE id = NEW.promo_id RETURNING uses_per_customer_max INTO customers_max;
        IF counted > 0 AND NEW.slot > customers_max THEN
            RAISE EXCEPTION 'promo code % is for % uses per customer', NEW.promo_id, customers_max
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'promo_code_is_used_at_most_so_often_by_a_customer';
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER promo_uses_are_counted AFTER INSERT OR UPDATE OF state, slot
    ON billing_promoredemption FOR EACH ROW EXECUTE FUNCTION promo_count_use();

CREATE FUNCTION promo_keep_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.uses_count <> OLD.uses_count AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'uses of promo code % are counted by the database', OLD.code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'promo_uses_are_counted';
    ELSIF (NEW.code, NEW.percent, NEW.fixed, NEW.bonus_max, NEW.currency, NEW.top_up_min, NEW.purse,
           NEW.first_top_up_only, NEW.bonus_valid_days, NEW.starts_at)
          IS DISTINCT FROM
          (OLD.code, OLD.percent, OLD.fixed, OLD.bonus_max, OLD.currency, OLD.top_up_min, OLD.purse,
           OLD.first_top_up_only, OLD.bonus_valid_days, OLD.starts_at)
          AND EXISTS (SELECT FROM billing_promoredemption WHERE promo_id = OLD.id) THEN
        RAISE EXCEPTION 'promo code % has been used and keeps its terms', OLD.code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER used_promo_codes_keep_their_terms BEFORE UPDATE
    ON billing_promocode FOR EACH ROW EXECUTE FUNCTION promo_keep_code();

CREATE FUNCTION promo_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('reserved', 'released'), ('released', 'reserved'), ('reserved', 'redeemed'),
            ('redeemed', 'expired'), ('redeemed', 'taken_back'), ('taken_back', 'redeemed')) THEN
        RAISE EXCEPTION 'promo use % cannot go from % to %', OLD.source, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER promo_uses_move_by_the_table BEFORE UPDATE OF state
    ON billing_promoredemption FOR EACH ROW EXECUTE FUNCTION promo_check_move();

CREATE TRIGGER promo_uses_keep_their_promise
    BEFORE UPDATE OF promo_id, customer_id, purse, source, amount, currency
    ON billing_promoredemption EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER promo_uses_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_promoredemption EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER promo_entries_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON billing_promoentry EXECUTE FUNCTION ledger_refuse();
