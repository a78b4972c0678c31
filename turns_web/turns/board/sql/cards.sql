-- The first cards of each column (and lane) after a place in it, and one more, which says that there are more.
WITH who AS MATERIALIZED (
    -- Once, for the three parts that people have: its policy is costly to plan.
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
), seen AS (
    SELECT t.id, t.stage_id, t.turn_id, /* lane */ AS lane, /* order */
    FROM turns t
    /* home */
    JOIN turn_stages s ON s.id = t.stage_id
    WHERE /* where */
), placed AS (
    SELECT id, lane, urgency, nearness, cost, left_on,
        row_number() OVER (PARTITION BY stage_id, lane ORDER BY urgency, nearness, cost, left_on, turn_id) AS place,
        count(*) OVER (PARTITION BY stage_id, lane) AS remaining
    FROM seen
    WHERE /* after */
)
SELECT /* columns */, placed.lane, placed.place, placed.remaining
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
