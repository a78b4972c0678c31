-- The lanes of a grouped board, the fullest first.
SELECT t./* group */ AS id, count(*) AS count, coalesce(sum(t.turn_amount), 0) AS amount,
    count(*) FILTER (WHERE /* late */) AS late
FROM turns t
/* home */
JOIN turn_stages s ON s.id = t.stage_id
WHERE /* where */
GROUP BY t./* group */
ORDER BY count(*) DESC, t./* group */
LIMIT :lanes + 1 OFFSET :first
