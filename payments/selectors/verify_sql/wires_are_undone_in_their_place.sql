-- What was done with a wire is reversed by its allocation's own reversal and by nothing else. That
-- a wire came is never reversed.
SELECT format('wire %s: its entry %s is reversed by entry %s', receipt.id, receipt.entry_id,
              reversal.id)
FROM payments_receipt receipt
JOIN billing_journalentry reversal ON reversal.reverses_id = receipt.entry_id
UNION ALL
SELECT format('allocation %s: its entry %s is reversed by entry %s, it says by %s', allocation.id,
              allocation.entry_id, reversal.id, coalesce(allocation.reversal_id::text, 'none'))
FROM payments_allocation allocation
JOIN billing_journalentry reversal ON reversal.reverses_id = allocation.entry_id
WHERE allocation.reversal_id IS DISTINCT FROM reversal.id
