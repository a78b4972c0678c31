-- As turns_reader. The clock of a turn: since when in its stage, how long of that on hold, since when somebody has the
-- ball. The stage log says it too, but to ask that of thousands of turns at each look at the board is too slow.

-- What an UPDATE of a turn does to its clock.
CREATE OR REPLACE FUNCTION turn_clock(t turns, was turns) RETURNS turns
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moved boolean := t.stage_id <> was.stage_id;
    today date;
BEGIN
    IF moved OR (t.hold_reason IS NULL) <> (was.hold_reason IS NULL) THEN
        today := local_today(t.property_id);
        IF moved THEN
            t.stage_entered_on := today;
            t.stage_held_days := 0;
        ELSIF t.hold_reason IS NULL THEN
            t.stage_held_days := was.stage_held_days + greatest(0, today - was.held_on);
        END IF;
        t.held_on := CASE WHEN t.hold_reason IS NOT NULL THEN today END;
        t.ball_since := now();
    ELSIF t.scope_approval_status <> was.scope_approval_status OR t.vendor_id IS DISTINCT FROM was.vendor_id
        OR (t.sent_to_leasing_date IS NULL) <> (was.sent_to_leasing_date IS NULL) THEN
        t.ball_since := now();
    END IF;
    RETURN t;
END $$;

CREATE OR REPLACE FUNCTION turn_clock_begun(t turns) RETURNS turns
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.stage_entered_on := local_today(t.property_id);
    t.stage_held_days := 0;
    t.held_on := CASE WHEN t.hold_reason IS NOT NULL THEN t.stage_entered_on END;
    t.ball_since := now();
    RETURN t;
END $$;

-- Whoever writes the log by hand, or loads it, mends the past: the clocks of the turns on the board are set by it.
CREATE OR REPLACE FUNCTION turn_clock_from_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH visit AS (
        SELECT DISTINCT ON (t.id) t.id, l.entered_at,
            coalesce((SELECT p.timezone FROM properties p WHERE p.id = t.property_id), setting('timezone')) AS zone
        FROM turns t JOIN turn_stage_log l ON l.turn_id = t.id AND l.kind NOT IN ('hold', 'release')
        WHERE t.is_active AND t.id IN (SELECT turn_id FROM new_rows)
        ORDER BY t.id, l.entered_at DESC
    ), held AS (
        SELECT v.id, (v.entered_at AT TIME ZONE v.zone)::date AS entered_on,
            coalesce(sum((h.left_at AT TIME ZONE v.zone)::date - (h.entered_at AT TIME ZONE v.zone)::date)
                FILTER (WHERE h.left_at IS NOT NULL), 0) AS days,
            max((h.entered_at AT TIME ZONE v.zone)::date) FILTER (WHERE h.left_at IS NULL) AS held_on,
            greatest(v.entered_at, max(h.entered_at), max(h.left_at)) AS last
        FROM visit v LEFT JOIN turn_stage_log h
            ON h.turn_id = v.id AND h.kind = 'hold' AND h.entered_at >= v.entered_at
        GROUP BY v.id, v.entered_at, v.zone
    )
    UPDATE turns t SET stage_entered_on = held.entered_on, stage_held_days = held.days, held_on = held.held_on,
        ball_since = greatest(held.last, t.submitted_at, t.dfo_approval_datetime, t.ho_approval_datetime,
            t.reject_datetime)
    FROM held WHERE held.id = t.id;
    RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION turn_clock_from_log() TO turns_owner;
