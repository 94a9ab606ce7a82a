-- The ledger's guards and its write path. Runs after 0001_initial has made the tables, and again
-- by a later migration whenever it has changed: everything here replaces what is there.
--
-- Postings are the only way to move money. Whoever inserts them, by whatever path, the database
--   * moves the customer's balance row and writes balance_after into the posting,
--   * refuses a debit that leaves a balance under its credit limit, unless the entry is forced,
--     and, forced or not, one that leaves promo credit under zero,
--   * queues balances that a debit left under their low-balance mark,
--   * refuses entries that do not sum to zero in every currency or are not posted whole,
--   * refuses every UPDATE, DELETE and TRUNCATE, and every direct edit of a balance.
-- Each refusal carries the name of the sentence it breaks as its CONSTRAINT. Triggers that only
-- refuse are named as that sentence. Locks: balance rows, in the order of their account ids.
--
-- Who owns the tables can switch triggers off; the portal's database role should not own them
-- (docs/ledger.md, "Who may write"), and verify_ledger proves the books whoever wrote them.

-- ------------------------------------------------------------------ -------------- storage --

ALTER TABLE billing_balance SET (fillfactor = 50); -- room for heap-only updates
ALTER TABLE billing_duebalance SET (fillfactor = 70);

-- ----------------------------------------------------------------------------- append-only --

CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, replace(TG_NAME, '_', ' ')
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

CREATE OR REPLACE TRIGGER entries_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON billing_journalentry EXECUTE FUNCTION ledger_refuse();
CREATE OR REPLACE TRIGGER postings_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON billing_posting EXECUTE FUNCTION ledger_refuse();
CREATE OR REPLACE TRIGGER ledger_accounts_keep_their_identity
    BEFORE UPDATE OF id, code, kind, customer_id, purse
    ON billing_ledgeraccount EXECUTE FUNCTION ledger_refuse();
CREATE OR REPLACE TRIGGER ledger_accounts_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_ledgeraccount EXECUTE FUNCTION ledger_refuse();
CREATE OR REPLACE TRIGGER balances_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON billing_balance EXECUTE FUNCTION ledger_refuse();

-- For what only the triggers below may do: depth 1 is a statement from outside. (Asked here and
-- not in WHEN clauses, which PostgreSQL reads anew for every statement.)
CREATE OR REPLACE FUNCTION ledger_refuse_outsiders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, replace(TG_NAME, '_', ' ')
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER balances_move_only_with_postings BEFORE UPDATE OF account_id, currency, amount
    ON billing_balance EXECUTE FUNCTION ledger_refuse_outsiders();
CREATE OR REPLACE TRIGGER balances_open_with_their_account BEFORE INSERT
    ON billing_balance EXECUTE FUNCTION ledger_refuse_outsiders();

-- -------------------------------------------------------------------------------- balances --

CREATE OR REPLACE FUNCTION ledger_open_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_balance (account_id, currency, amount, credit_limit)
        VALUES (NEW.id, NEW.currency, 0, 0);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER customer_accounts_open_with_a_balance AFTER INSERT
    ON billing_ledgeraccount FOR EACH ROW WHEN (NEW.kind IN ('balance', 'promo'))
    EXECUTE FUNCTION ledger_open_balance();

CREATE OR REPLACE FUNCTION ledger_move_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_limit numeric;
    the_mark numeric;
