-- Each fact that moves money has the entry of its own source, which posts its amount once to
-- the customer's balance or, when it is parked, to suspense.
SELECT format('fact %s %s of payment %s says %s %s, entry %s posts %s',
              fact.kind, fact.object_id, fact.payment_id, fact.amount, fact.currency,
              coalesce(entry.source, 'none'), coalesce(posted.amount::text, 'nothing'))
FROM payments_paymentfact fact
LEFT JOIN billing_journalentry entry ON entry.id = fact.entry_id
LEFT JOIN LATERAL (
    SELECT sum(posting.amount) AS amount
    FROM billing_posting posting
    JOIN billing_ledgeraccount account ON account.id = posting.account_id
    WHERE posting.entry_id = entry.id AND posting.currency = fact.currency
      AND account.kind <> 'clearing'
) posted ON true
WHERE fact.kind <> 'dispute_lost'
  AND (entry.source IS DISTINCT FROM concat_ws(':', fact.gateway, fact.kind, fact.object_id)
       OR posted.amount IS DISTINCT FROM
          CASE WHEN fact.kind IN ('refund', 'dispute') THEN -fact.amount ELSE fact.amount END)
ORDER BY fact.id
