-- Every entry about a bonus belongs to the use of a code, and did to its customer's two accounts
-- what the use says it did.
SELECT format('entry %s (%s) posts %s and %s, its promo use says %s', e.id, e.source, did.bonus, did.money,
              coalesce(format('%s and %s', p.bonus, p.money), 'nothing'))
FROM billing_journalentry AS e
    LEFT JOIN billing_promoentry AS p ON p.entry_id = e.id
    LEFT JOIN billing_promoredemption AS use ON use.id = p.redemption_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(posting.amount) FILTER (WHERE a.kind = 'promo'), 0) AS bonus,
               coalesce(sum(posting.amount) FILTER (WHERE a.kind = 'balance'), 0) AS money
        FROM billing_posting AS posting JOIN billing_ledgeraccount AS a ON a.id = posting.account_id
        WHERE posting.entry_id = e.id AND a.customer_id = use.customer_id AND a.purse = use.purse
    ) AS did
WHERE (e.kind LIKE 'promo%' OR p.id IS NOT NULL)
  AND (did.bonus, did.money) IS DISTINCT FROM (p.bonus, p.money)
ORDER BY e.id
