SELECT format('account %s (%s) shows %s, its postings sum to %s', a.id, a.code,
              coalesce(b.amount::text, 'no balance'), coalesce(p.total, 0))
FROM billing_ledgeraccount AS a
    LEFT JOIN billing_balance AS b ON b.account_id = a.id
    LEFT JOIN (SELECT account_id, sum(amount) AS total FROM billing_posting GROUP BY account_id) AS p
        ON p.account_id = a.id
WHERE (a.kind IN ('balance', 'promo') OR b.account_id IS NOT NULL)
  AND b.amount IS DISTINCT FROM coalesce(p.total, 0)
ORDER BY a.id
