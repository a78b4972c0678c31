-- What is open now: a row for each stage that has or may have turns, all of them with how far the replica is behind.
SELECT s.id, s.name, s.target_days, s.is_complete_stage,
    count(o.stage_id) AS count,
    coalesce(sum(o.turn_amount), 0) AS amount,
    count(*) FILTER (WHERE o.on_hold) AS on_hold,
    count(*) FILTER (WHERE o.late) AS late,
    count(*) FILTER (WHERE o.at_risk) AS at_risk,
    count(*) FILTER (WHERE o.stuck) AS stuck,
    coalesce(sum(o.vacancy_cost), 0) AS vacancy_cost,
    count(o.stage_id) FILTER (WHERE o.monthly_rent IS NULL) AS vacancy_unknown,
    CASE WHEN NOT pg_is_in_recovery() THEN NULL
        WHEN pg_last_wal_replay_lsn() = pg_last_wal_receive_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS behind_s
FROM turn_stages s
LEFT JOIN (
    SELECT t.stage_id, t.turn_amount, t.monthly_rent, t.hold_reason IS NOT NULL AS on_hold,
        /* late */ AS late, /* at risk */ AS at_risk, /* stuck */ AS stuck,
        round(greatest(0, :today - t.move_out_date) * t.monthly_rent / 30, 2) AS vacancy_cost
    FROM turns t JOIN turn_stages s ON s.id = t.stage_id /* beside */
    WHERE t.is_open AND (/* where */)
) o ON o.stage_id = s.id
GROUP BY s.id
HAVING s.is_active OR count(o.stage_id) > 0
ORDER BY s.display_order, s.id
