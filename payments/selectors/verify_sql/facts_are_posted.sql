-- Each fact that moves money has the entry of its own source, which posts its amount once to
-- the balance that was topped up or, when its payment's money is parked, to suspense. What staff
-- have undone has the reversal of its capture's entry.
SELECT format('fact %s %s of payment %s says %s %s, entry %s posts %s',
              fact.kind, fact.object_id, fact.payment_id, fact.amount, fact.currency,
              coalesce(entry.source, 'none'), coalesce(posted.amount::text, 'nothing'))
FROM payments_paymentfact fact
LEFT JOIN payments_payment payment ON payment.id = fact.payment_id
LEFT JOIN payments_topup top_up ON top_up.id = payment.top_up_id
LEFT JOIN billing_journalentry entry ON entry.id = fact.entry_id
LEFT JOIN payments_paymentfact undone ON fact.kind = 'corrected' AND undone.kind = 'capture'
    AND undone.payment_id = fact.payment_id AND undone.object_id = fact.object_id
LEFT JOIN LATERAL (
    SELECT bool_or(came.kind = 'parked') AND NOT bool_or(came.kind = 'capture') AS all_of_it
    FROM payments_paymentfact came
    WHERE came.payment_id = fact.payment_id AND came.kind IN ('parked', 'capture')
) parked ON true
LEFT JOIN LATERAL (
    SELECT sum(posting.amount) AS amount
    FROM billing_posting posting
    JOIN billing_ledgeraccount account ON account.id = posting.account_id
    WHERE posting.entry_id = entry.id AND posting.currency = fact.currency
      AND CASE WHEN fact.kind = 'parked' OR (fact.kind NOT IN ('capture', 'corrected') AND parked.all_of_it)
               THEN account.kind = 'suspense'
               ELSE account.kind = 'balance' AND account.customer_id = top_up.customer_id
                    AND account.purse = top_up.purse END
) posted ON true
WHERE fact.kind <> 'dispute_lost'
  AND (entry.source IS DISTINCT FROM
          CASE WHEN fact.kind = 'corrected' THEN 'reversal:' || undone.entry_id
               ELSE concat_ws(':', fact.gateway, fact.kind, fact.object_id) END
       OR posted.amount IS DISTINCT FROM
          CASE WHEN fact.kind IN ('refund', 'dispute', 'corrected') THEN -fact.amount ELSE fact.amount END)
ORDER BY fact.id
