-- Of a bonus stays no more than its part of the money that stayed; rounding leaves less than 1 of it.
SELECT format('promo use %s of top-up %s: %s of it stays with %s of %s kept',
              promo.id, promo.source, bonus.stays, paid.kept, top_up.amount)
FROM billing_promoredemption promo
JOIN payments_topup top_up ON top_up.reference = promo.source
JOIN (
    SELECT redemption_id, sum(bonus + money) AS stays FROM billing_promoentry GROUP BY redemption_id
) bonus ON bonus.redemption_id = promo.id
JOIN (
    SELECT payment.top_up_id,
           greatest(sum(fact.amount * CASE WHEN fact.kind IN ('capture', 'refund_failed', 'dispute_won')
                                           THEN 1 ELSE -1 END), 0) AS kept
    FROM payments_payment payment
    JOIN payments_paymentfact fact
        ON fact.payment_id = payment.id AND fact.kind NOT IN ('parked', 'dispute_lost')
    WHERE EXISTS (SELECT FROM payments_paymentfact credited
                  WHERE credited.payment_id = payment.id AND credited.kind = 'capture')
    GROUP BY payment.top_up_id
) paid ON paid.top_up_id = top_up.id
WHERE bonus.stays > promo.amount * least(paid.kept / top_up.amount, 1)
                    + CASE WHEN paid.kept > 0 THEN 1 ELSE 0 END
ORDER BY promo.id
