SELECT format('entry %s does not undo entry %s line by line', e.id, e.reverses_id)
FROM billing_journalentry AS e
WHERE e.reverses_id IS NOT NULL AND (
    SELECT array_agg((account_id, currency, amount) ORDER BY account_id, currency, amount)
    FROM billing_posting WHERE entry_id = e.id
) IS DISTINCT FROM (
    SELECT array_agg((account_id, currency, -amount) ORDER BY account_id, currency, -amount)
    FROM billing_posting WHERE entry_id = e.reverses_id
)
ORDER BY e.id
