-- Days that the turns completed in the period spent in each stage: all visits of a turn added, holds left out. A stretch
-- that lasts, which is the one in the complete stage, is no time that it took.
SELECT stage_id, count(*) AS turns, avg(days) AS mean_days,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY days) AS p90_days
FROM (
    SELECT l.turn_id, l.stage_id, sum(extract(epoch FROM l.left_at - l.entered_at)::float8) / 86400 AS days
    FROM turn_stage_log l
    JOIN turns t ON t.id = l.turn_id /* beside */
    WHERE l.kind <> 'hold' AND l.left_at IS NOT NULL
        AND t.turn_completion_date BETWEEN :first AND :last AND NOT t.is_open AND NOT t.is_archived AND (/* where */)
    GROUP BY l.turn_id, l.stage_id
) AS spent
GROUP BY stage_id
