-- The best few of each kind. The searches themselves look through the whole portfolio; that they stop at 500 hits keeps
-- a word that half of the rows contain as quick as a rare one (a set in a select list is made row by row).
(SELECT 'turn' AS kind, t.id, concat_ws(' ', p.street_address, p.unit) AS words,
        concat_ws(', ', t.turn_id, s.name) AS note
   FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id
  WHERE t.id IN (SELECT search_turn_ids(:q) LIMIT 500) AND NOT t.is_archived
  ORDER BY t.is_open DESC, t.created_at DESC, t.id LIMIT :most)
UNION ALL
(SELECT 'property', p.id, concat_ws(' ', p.street_address, p.unit), concat_ws(', ', p.property_id, p.city)
   FROM properties p
  WHERE p.id IN (SELECT search_property_ids(:q) LIMIT 500) AND NOT p.is_archived
  ORDER BY p.street_address, p.unit, p.id LIMIT :most)
UNION ALL
(SELECT 'vendor', v.id, v.company_name, concat_ws(', ', v.city, v.phone)
   FROM vendors v
  WHERE v.id IN (SELECT search_vendor_ids(:q) LIMIT 500) AND NOT v.is_archived
  ORDER BY v.company_name, v.id LIMIT :most)
