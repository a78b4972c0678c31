-- The first cards of each column (and lane) after a place in it, and one more, which says that there are more. With the
-- first row come the figures of all columns: the same turns are looked through for both.
WITH who AS MATERIALIZED (
    -- Once, for the three parts that people have: its policy is costly to plan.
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
), seen AS MATERIALIZED (
    SELECT t.id, t.stage_id, t.turn_id, t.turn_amount, t.is_open, /* late */ AS is_late, /* at risk */ AS is_at_risk,
        CASE WHEN t.is_open AND t.move_out_date <= :today THEN t.monthly_rent END AS rent_lost,
        /* lane */ AS lane, /* order */
    FROM turns t
    /* home */
    JOIN turn_stages s ON s.id = t.stage_id
    WHERE /* where */
), heads AS (
    SELECT stage_id, count(*) AS count, coalesce(sum(turn_amount), 0)::text AS amount,
        count(*) FILTER (WHERE is_late) AS late, count(*) FILTER (WHERE is_at_risk) AS at_risk,
        count(*) FILTER (WHERE is_open) AS open, coalesce(sum(rent_lost), 0)::text AS rent_lost_a_month
    FROM seen GROUP BY stage_id
), placed AS (
    SELECT id, lane, urgency, nearness, cost, left_on,
        row_number() OVER (PARTITION BY /* column */ ORDER BY urgency, nearness, cost, left_on, turn_id) AS place,
        count(*) OVER (PARTITION BY /* column */) AS remaining
    FROM seen
    WHERE /* after */
)
SELECT /* columns */, placed.lane, placed.place, placed.remaining,
    CASE WHEN row_number() OVER (ORDER BY placed.place, t.id) = 1 THEN (SELECT json_agg(heads) FROM heads) END AS heads
FROM placed
JOIN turns t ON t.id = placed.id
JOIN LATERAL (
    SELECT street_address, unit, bedrooms, bathrooms, has_squatters, is_section_8, in_disposition
    FROM properties WHERE id = t.property_id OFFSET 0
) p ON true
JOIN turn_stages s ON s.id = t.stage_id
LEFT JOIN vendors v ON v.id = t.vendor_id
LEFT JOIN who pm ON pm.id = t.property_manager_id
LEFT JOIN who sm ON sm.id = t.sr_property_manager_id
LEFT JOIN who su ON su.id = t.turns_superintendent_id
WHERE placed.place <= :size + 1
ORDER BY placed.place, t.id
