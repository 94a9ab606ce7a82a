-- A processed refund is proven by a refund of its own payment.
SELECT format('refund %s is %s, proven by %s', refund.reference, refund.state,
              coalesce(proof.kind || ' ' || proof.object_id, 'nothing'))
FROM payments_refund refund
LEFT JOIN payments_paymentfact proof ON proof.id = refund.proof_id
WHERE (refund.state = 'processed' OR proof.id IS NOT NULL)
  AND (proof.kind, proof.payment_id) IS DISTINCT FROM ('refund', refund.payment_id)
ORDER BY refund.id
