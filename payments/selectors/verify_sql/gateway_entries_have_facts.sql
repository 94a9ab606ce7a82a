-- Nothing is posted in a gateway's name that no payment knows of.
SELECT format('entry %s (%s) belongs to no payment', entry.id, entry.source)
FROM billing_journalentry entry
LEFT JOIN payments_paymentfact fact ON fact.entry_id = entry.id
WHERE entry.actor LIKE 'gateway:%' AND fact.id IS NULL
ORDER BY entry.id
