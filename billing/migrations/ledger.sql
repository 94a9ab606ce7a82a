-- The ledger's guards and its write path. Runs after 0001_initial has made the tables.
--
-- Postings are the only way to move money. Whoever inserts them, by whatever path, the database
--   * moves the customer's balance row and writes balance_after into the posting,
--   * refuses a debit that leaves a balance under its credit limit, unless the entry is forced,
--   * queues balances that a debit left under their low-balance mark,
--   * refuses entries that do not sum to zero in every currency or are not posted whole,
--   * refuses every UPDATE, DELETE and TRUNCATE, and every direct edit of a balance.
-- Each refusal carries the name of the sentence it breaks as its CONSTRAINT. Triggers that only
-- refuse are named as that sentence. Locks: balance rows, in the order of their account ids.
--
-- Who owns the tables can switch triggers off; the portal's database role should not own them
-- (docs/ledger.md, "Who may write"), and verify_ledger proves the books whoever wrote them.

-- ------------------------------------------------------------------ storage and references --

ALTER TABLE billing_balance SET (fillfactor = 50); -- room for heap-only updates
ALTER TABLE billing_duebalance SET (fillfactor = 70);

ALTER TABLE billing_posting
    ADD CONSTRAINT posting_is_in_its_accounts_currency
    FOREIGN KEY (account_id, currency) REFERENCES billing_ledgeraccount (id, currency);

-- ----------------------------------------------------------------------------- append-only --

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, replace(TG_NAME, '_', ' ')
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON billing_journalentry EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER postings_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON billing_posting EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_accounts_keep_their_identity
    BEFORE UPDATE OF id, code, kind, customer_id, purse
    ON billing_ledgeraccount EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_accounts_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_ledgeraccount EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER balances_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_balance EXECUTE FUNCTION ledger_refuse();

-- Depth 0 is a statement from outside; the triggers below work at depth 1.
CREATE TRIGGER balances_move_only_with_postings BEFORE UPDATE OF account_id, amount
    ON billing_balance WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER balances_open_with_their_account BEFORE INSERT
    ON billing_balance WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse();

-- -------------------------------------------------------------------------------- balances --

CREATE FUNCTION ledger_open_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_balance (account_id, amount, credit_limit) VALUES (NEW.id, 0, 0);
    RETURN NULL;
END $$;

CREATE TRIGGER customer_accounts_open_with_a_balance AFTER INSERT
    ON billing_ledgeraccount FOR EACH ROW WHEN (NEW.kind IN ('balance', 'promo'))
    EXECUTE FUNCTION ledger_open_balance();

CREATE FUNCTION ledger_move_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_limit numeric;
    the_mark numeric;
BEGIN
    UPDATE billing_balance SET amount = amount + NEW.amount WHERE account_id = NEW.account_id
        RETURNING amount, credit_limit, low_balance_mark
        INTO NEW.balance_after, the_limit, the_mark; -- all NULL for an internal account
    -- The column default was drawn before the row lock was held. Drawn again here, one
    -- account's posting ids rise in the order in which its balance moved.
    NEW.id := nextval('billing_posting_id_seq');
    IF NEW.amount < 0 THEN
        IF NEW.balance_after < -the_limit
           AND NOT (SELECT forced FROM billing_journalentry WHERE id = NEW.entry_id) THEN
            RAISE EXCEPTION 'account % would be left at %, its credit limit is %',
                NEW.account_id, NEW.balance_after, the_limit
                USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_stays_within_its_credit_limit';
        END IF;
        IF NEW.balance_after < the_mark THEN -- every debit under the mark, not only the crossing
            INSERT INTO billing_duebalance (balance_id) VALUES (NEW.account_id)
                ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER posting_moves_its_balance BEFORE INSERT
    ON billing_posting FOR EACH ROW EXECUTE FUNCTION ledger_move_balance();

-- --------------------------------------------------------------- entries are whole and balanced --

CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    odd record;
BEGIN
    FOR odd IN
        SELECT entry_id, currency, sum(amount) AS difference FROM written
        GROUP BY entry_id, currency HAVING sum(amount) <> 0
    LOOP
        RAISE EXCEPTION 'entry % is off by % %', odd.entry_id, odd.difference, odd.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_sums_to_zero_in_every_currency';
    END LOOP;
    FOR odd IN
        SELECT e.id, e.posting_count, e.reverses_id, w.postings, w.last_line, w.accounts
        FROM (SELECT entry_id, count(*) AS postings, max(line) AS last_line,
                     count(DISTINCT account_id) AS accounts
              FROM written GROUP BY entry_id) AS w
        JOIN billing_journalentry e ON e.id = w.entry_id
        WHERE e.posting_count <> w.postings OR e.posting_count <> w.last_line
           OR w.accounts <> w.postings OR e.reverses_id IS NOT NULL
    LOOP
        IF odd.last_line > odd.posting_count THEN
            RAISE EXCEPTION 'entry % is sealed with % postings', odd.id, odd.posting_count
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sealed_entry_takes_no_more_postings';
        ELSIF odd.postings <> odd.posting_count THEN
            RAISE EXCEPTION 'entry % needs % postings in one statement, not %',
                odd.id, odd.posting_count, odd.postings
                USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_is_posted_whole';
        ELSIF odd.accounts <> odd.postings THEN
            RAISE EXCEPTION 'entry % posts to one account twice', odd.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_posts_once_per_account';
        ELSE
            PERFORM ledger_check_mirror(odd.id, odd.reverses_id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_check_mirror(p_reversal bigint, p_original bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM billing_journalentry WHERE id = p_original AND kind = 'reversal';
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is itself a reversal', p_original
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reversals_are_not_reversed';
    END IF;
    PERFORM FROM (SELECT * FROM billing_posting WHERE entry_id = p_original) AS was
        FULL JOIN (SELECT * FROM billing_posting WHERE entry_id = p_reversal) AS now
            ON now.account_id = was.account_id AND now.amount = -was.amount
        WHERE was.id IS NULL OR now.id IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not undo entry % line by line', p_reversal, p_original
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors_its_original';
    END IF;
END $$;

CREATE TRIGGER postings_make_whole_entries AFTER INSERT ON billing_posting
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();

CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM billing_posting WHERE entry_id = NEW.id AND line = 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % has no postings', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_postings_when_it_commits';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entry_has_postings_when_it_commits AFTER INSERT
    ON billing_journalentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

-- ----------------------------------------------------------------------------- what to call --

-- One line of a body, as it is hashed: "17 USD -50.000000".
CREATE FUNCTION ledger_line(account bigint, currency text, amount numeric) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT account || ' ' || currency || ' ' || amount::numeric(20, 6) $$;

-- Lines joined by commas in the order of their accounts. Memo, actor and times stay out: the
-- same fact may be told again by someone else, later.
CREATE FUNCTION ledger_body_hash(kind text, forced boolean, reverses bigint, lines text)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws('|', kind, forced, coalesce(reverses, 0), lines), 'UTF8'))
$$;

-- Posts one entry and tells its id. A source that was posted before with the same body gives
-- the first entry's id and is_replay; with another body it is refused.
CREATE FUNCTION ledger_post(
    p_source text, p_kind text,
    p_accounts bigint[], p_currencies text[], p_amounts numeric[],
    p_occurred_at timestamptz, p_actor text, p_memo text DEFAULT '',
    p_forced boolean DEFAULT false, p_reverses bigint DEFAULT NULL,
    OUT posted_entry_id bigint, OUT is_replay boolean
) LANGUAGE plpgsql AS $$
DECLARE
    body_hash bytea;
    is_exact boolean;
    first_hash bytea;
BEGIN
    SELECT ledger_body_hash(p_kind, p_forced, p_reverses,
                            string_agg(ledger_line(a, c, m), ',' ORDER BY a)),
           bool_and(m = round(m, 6))
        INTO body_hash, is_exact
        FROM unnest(p_accounts, p_currencies, p_amounts) AS line (a, c, m);
    IF NOT is_exact THEN
        RAISE EXCEPTION 'an amount of % would be rounded', p_source
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_amount_has_six_places';
    END IF;

    INSERT INTO billing_journalentry
        (source, request_hash, kind, posting_count, forced, reverses_id, occurred_at, actor, memo)
        VALUES (p_source, body_hash, p_kind, cardinality(p_accounts), p_forced, p_reverses,
                p_occurred_at, p_actor, p_memo)
        ON CONFLICT (source) DO NOTHING
        RETURNING id INTO posted_entry_id;
    is_replay := posted_entry_id IS NULL;
    IF is_replay THEN
        SELECT id, request_hash INTO posted_entry_id, first_hash
            FROM billing_journalentry WHERE source = p_source;
        IF first_hash <> body_hash THEN
            RAISE EXCEPTION 'source % stands for entry %, which has another body',
                p_source, posted_entry_id
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'source_stands_for_one_body';
        END IF;
        RETURN;
    END IF;

    INSERT INTO billing_posting (entry_id, line, account_id, currency, amount)
        SELECT posted_entry_id, row_number() OVER (ORDER BY a), a, c, m
        FROM unnest(p_accounts, p_currencies, p_amounts) AS line (a, c, m) ORDER BY a;
END $$;
