SELECT format('entry %s has %s postings, %s were posted', coalesce(e.id, p.entry_id),
              coalesce(p.postings, 0), coalesce(e.posting_count::text, 'none'))
FROM billing_journalentry AS e
    FULL JOIN (SELECT entry_id, count(*) AS postings FROM billing_posting GROUP BY entry_id) AS p
        ON p.entry_id = e.id
WHERE e.posting_count IS DISTINCT FROM p.postings OR p.postings < 2
ORDER BY coalesce(e.id, p.entry_id)
