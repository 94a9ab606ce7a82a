-- Undoes ledger.sql, last made first dropped. Leaves the tables and their rows as they are.
DROP FUNCTION ledger_write_set(jsonb);
DROP FUNCTION ledger_post_batch(jsonb);
DROP FUNCTION ledger_batch_lines(jsonb);
DROP FUNCTION ledger_batch_entries(jsonb);
DROP FUNCTION ledger_post(text, text, bigint[], text[], numeric[], timestamptz, text, text, boolean, bigint);
DROP FUNCTION ledger_body_hash(text, boolean, bigint, bigint[], text[], numeric[]);

DROP TRIGGER entry_comes_with_its_postings ON billing_journalentry;
DROP FUNCTION ledger_check_entries();
DROP TRIGGER postings_make_whole_entries ON billing_posting;
DROP FUNCTION ledger_check_postings();
DROP FUNCTION ledger_check_kind(billing_journalentry);
DROP FUNCTION ledger_check_mirror(bigint, bigint);
DROP TRIGGER posted_accounts_keep_their_currency ON billing_ledgeraccount;
DROP FUNCTION ledger_keep_currency();
DROP TRIGGER posting_moves_its_balance ON billing_posting;
DROP FUNCTION ledger_move_balance();
DROP TRIGGER customer_accounts_open_with_a_balance ON billing_ledgeraccount;
DROP FUNCTION ledger_open_balance();

DROP TRIGGER balances_open_with_their_account ON billing_balance;
DROP TRIGGER balances_move_only_with_postings ON billing_balance;
DROP TRIGGER balances_are_never_deleted ON billing_balance;
DROP TRIGGER ledger_accounts_are_never_deleted ON billing_ledgeraccount;
DROP TRIGGER ledger_accounts_keep_their_identity ON billing_ledgeraccount;
DROP TRIGGER postings_are_never_changed ON billing_posting;
DROP TRIGGER entries_are_never_changed ON billing_journalentry;
DROP FUNCTION ledger_refuse_outsiders();
DROP FUNCTION ledger_refuse();

ALTER TABLE billing_duebalance RESET (fillfactor);
ALTER TABLE billing_balance RESET (fillfactor);
