-- Turns completed in each month, counted by their days: one look at each turn, read into medians as completed.sql's.
SELECT date_trunc('month', t.turn_completion_date)::date AS month, t.turn_completion_date - t.move_out_date AS days,
    count(*) AS turns
FROM turns t /* beside */
WHERE t.turn_completion_date BETWEEN :first AND :last AND NOT t.is_open AND NOT t.is_archived AND (/* where */)
GROUP BY month, days
