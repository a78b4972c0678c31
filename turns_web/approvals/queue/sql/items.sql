-- A window of a part of the queue, in its order, with all that a decision is made by. The homes are looked up one by one:
-- the planner would read all of them, as it cannot know how few turns wait.
WITH who AS MATERIALIZED (
    SELECT id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) AS name FROM people
), /* rights */, shown AS MATERIALIZED (
    SELECT t.id, /* first */ AS first_key, /* second */ AS second_key, /* value */ AS sorted,
        row_number() OVER (ORDER BY /* by */) AS place
    FROM turns t
    JOIN LATERAL (
        SELECT /* home */ FROM properties WHERE id = t.property_id OFFSET 0
    ) p ON true
    JOIN turn_stages s ON s.id = t.stage_id
    /* beside */
    WHERE /* where */
    ORDER BY /* by */
    LIMIT :size
)
SELECT t.id, t.version, t.turn_id, /* amount */ AS amount, t.turn_amount, t.approved_turn_amount,
    t.scope_approval_status::text, t.submitted_by, t.amount_set_by, t.dfo_approval_user_id, t.is_archived,
    t.reject_reason, t.stage_id, s.name AS stage_name, p.street_address, p.unit, p.city, p.state, p.zip_code,
    p.bedrooms, p.bathrooms, p.area_sqft, t.market, t.grade::text, v.company_name AS vendor, p.move_in_date,
    t.move_out_date, t.expected_completion_date, t.monthly_rent, t.is_open, t.hold_reason, t.submitted_at,
    who.name AS asked_by, /* leased */ AS is_leased, /* since */ AS since, clock.held, clock.asked_at,
    -- An earlier turn of the same home that ended less than 30 days before this one began: the approver is told.
    EXISTS (SELECT FROM turns earlier WHERE earlier.property_id = t.property_id AND earlier.id <> t.id
        AND NOT earlier.is_archived AND earlier.turn_completion_date >= t.created_at::date - 30) AS is_second,
    told.note, told.question, told.answer, told.rejected_before, c.number AS change_number, c.amount AS change_amount,
    c.reason AS change_reason, t.change_order_amount,
    usual.turns AS usual_turns, usual.low AS usual_low, usual.median AS usual_median, usual.high AS usual_high,
    mine.level IS NOT NULL AS may_decide, for_whom.name AS decides_for,
    CASE WHEN mine.level IS NULL THEN (SELECT CASE
            WHEN t.submitted_by = ANY (r.who) OR t.amount_set_by = ANY (r.who) THEN 'approval_own'
            ELSE 'approval_both_levels' END
        FROM rights r WHERE r.status = t.scope_approval_status ORDER BY r.decided_for_id NULLS FIRST LIMIT 1) END AS barred,
    shown.first_key, shown.second_key, shown.sorted,
    setting('dfo_limit', t.market) AS dfo_limit, setting('ho_limit', t.market) AS ho_limit
FROM shown
JOIN turns t ON t.id = shown.id
JOIN LATERAL (
    SELECT street_address, unit, city, state, zip_code, bedrooms, bathrooms, area_sqft, move_in_date
    FROM properties WHERE id = t.property_id OFFSET 0
) p ON true
JOIN turn_stages s ON s.id = t.stage_id
LEFT JOIN vendors v ON v.id = t.vendor_id
LEFT JOIN who ON who.id = t.submitted_by
/* change */
LEFT JOIN LATERAL (
    SELECT r.level, r.decided_for_id FROM rights r WHERE /* may decide */ ORDER BY r.decided_for_id NULLS FIRST LIMIT 1
) mine ON true
LEFT JOIN who for_whom ON for_whom.id = mine.decided_for_id
LEFT JOIN LATERAL (
    SELECT (array_agg(d.reason ORDER BY d.number DESC) FILTER (WHERE d.decision = 'SUBMIT'))[1] AS note,
        (array_agg(d.reason ORDER BY d.number DESC) FILTER (WHERE d.decision = 'ASK'))[1] AS question,
        (array_agg(d.reason ORDER BY d.number DESC) FILTER (WHERE d.decision = 'ANSWER'))[1] AS answer,
        (array_agg(d.reason ORDER BY d.number DESC) FILTER (WHERE d.decision = 'REJECT'))[1] AS rejected_before
    FROM approval_decisions d
    WHERE d.turn_id = t.id AND (d.decision IN ('SUBMIT', 'REJECT') OR d.decided_at >= /* since */)
) told ON true
LEFT JOIN LATERAL approval_held(t.id, /* since */) clock ON true
LEFT JOIN typical_costs() usual ON usual.market = t.market AND usual.bedrooms = p.bedrooms
ORDER BY shown.place
