-- Every wire went to suspense as it came, what was done with it took exactly that out of suspense
-- again, and what is left is what the wire says.
SELECT format('wire %s of %s %s: entry %s has %s in suspense', receipt.id, receipt.amount,
              receipt.currency, receipt.entry_id, coalesce(suspense.amount::text, 'nothing'))
FROM payments_receipt receipt
LEFT JOIN LATERAL (
    SELECT sum(posting.amount) AS amount
    FROM billing_posting posting
    JOIN billing_ledgeraccount account ON account.id = posting.account_id
    WHERE posting.entry_id = receipt.entry_id AND account.kind = 'suspense'
      AND posting.currency = receipt.currency
) suspense ON true
WHERE suspense.amount IS DISTINCT FROM receipt.amount
UNION ALL
SELECT format('wire %s says %s is left of %s, %s was given out', receipt.id, receipt.open_amount,
              receipt.amount, sum(allocation.amount))
FROM payments_receipt receipt
LEFT JOIN payments_allocation allocation
    ON allocation.receipt_id = receipt.id AND allocation.stage IN ('waiting', 'done')
GROUP BY receipt.id
HAVING receipt.open_amount <> receipt.amount - coalesce(sum(allocation.amount), 0)
UNION ALL
SELECT format('allocation %s of %s: entry %s takes %s out of suspense, reversal %s', allocation.id,
              allocation.amount, allocation.entry_id, coalesce(-suspense.amount, 0),
              coalesce(reversal.id::text, 'none'))
FROM payments_allocation allocation
LEFT JOIN billing_journalentry reversal
    ON reversal.id = allocation.reversal_id AND reversal.reverses_id = allocation.entry_id
LEFT JOIN LATERAL (
    SELECT sum(posting.amount) AS amount
    FROM billing_posting posting
    JOIN billing_ledgeraccount account ON account.id = posting.account_id
    WHERE posting.entry_id = allocation.entry_id AND account.kind = 'suspense'
) suspense ON true
WHERE allocation.stage IN ('done', 'undone')
  AND (suspense.amount IS DISTINCT FROM -allocation.amount
       OR (allocation.stage = 'undone') <> (reversal.id IS NOT NULL))
