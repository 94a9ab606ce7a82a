-- (The limit per customer may have been lowered since; that slots are held once is a constraint.)
SELECT format('promo code %s says %s uses of at most %s, there are %s', c.code, c.uses_count,
              coalesce(c.uses_max::text, 'any'), count(use.id))
FROM billing_promocode AS c
    LEFT JOIN billing_promoredemption AS use ON use.promo_id = c.id AND use.state <> 'released'
GROUP BY c.id
HAVING c.uses_count <> count(use.id) OR count(use.id) > c.uses_max
ORDER BY c.code
