-- No payment counts as paid without a captured fact, and none has one without counting as paid.
SELECT format('payment %s (%s) is %s with %s captures',
              payment.id, payment.idempotency_key, payment.state, count(fact.id))
FROM payments_payment payment
LEFT JOIN payments_paymentfact fact ON fact.payment_id = payment.id AND fact.kind = 'capture'
GROUP BY payment.id
HAVING (payment.state IN ('succeeded', 'partially_refunded', 'refunded', 'disputed',
                          'charged_back')) <> (count(fact.id) > 0)
ORDER BY payment.id
