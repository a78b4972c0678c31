-- How much each part holds. One look through what waits and what this person sent.
WITH /* rights */, found AS MATERIALIZED (
    SELECT /* amount */ AS amount, /* since */ AS since, /* waiting */ AS is_waiting, /* mine */ AS is_mine,
        t.submitted_by IS NOT DISTINCT FROM :me AS is_sent
    FROM (SELECT waiting_turn_ids() AS id UNION SELECT id FROM turns WHERE /* sent */) AS asked
    JOIN turns t USING (id)
    JOIN LATERAL (
        SELECT /* home */ FROM properties WHERE id = t.property_id OFFSET 0
    ) p ON true
    JOIN turn_stages s ON s.id = t.stage_id
    /* change */
    WHERE /* where */
)
SELECT part, count(*), coalesce(sum(amount), 0) AS amount, min(since) AS oldest
FROM found, LATERAL (VALUES ('mine', is_waiting AND is_mine), ('other', is_waiting AND NOT is_mine), ('sent', is_sent))
    AS of (part, is_in)
WHERE is_in
GROUP BY part
