-- The first cards of each column after a place in it, and one more, which says that there are more.
WITH seen AS (
    SELECT t.id, t.stage_id, t.turn_id, /* order */
    FROM turns t
    JOIN properties p ON p.id = t.property_id
    JOIN turn_stages s ON s.id = t.stage_id
    WHERE /* where */
), placed AS (
    SELECT id, urgency, nearness, cost, left_on,
        row_number() OVER (PARTITION BY stage_id ORDER BY urgency, nearness, cost, left_on, turn_id) AS place,
        count(*) OVER (PARTITION BY stage_id) AS remaining
    FROM seen
    WHERE /* after */
)
SELECT /* columns */, placed.place, placed.remaining
FROM placed
JOIN turns t ON t.id = placed.id
JOIN properties p ON p.id = t.property_id
JOIN turn_stages s ON s.id = t.stage_id
LEFT JOIN vendors v ON v.id = t.vendor_id
LEFT JOIN people pm ON pm.id = t.property_manager_id
LEFT JOIN people sm ON sm.id = t.sr_property_manager_id
LEFT JOIN people su ON su.id = t.turns_superintendent_id
WHERE placed.place <= :size + 1
ORDER BY placed.place, t.id
