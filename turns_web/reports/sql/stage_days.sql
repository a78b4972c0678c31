-- Days that the turns completed in the period spent in each stage: all visits of a turn added, holds left out. A stretch
-- that lasts, which is the one in the complete stage, is no time that it took.
SELECT stage_id, turns, mean_days, median_days, p90_days
FROM stage_days(ARRAY(
    SELECT t.id FROM turns t /* beside */
    WHERE t.turn_completion_date BETWEEN :first AND :last AND NOT t.is_open AND NOT t.is_archived AND (/* where */)
))
