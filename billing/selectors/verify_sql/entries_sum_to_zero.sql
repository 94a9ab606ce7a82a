SELECT format('entry %s is off by %s %s', entry_id, sum(amount), currency)
FROM billing_posting
GROUP BY entry_id, currency HAVING sum(amount) <> 0
ORDER BY entry_id
