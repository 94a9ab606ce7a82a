-- No bonus is taken off by more than was given, and none has more left than remains of it.
SELECT format('promo use %s (%s): %s was given, %s remains of it, %s is left to spend', use.id, use.source,
              use.amount, sum(p.bonus + p.money), use."left")
FROM billing_promoredemption AS use JOIN billing_promoentry AS p ON p.redemption_id = use.id
GROUP BY use.id
HAVING sum(p.bonus + p.money) < 0 OR use."left" > sum(p.bonus)
ORDER BY use.id