BEGIN
    UPDATE billing_balance SET amount = amount + NEW.amount
        WHERE account_id = NEW.account_id AND currency = NEW.currency
        RETURNING amount, credit_limit, low_balance_mark
        INTO NEW.balance_after, the_limit, the_mark; -- all NULL for an internal account
    IF NOT FOUND THEN
        PERFORM FROM billing_ledgeraccount WHERE id = NEW.account_id AND currency = NEW.currency
            AND kind NOT IN ('balance', 'promo');
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no account % in %', NEW.account_id, NEW.currency
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'posting_is_in_its_accounts_currency';
        END IF;
    END IF;
    -- The column default was drawn before the row lock was held. Drawn again here, one
    -- account's posting ids rise in the order in which its balance moved.
    NEW.id := nextval('billing_posting_id_seq');
    IF NEW.amount < 0 THEN
        IF NEW.balance_after < 0 AND EXISTS ( -- whatever its limit, and also when forced
               SELECT FROM billing_ledgeraccount WHERE id = NEW.account_id AND kind = 'promo') THEN
            RAISE EXCEPTION 'account % would be left at %', NEW.account_id, NEW.balance_after
                USING ERRCODE = 'check_violation', CONSTRAINT = 'promo_credit_is_never_negative';
        ELSIF NEW.balance_after < -the_limit
           AND (SELECT forced FROM billing_journalentry WHERE id = NEW.entry_id) IS NOT TRUE THEN
            RAISE EXCEPTION 'account % would be left at %, its credit limit is %',
                NEW.account_id, NEW.balance_after, the_limit
                USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_stays_within_its_credit_limit';
        END IF;
        IF NEW.balance_after < the_mark THEN -- every debit under the mark, not only the crossing
            INSERT INTO billing_duebalance (balance_id) VALUES (NEW.account_id)
                ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN -- queued before, and perhaps put to rest above this balance
                UPDATE billing_duebalance SET look_at = now()
                    WHERE balance_id = NEW.account_id AND look_at IS NULL
                      AND NEW.balance_after < look_below;
            END IF;
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER posting_moves_its_balance BEFORE INSERT
    ON billing_posting FOR EACH ROW EXECUTE FUNCTION ledger_move_balance();

-- The balance's row lock orders this against postings: whoever comes second sees the first. (A
-- posting that waited looks at the balance's own currency again, which is why it has one.)
CREATE OR REPLACE FUNCTION ledger_keep_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM billing_balance WHERE account_id = NEW.id FOR UPDATE;
    IF NOT FOUND OR EXISTS (SELECT FROM billing_posting WHERE account_id = NEW.id) THEN
        RAISE EXCEPTION 'account % stays in %', OLD.code, OLD.currency
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
    END IF;
    UPDATE billing_balance SET currency = NEW.currency WHERE account_id = NEW.id;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER posted_accounts_keep_their_currency BEFORE UPDATE OF currency
    ON billing_ledgeraccount FOR EACH ROW EXECUTE FUNCTION ledger_keep_currency();

-- --------------------------------------------------------------- entries are whole and balanced --

-- One pass over the statement's postings picks the entries that are not plainly right: all
-- postings there, in one currency, summing to zero, neither forced nor a reversal. Only these
-- are looked at closely. (The rules of an entry stand here and not in CHECK constraints, which
-- PostgreSQL reads anew for every statement: they took half the time of inserting an entry.)
CREATE OR REPLACE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    odd_id bigint;
    postings bigint;
    last_line bigint;
    entry billing_journalentry;
