-- The best few of each kind. Turns under way come first, and are quick to look through; the past ones, a hundred times as
-- many, are only asked where those did not fill the list (HAVING leaves no row for the second search to run on).
WITH under_way AS (
    SELECT t.id FROM turns t
    WHERE t.id IN (SELECT search_turn_ids(:q, true)) AND NOT t.is_archived
    ORDER BY t.is_open DESC, t.created_at DESC, t.id LIMIT :most
), past AS (
    SELECT t.id FROM (SELECT count(*) AS n FROM under_way HAVING count(*) < :most) AS room
    CROSS JOIN LATERAL search_turn_ids(:q, false) AS hit (id)
    JOIN turns t ON t.id = hit.id AND NOT t.is_archived AND NOT t.is_active
    ORDER BY t.created_at DESC, t.id LIMIT :most
)
(SELECT 'turn' AS kind, t.id, concat_ws(' ', p.street_address, p.unit) AS words,
        concat_ws(', ', t.turn_id, s.name) AS note
   FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id
  WHERE t.id IN (SELECT id FROM under_way UNION ALL SELECT id FROM past)
  ORDER BY t.is_open DESC, t.is_active DESC, t.created_at DESC, t.id LIMIT :most)
UNION ALL
(SELECT 'property', p.id, concat_ws(' ', p.street_address, p.unit), concat_ws(', ', p.property_id, p.city)
   FROM properties p
  WHERE p.id IN (SELECT search_property_ids(:q)) AND NOT p.is_archived
  ORDER BY p.street_address, p.unit, p.id LIMIT :most)
UNION ALL
(SELECT 'vendor', v.id, v.company_name, concat_ws(', ', v.city, v.phone)
   FROM vendors v
  WHERE v.id IN (SELECT search_vendor_ids(:q)) AND NOT v.is_archived
  ORDER BY v.company_name, v.id LIMIT :most)
