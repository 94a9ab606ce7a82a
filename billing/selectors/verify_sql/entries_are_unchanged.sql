-- Finds what the sums cannot: figures that were changed so that they still agree.
SELECT format('entry %s (%s) is not what was posted under that source', e.id, e.source)
FROM billing_journalentry AS e
    JOIN (SELECT entry_id, array_agg(account_id ORDER BY line) AS accounts,
                 array_agg(currency::text ORDER BY line) AS currencies,
                 array_agg(amount ORDER BY line) AS amounts
          FROM billing_posting GROUP BY entry_id) AS p ON p.entry_id = e.id
WHERE e.request_hash
      <> ledger_body_hash(e.kind, e.forced, e.reverses_id, p.accounts, p.currencies, p.amounts)
ORDER BY e.id