BEGIN
    FOR odd_id IN
        SELECT entry_id FROM written GROUP BY entry_id, currency
        HAVING sum(amount) <> 0 OR max(line) <> count(*) OR count(*) IS DISTINCT FROM (
            SELECT posting_count FROM billing_journalentry AS e WHERE e.id = entry_id
                AND NOT forced AND reverses_id IS NULL AND kind IN (
                    'top_up', 'usage', 'refund', 'refund_failed', 'dispute', 'dispute_won', 'promo',
                    'promo_expired', 'promo_taken_back', 'promo_given_back',
                    'move', 'suspense', 'assignment', 'returned', 'payout', 'adjustment'))
    LOOP
        SELECT * INTO entry FROM billing_journalentry WHERE id = odd_id;
        SELECT count(*), max(line) INTO postings, last_line FROM written WHERE entry_id = odd_id;
        IF entry.id IS NULL THEN
            RAISE EXCEPTION 'there is no entry %', odd_id
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'posting_belongs_to_an_entry';
        ELSIF last_line > entry.posting_count THEN
            RAISE EXCEPTION 'entry % is sealed with % postings', odd_id, entry.posting_count
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sealed_entry_takes_no_more_postings';
        ELSIF postings <> entry.posting_count THEN
            RAISE EXCEPTION 'entry % needs % postings in one statement, not %',
                odd_id, entry.posting_count, postings
                USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_is_posted_whole';
        ELSIF EXISTS (SELECT FROM written WHERE entry_id = odd_id
                      GROUP BY currency HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'entry % does not sum to zero', odd_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_sums_to_zero_in_every_currency';
        END IF;
        PERFORM ledger_check_kind(entry);
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_check_kind(entry billing_journalentry) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF entry.kind NOT IN ('top_up', 'usage', 'refund', 'refund_failed', 'dispute', 'dispute_won', 'promo',
                          'promo_expired', 'promo_taken_back', 'promo_given_back',
                          'move', 'suspense', 'assignment', 'returned', 'payout', 'adjustment',
                          'reversal') THEN
        RAISE EXCEPTION 'entry % is of unknown kind %', entry.id, entry.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_kind_is_known';
    ELSIF entry.forced AND entry.kind NOT IN ('usage', 'refund', 'dispute', 'promo_taken_back',
                                              'reversal') THEN
        RAISE EXCEPTION 'entry % is a % and cannot be forced', entry.id, entry.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'only_facts_are_forced';
    ELSIF (entry.kind = 'reversal') <> (entry.reverses_id IS NOT NULL) THEN
        RAISE EXCEPTION 'entry % is a % and reverses %', entry.id, entry.kind, entry.reverses_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reversals_alone_reverse';
    ELSIF entry.kind = 'reversal' THEN
        PERFORM ledger_check_mirror(entry.id, entry.reverses_id);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_check_mirror(reversal_id bigint, original_id bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM billing_journalentry WHERE id = original_id AND kind = 'reversal') THEN
        RAISE EXCEPTION 'entry % is itself a reversal', original_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reversals_are_not_reversed';
    ELSIF EXISTS (
        (SELECT account_id, currency, -amount FROM billing_posting WHERE entry_id = original_id
         EXCEPT ALL SELECT account_id, currency, amount FROM billing_posting WHERE entry_id = reversal_id)
        UNION ALL
        (SELECT account_id, currency, amount FROM billing_posting WHERE entry_id = reversal_id
         EXCEPT ALL SELECT account_id, currency, -amount FROM billing_posting WHERE entry_id = original_id)
    ) THEN
        RAISE EXCEPTION 'entry % does not undo entry % line by line', reversal_id, original_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors_its_original';
    END IF;
END $$;

CREATE OR REPLACE TRIGGER postings_make_whole_entries AFTER INSERT ON billing_posting
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();

-- Runs when the statement has written all it writes, so the postings must come with it.
CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    empty_id bigint := (SELECT min(id) FROM written WHERE NOT EXISTS (
        SELECT FROM billing_posting WHERE entry_id = written.id AND line = 1));
BEGIN
    IF empty_id IS NOT NULL THEN
        RAISE EXCEPTION 'entry % comes without postings', empty_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_comes_with_its_postings';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER entry_comes_with_its_postings AFTER INSERT ON billing_journalentry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

-- ----------------------------------------------------------------------------- what to call --

-- What makes two bodies the same: kind, forced, reverses and the lines in their order, with
-- amounts of six places. Memo,
-- actor and times stay out: the same fact may be told again by someone else, later.
CREATE OR REPLACE FUNCTION ledger_body_hash(kind text, forced boolean, reverses bigint,
                                 accounts bigint[], currencies text[], amounts numeric[])
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws('|', kind, forced, coalesce(reverses, 0),
                                       accounts, currencies, amounts), 'UTF8'))
$$;

-- Posts one entry and tells its id. A source that was posted before with the same body gives
-- the first entry's id and is_replay; with another body it is refused.
CREATE OR REPLACE FUNCTION ledger_post(
    p_source text, p_kind text,
    p_accounts bigint[], p_currencies text[], p_amounts numeric[],
    p_occurred_at timestamptz, p_actor text, p_memo text DEFAULT '',
    p_forced boolean DEFAULT false, p_reverses bigint DEFAULT NULL,
    OUT posted_entry_id bigint, OUT is_replay boolean
) LANGUAGE plpgsql AS $$
DECLARE
    amounts numeric(20, 6)[] := p_amounts;
    body_hash bytea := ledger_body_hash(p_kind, p_forced, p_reverses, p_accounts, p_currencies, amounts);
    first_hash bytea;
