SELECT format('account %s has a snapshot of %s at posting %s, it should be %s', s.account_id,
              s.amount, s.last_posting_id, coalesce(sum(p.amount), 0))
FROM billing_accountsnapshot AS s
    LEFT JOIN billing_posting AS p ON p.account_id = s.account_id AND p.id <= s.last_posting_id
GROUP BY s.id HAVING s.amount <> coalesce(sum(p.amount), 0)
ORDER BY s.id
