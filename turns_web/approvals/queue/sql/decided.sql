-- What this person decided, and what others decided for them, the latest first.
WITH who AS MATERIALIZED (
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
)
SELECT d.id, d.turn_id, t.version, t.turn_id AS code, concat_ws(', ', p.street_address, p.unit) AS address, p.city,
    t.scope_approval_status::text AS status, d.level::text, d.decision::text, d.amount, d.reason, d.turn_version,
    d.decided_at, by_whom.name AS decided_by, for_whom.name AS decided_for,
    d.approver_id = :me AS is_own
FROM approval_decisions d
JOIN turns t ON t.id = d.turn_id
JOIN properties p ON p.id = t.property_id
JOIN turn_stages s ON s.id = t.stage_id
LEFT JOIN who by_whom ON by_whom.id = d.approver_id
LEFT JOIN who for_whom ON for_whom.id = d.decided_for_id
WHERE (d.approver_id = :me OR d.decided_for_id = :me)
    AND d.decision IN ('APPROVE', 'REJECT', 'OVERRIDE', 'ASK')
    AND /* where */ AND /* after */
ORDER BY d.decided_at DESC, d.id DESC
LIMIT :size
