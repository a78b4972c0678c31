SELECT t.stage_id,
    count(*) AS count,
    coalesce(sum(t.turn_amount), 0) AS amount,
    count(*) FILTER (WHERE /* late */) AS late,
    count(*) FILTER (WHERE /* at risk */) AS at_risk,
    count(*) FILTER (WHERE t.is_open) AS open,
    coalesce(sum(t.monthly_rent) FILTER (WHERE t.is_open AND t.move_out_date <= :today), 0) AS rent_lost_a_month
FROM turns t
/* home */
JOIN turn_stages s ON s.id = t.stage_id
WHERE /* where */
GROUP BY t.stage_id
