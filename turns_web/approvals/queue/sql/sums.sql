-- How much each part holds. One look through what waits and what this person sent.
SELECT count(*) FILTER (WHERE is_waiting AND is_mine) AS mine, count(*) FILTER (WHERE is_waiting AND NOT is_mine) AS other,
    count(*) FILTER (WHERE is_sent) AS sent,
    coalesce(sum(turn_amount) FILTER (WHERE is_waiting AND is_mine), 0) AS mine_amount,
    coalesce(sum(turn_amount) FILTER (WHERE is_waiting AND NOT is_mine), 0) AS other_amount,
    coalesce(sum(turn_amount) FILTER (WHERE is_sent), 0) AS sent_amount,
    min(since) FILTER (WHERE is_waiting AND is_mine) AS mine_oldest,
    min(since) FILTER (WHERE is_waiting AND NOT is_mine) AS other_oldest,
    min(since) FILTER (WHERE is_sent) AS sent_oldest
FROM (
    SELECT t.turn_amount, /* since */ AS since, /* waiting */ AS is_waiting, /* mine */ AS is_mine,
        t.submitted_by IS NOT DISTINCT FROM :me AS is_sent
    FROM turns t
    JOIN properties p ON p.id = t.property_id
    JOIN turn_stages s ON s.id = t.stage_id
    WHERE /* where */ AND (/* waiting */ OR t.submitted_by = :me)
) AS found
