-- A window of the view as a table, in the board's order or sorted by a column.
WITH who AS MATERIALIZED (
    -- Once, for the three parts that people have: its policy is costly to plan.
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
), seen AS (
    SELECT t.id, t.turn_id, /* order */, /* value */ AS value
    FROM turns t
    /* home */
    JOIN turn_stages s ON s.id = t.stage_id
    LEFT JOIN vendors v ON v.id = t.vendor_id
    LEFT JOIN who pm ON pm.id = t.property_manager_id
    WHERE /* where */
), placed AS (
    SELECT *, row_number() OVER (ORDER BY /* by */) AS line
    FROM seen
    WHERE /* after */
    ORDER BY /* by */
    LIMIT :size + 1
)
SELECT /* columns */, s.name AS stage, t.market, p.city, p.property_id AS code, t.wo_number,
    t.final_walk_date, t.sent_to_leasing_date, t.scope_approved_date, t.grade::text AS grade, placed.value
FROM placed
JOIN turns t ON t.id = placed.id
JOIN LATERAL (
    SELECT street_address, unit, bedrooms, bathrooms, has_squatters, is_section_8, in_disposition, city, property_id
    FROM properties WHERE id = t.property_id OFFSET 0
) p ON true
JOIN turn_stages s ON s.id = t.stage_id
LEFT JOIN vendors v ON v.id = t.vendor_id
LEFT JOIN who pm ON pm.id = t.property_manager_id
LEFT JOIN who sm ON sm.id = t.sr_property_manager_id
LEFT JOIN who su ON su.id = t.turns_superintendent_id
ORDER BY placed.line
