-- How much each part holds. One look through what waits and what this person sent.
WITH /* rights */, found AS MATERIALIZED (
    SELECT /* amount */ AS amount, /* since */ AS since, /* waiting */ AS is_waiting, /* mine */ AS is_mine,
        t.submitted_by IS NOT DISTINCT FROM :me AS is_sent
    FROM turns t
    JOIN properties p ON p.id = t.property_id
    JOIN turn_stages s ON s.id = t.stage_id
    /* change */
    WHERE /* where */ AND (/* waiting */ OR t.submitted_by = :me)
)
SELECT part, count(*), coalesce(sum(amount), 0) AS amount, min(since) AS oldest
FROM found, LATERAL (VALUES ('mine', is_waiting AND is_mine), ('other', is_waiting AND NOT is_mine), ('sent', is_sent))
    AS of (part, is_in)
WHERE is_in
GROUP BY part
