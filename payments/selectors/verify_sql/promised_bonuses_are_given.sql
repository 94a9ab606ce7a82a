-- A bonus is reserved only until all that was asked for has come, given to no top-up before, and
-- kept by none whose credit was undone.
SELECT format('promo use %s of top-up %s is %s with %s of %s captured',
              promo.id, promo.source, promo.state, paid.stands, top_up.amount)
FROM billing_promoredemption promo
JOIN payments_topup top_up ON top_up.reference = promo.source
CROSS JOIN LATERAL (
    SELECT coalesce(sum(fact.amount) FILTER (WHERE fact.kind = 'capture'), 0) AS came,
           coalesce(sum(fact.amount * CASE fact.kind WHEN 'capture' THEN 1 ELSE -1 END), 0) AS stands
    FROM payments_payment payment
    JOIN payments_paymentfact fact
        ON fact.payment_id = payment.id AND fact.kind IN ('capture', 'corrected')
    WHERE payment.top_up_id = top_up.id
) paid
WHERE (promo.state = 'reserved' AND paid.stands >= top_up.amount)
   OR (promo.state = 'redeemed' AND paid.stands < top_up.amount)
   OR (promo.state NOT IN ('reserved', 'released') AND paid.came < top_up.amount)
ORDER BY promo.id
