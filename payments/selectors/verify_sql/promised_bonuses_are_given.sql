-- A bonus is reserved only until all that was asked for has come, and given to no top-up before.
SELECT format('promo use %s of top-up %s is %s with %s of %s captured',
              promo.id, promo.source, promo.state, paid.captured, top_up.amount)
FROM billing_promoredemption promo
JOIN payments_topup top_up ON top_up.reference = promo.source
CROSS JOIN LATERAL (
    SELECT coalesce(sum(fact.amount), 0) AS captured
    FROM payments_payment payment
    JOIN payments_paymentfact fact ON fact.payment_id = payment.id AND fact.kind = 'capture'
    WHERE payment.top_up_id = top_up.id
) paid
WHERE (promo.state = 'reserved' AND paid.captured >= top_up.amount)
   OR (promo.state NOT IN ('reserved', 'released') AND paid.captured < top_up.amount)
ORDER BY promo.id
