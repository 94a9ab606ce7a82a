SELECT format('account %s (%s) holds %s', a.id, a.code, b.amount)
FROM billing_balance AS b JOIN billing_ledgeraccount AS a ON a.id = b.account_id
WHERE a.kind = 'promo' AND b.amount < 0
ORDER BY a.id
