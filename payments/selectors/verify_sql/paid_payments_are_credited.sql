-- No payment counts as paid without a captured fact that stands, and none has one without
-- counting as paid. What staff have undone does not stand.
-- Parked money was never credited: its payment counts as refunded once all of it went back.
SELECT format('payment %s (%s) is %s with %s captures',
              payment.id, payment.idempotency_key, payment.state,
              count(fact.id) FILTER (WHERE fact.kind = 'capture'))
FROM payments_payment payment
LEFT JOIN payments_paymentfact fact ON fact.payment_id = payment.id
GROUP BY payment.id
HAVING (payment.state IN ('succeeded', 'partially_refunded', 'refunded', 'disputed',
                          'charged_back'))
    <> (count(fact.id) FILTER (WHERE fact.kind = 'capture')
            > count(fact.id) FILTER (WHERE fact.kind = 'corrected')
        OR sum(fact.amount) FILTER (WHERE fact.kind = 'refund')
           >= sum(fact.amount) FILTER (WHERE fact.kind = 'parked') IS TRUE)
ORDER BY payment.id
