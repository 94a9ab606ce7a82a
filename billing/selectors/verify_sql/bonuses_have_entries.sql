-- A bonus that was given has the one entry that gave it, of its amount; no other has any.
SELECT format('promo use %s (%s) of %s is %s, its entries give %s', use.id, use.source, use.amount,
              use.state, coalesce(given.total::text, 'nothing'))
FROM billing_promoredemption AS use
    LEFT JOIN (SELECT p.redemption_id, sum(p.bonus + p.money) AS total
               FROM billing_promoentry AS p JOIN billing_journalentry AS e ON e.id = p.entry_id
               WHERE e.kind = 'promo' GROUP BY p.redemption_id) AS given ON given.redemption_id = use.id
WHERE given.total IS DISTINCT FROM
      CASE WHEN use.state IN ('redeemed', 'expired', 'taken_back') THEN use.amount END
ORDER BY use.id