BEGIN
    IF amounts <> p_amounts THEN
        RAISE EXCEPTION 'an amount of % would be rounded', p_source
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_amount_has_six_places';
    END IF;

    WITH entry AS (
        INSERT INTO billing_journalentry
            (source, request_hash, kind, posting_count, forced, reverses_id, occurred_at, actor, memo)
            VALUES (p_source, body_hash, p_kind, cardinality(p_accounts), p_forced, p_reverses,
                    p_occurred_at, p_actor, p_memo)
            ON CONFLICT (source) DO NOTHING
            RETURNING id
    ), postings AS (
        INSERT INTO billing_posting (entry_id, line, account_id, currency, amount)
            SELECT entry.id, n, a, c, m
            FROM entry, unnest(p_accounts, p_currencies, amounts) WITH ORDINALITY AS line (a, c, m, n)
            ORDER BY a
    )
    SELECT id INTO posted_entry_id FROM entry;
    is_replay := posted_entry_id IS NULL;
    IF is_replay THEN
        SELECT id, request_hash INTO posted_entry_id, first_hash
            FROM billing_journalentry WHERE source = p_source;
        IF first_hash <> body_hash THEN
            RAISE EXCEPTION 'source % stands for entry %, which has another body',
                p_source, posted_entry_id
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'source_stands_for_one_body';
        END IF;
    END IF;
END $$;

-- The entries of a batch and their lines, as the JSON that ledger_post_batch takes spells them.
CREATE OR REPLACE FUNCTION ledger_batch_entries(p_entries jsonb)
RETURNS TABLE (ordinal bigint, source text, kind text, occurred_at timestamptz, actor text,
               memo text, forced boolean, lines jsonb)
LANGUAGE sql STABLE AS $$
    SELECT e.ordinal, e.body ->> 'source', e.body ->> 'kind',
           (e.body ->> 'occurred_at')::timestamptz, e.body ->> 'actor', e.body ->> 'memo',
           (e.body ->> 'forced')::boolean, e.body -> 'lines'
    FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (body, ordinal)
$$;

CREATE OR REPLACE FUNCTION ledger_batch_lines(p_lines jsonb)
RETURNS TABLE (line bigint, account_id bigint, currency text, amount numeric)
LANGUAGE sql IMMUTABLE AS $$
    SELECT l.line, (l.body ->> 'account')::bigint, l.body ->> 'currency', (l.body ->> 'amount')::numeric
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l (body, line)
$$;

