-- The turns that were asked for and are still in the view.
WITH who AS MATERIALIZED (
    -- Once, for the three parts that people have: its policy is costly to plan.
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
), placed AS (
    SELECT t.id, /* order */
    FROM turns t
    /* home */
    JOIN turn_stages s ON s.id = t.stage_id
    WHERE /* where */ AND t.id = ANY(:ids)
)
SELECT /* columns */, t.property_manager_id, t.vendor_id, t.property_id
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
ORDER BY t.id
