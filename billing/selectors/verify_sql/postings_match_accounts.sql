SELECT format('entry %s posts %s to account %s (%s)', p.entry_id, p.currency, p.account_id,
              coalesce(a.code || ', in ' || a.currency, 'which is not there'))
FROM billing_posting AS p LEFT JOIN billing_ledgeraccount AS a ON a.id = p.account_id
WHERE a.currency IS DISTINCT FROM p.currency
ORDER BY p.entry_id
