SELECT format('account %s shows %s after posting %s of entry %s, it should be %s', account_id,
              coalesce(balance_after::text, 'nothing'), id, entry_id, before + amount)
FROM (SELECT p.*, coalesce(lag(p.balance_after) OVER (PARTITION BY p.account_id ORDER BY p.id), 0)
                  AS before
      FROM billing_posting AS p JOIN billing_balance AS b USING (account_id)) AS chain
WHERE balance_after IS DISTINCT FROM before + amount
ORDER BY id