-- The batch twin: many entries in one call, one verdict each, so that a bad one stops no other.
-- p_entries is an array of {source, kind, occurred_at, actor, memo, forced,
-- lines: [{account, currency, amount}]}. A verdict is "posted", "replay", or "refused" with the
-- constraint that the entry would break.
--
-- All balances are locked before anything is written, in the order of their account ids. New
-- entries on balances that bear every debit of the batch are written as one set. The others,
-- and all of them if the set holds anything that is refused, go one by one in the order given.
CREATE OR REPLACE FUNCTION ledger_post_batch(p_entries jsonb)
RETURNS TABLE (ordinal bigint, verdict text, entry_id bigint, broken_constraint text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    set_ordinals bigint[] := '{}';
    set_entry_ids bigint[];
    one record;
BEGIN
    BEGIN
        SELECT w.ordinals, w.entry_ids INTO set_ordinals, set_entry_ids
            FROM ledger_write_set(p_entries) AS w;
    EXCEPTION WHEN integrity_constraint_violation THEN -- which also let go of the locks
        set_ordinals := '{}';
        PERFORM FROM billing_balance
            WHERE account_id = ANY (ARRAY(
                SELECT l.account_id
                FROM ledger_batch_entries(p_entries) AS e, ledger_batch_lines(e.lines) AS l))
            ORDER BY account_id FOR UPDATE;
    END;
    RETURN QUERY SELECT o, 'posted', id, NULL FROM unnest(set_ordinals, set_entry_ids) AS w (o, id);

    FOR one IN SELECT * FROM ledger_batch_entries(p_entries) AS e
        WHERE e.ordinal <> ALL (set_ordinals) ORDER BY e.ordinal
    LOOP
        ordinal := one.ordinal;
        BEGIN
            SELECT CASE WHEN p.is_replay THEN 'replay' ELSE 'posted' END, p.posted_entry_id, NULL
                INTO verdict, entry_id, broken_constraint
                FROM (SELECT array_agg(l.account_id ORDER BY l.line) AS accounts,
                             array_agg(l.currency ORDER BY l.line) AS currencies,
                             array_agg(l.amount ORDER BY l.line) AS amounts
                      FROM ledger_batch_lines(one.lines) AS l) AS body,
                     ledger_post(one.source, one.kind, accounts, currencies, amounts,
                                 one.occurred_at, one.actor, one.memo, one.forced) AS p;
        EXCEPTION WHEN integrity_constraint_violation THEN
            verdict := 'refused';
            entry_id := NULL;
            GET STACKED DIAGNOSTICS broken_constraint = CONSTRAINT_NAME;
        END;
        RETURN NEXT;
    END LOOP;
END $$;

-- Writes at once what nothing is likely to refuse, and tells which entries those were.
CREATE OR REPLACE FUNCTION ledger_write_set(p_entries jsonb, OUT ordinals bigint[], OUT entry_ids bigint[])
LANGUAGE sql VOLATILE AS $$
    WITH entry AS MATERIALIZED (
        SELECT e.*, row_number() OVER (PARTITION BY source ORDER BY ordinal) AS telling
        FROM ledger_batch_entries(p_entries) AS e
    ), line AS MATERIALIZED (
        SELECT e.ordinal, l.* FROM entry AS e, ledger_batch_lines(e.lines) AS l
    ), locked AS MATERIALIZED ( -- an array is looked up in the index, however many rows are guessed
        SELECT account_id, amount, credit_limit FROM billing_balance
        WHERE account_id = ANY (ARRAY(SELECT account_id FROM line)) ORDER BY account_id FOR UPDATE
    ), short AS ( -- balances that the debits of the batch would exhaust, if all were posted
        SELECT account_id
        FROM (SELECT account_id, sum(amount) AS debits FROM line WHERE amount < 0 GROUP BY account_id) AS d
            JOIN locked USING (account_id)
        WHERE locked.amount + debits < -credit_limit
    ), safe AS MATERIALIZED (
        SELECT nextval('billing_journalentry_id_seq') AS id, b.*
        FROM (SELECT ordinal, source, kind, forced, occurred_at, actor, memo,
                     array_agg(account_id ORDER BY line) AS accounts,
                     array_agg(currency ORDER BY line) AS currencies,
                     array_agg(amount::numeric(20, 6) ORDER BY line) AS amounts
              FROM entry JOIN line USING (ordinal)
              WHERE telling = 1 AND (SELECT count(*) FROM locked) >= 0 -- has every lock by now
                AND NOT EXISTS (SELECT FROM billing_journalentry AS j WHERE j.source = entry.source)
              GROUP BY ordinal, source, kind, forced, occurred_at, actor, memo
              HAVING bool_and(amount = round(amount, 6))
                 AND NOT bool_or(account_id IN (SELECT account_id FROM short))
             ) AS b
    ), written AS ( -- a source that someone else posts meanwhile ends the set: no ON CONFLICT
        INSERT INTO billing_journalentry
            (id, source, request_hash, kind, posting_count, forced, occurred_at, actor, memo)
            SELECT id, source, ledger_body_hash(kind, forced, NULL, accounts, currencies, amounts),
                   kind, cardinality(accounts), forced, occurred_at, actor, memo
            FROM safe
    ), posting AS (
        INSERT INTO billing_posting (entry_id, line, account_id, currency, amount)
            SELECT id, n, a, c, m
            FROM safe, unnest(accounts, currencies, amounts) WITH ORDINALITY AS l (a, c, m, n)
            ORDER BY ordinal, a -- the postings of an entry stay together: statements page by their ids
    )
    SELECT coalesce(array_agg(ordinal), '{}'), coalesce(array_agg(id), '{}') FROM safe
$$;
