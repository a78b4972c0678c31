-- As turns_reader. What happens to a turn's approval, as plain functions from row to row. The move's trigger and the
-- functions that people call both use these: one home for the limits. None of them is the application's to call.

-- Sent for approval: at or below the DFO's limit nobody has to approve. When, is by the clock: one transaction may send
-- a turn twice.
CREATE OR REPLACE FUNCTION approval_submitted(t turns) RETURNS turns
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM refuse_archived(t);
    IF t.turn_amount IS NULL THEN
        RAISE EXCEPTION 'Enter the amount before sending the turn for approval.'
            USING ERRCODE = '23514', CONSTRAINT = 'turns_amount_to_approve';
    END IF;
    t := approval_cleared(t);
    t.submitted_by := app_actor();
    t.submitted_at := clock_timestamp();
    t.first_expected_completion_date := coalesce(t.first_expected_completion_date, t.expected_completion_date);
    IF t.turn_amount <= setting('dfo_limit', t.market)::numeric THEN
        t.scope_approval_status := 'DFO_APPROVED';
        t.dfo_approval_datetime := now();
        RETURN approval_final(t);
    END IF;
    t.scope_approval_status := 'DFO_APPROVAL_NEEDED';
    RETURN t;
END $$;

CREATE OR REPLACE FUNCTION refuse_archived(t turns) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF t.is_archived THEN
        RAISE EXCEPTION 'It is archived: restore it first.' USING ERRCODE = '23514', CONSTRAINT = 'turns_archived';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION approval_withdrawn(t turns) RETURNS turns
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t := approval_cleared(t);
    t.scope_approval_status := 'PENDING';
    t.submitted_by := NULL;
    t.submitted_at := NULL;
    t.approved_turn_amount := NULL;
    t.scope_approved_date := NULL;
    RETURN t;
END $$;

-- The base is set once, by the first final approval.
CREATE OR REPLACE FUNCTION approval_final(t turns) RETURNS turns
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.approved_turn_amount := coalesce(t.approved_turn_amount, t.turn_amount);
    t.scope_approved_date := coalesce(t.scope_approved_date, local_today(t.property_id));
    RETURN t;
END $$;

CREATE OR REPLACE FUNCTION approval_cleared(t turns) RETURNS turns
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.dfo_approval_user_id := NULL;
    t.dfo_approval_datetime := NULL;
    t.ho_approval_user_id := NULL;
    t.ho_approval_datetime := NULL;
    t.reject_user_id := NULL;
    t.reject_datetime := NULL;
    t.reject_reason := NULL;
    RETURN t;
END $$;

CREATE OR REPLACE FUNCTION approval_is_final(status approval_status) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN status IN ('DFO_APPROVED', 'HO_APPROVED');

CREATE OR REPLACE FUNCTION approval_waits(status approval_status) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED');

-- An administrator's import sets a stage without asking its demands.
CREATE OR REPLACE FUNCTION importing() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(current_setting('app.stage_kind', true), '') = 'import'
        AND (app_user_id() IS NULL OR app_is_admin())
$$;

-- The approval that comes with a move from one stage to another (from none: a turn that begins there).
CREATE OR REPLACE FUNCTION approval_moved(t turns, from_order integer, to_order integer, undone boolean) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF undone THEN
        t := approval_undone(t);
    ELSIF to_order < from_order AND approval_waits(t.scope_approval_status) AND t.approved_turn_amount IS NULL
        AND EXISTS (SELECT FROM turn_stages WHERE requires_approval
            AND display_order > to_order AND display_order <= from_order) THEN
        t := approval_withdrawn(t);
    END IF;
    IF EXISTS (SELECT FROM turn_stages WHERE requires_approval AND (is_active OR display_order = from_order)
        AND display_order >= coalesce(from_order, -2147483648) AND display_order < to_order)
        AND NOT approval_is_final(t.scope_approval_status) THEN
        t := approval_asked(t);
    END IF;
    IF NOT undone AND EXISTS (SELECT FROM turn_stages WHERE id = t.stage_id AND requires_approval)
        AND t.scope_approval_status IN ('PENDING', 'REJECTED') THEN
        t := approval_submitted(t);
    END IF;
    RETURN t;
END $$;

-- A stage that asks for approval is left or passed: a turn never sent is sent now, and goes on where the rule approves.
CREATE OR REPLACE FUNCTION approval_asked(t turns) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sent turns;
BEGIN
    IF t.scope_approval_status = 'PENDING' THEN
        sent := approval_submitted(t);
        IF approval_is_final(sent.scope_approval_status) THEN
            RETURN sent;
        END IF;
    END IF;
    RAISE EXCEPTION '%', CASE t.scope_approval_status
            WHEN 'PENDING' THEN 'Needs approval first: send it for approval.'
            WHEN 'REJECTED' THEN 'It was rejected: change it and send it for approval again.'
            WHEN 'DFO_APPROVAL_NEEDED' THEN 'Waits for the DFO''s approval.'
            ELSE 'Waits for head office''s approval.' END
        USING ERRCODE = '23514', CONSTRAINT = 'turns_approval_needed';
END $$;

-- Undo puts back what the move before it did to approval: it is known by the version that the move was made from. A
-- change order is nothing that a move does.
CREATE OR REPLACE FUNCTION approval_undone(t turns) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made approval_act[] := ARRAY(SELECT decision FROM approval_decisions
        WHERE turn_id = t.id AND turn_version = t.version - 1 AND change_order_id IS NULL);
BEGIN
    IF 'SUBMIT' = ANY (made) AND (approval_waits(t.scope_approval_status) OR 'RULE' = ANY (made)) THEN
        RETURN approval_before_move(approval_withdrawn(t), ARRAY['PENDING', 'REJECTED']);
    ELSIF 'WITHDRAW' = ANY (made) AND t.scope_approval_status = 'PENDING' THEN
        -- What an approver has said was said of that amount.
        IF EXISTS (SELECT FROM turns WHERE id = t.id AND turn_amount IS DISTINCT FROM t.turn_amount) THEN
            RETURN approval_submitted(t);
        END IF;
        t := approval_before_move(t, ARRAY['DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED']);
        RETURN CASE WHEN t.scope_approval_status = 'PENDING' THEN approval_submitted(t) ELSE t END;
    END IF;
    RETURN t;
END $$;

-- With the columns of approval as the audit has them from before the last version, where that was one of these statuses.
CREATE OR REPLACE FUNCTION approval_before_move(t turns, wanted text[]) RETURNS turns
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := (SELECT approval_of(jsonb_populate_record(n, a.old_values)) FROM turns n JOIN audit_logs a
        ON a.table_name = 'turns' AND a.record_id = n.id AND a.action = 'UPDATE' AND a.record_version = n.version
        WHERE n.id = t.id);
BEGIN
    IF was ->> 'scope_approval_status' = ANY (wanted) THEN
        RETURN jsonb_populate_record(t, was);
    END IF;
    RETURN t;
END $$;

-- The columns in which an approval stands: all but the base and its day, which stay once they are set.
CREATE OR REPLACE FUNCTION approval_of(t turns) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(t))
    WHERE key IN ('scope_approval_status', 'submitted_by', 'submitted_at', 'dfo_approval_user_id',
        'dfo_approval_datetime', 'ho_approval_user_id', 'ho_approval_datetime', 'reject_user_id', 'reject_datetime',
        'reject_reason')
$$;

-- What a move did, for the list of decisions: it may have taken back a submission, and made one.
CREATE OR REPLACE FUNCTION turns_log_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    note text := nullif(current_setting('app.stage_note', true), '');
    again boolean := OLD.submitted_at IS DISTINCT FROM NEW.submitted_at;
    was_sent boolean := OLD.scope_approval_status NOT IN ('PENDING', 'REJECTED');
    is_sent boolean := NEW.scope_approval_status NOT IN ('PENDING', 'REJECTED');
BEGIN
    IF was_sent AND (again OR NOT is_sent) THEN
        INSERT INTO approval_decisions (turn_id, turn_version, decision, amount, approver_id, reason)
        VALUES (NEW.id, OLD.version, 'WITHDRAW', OLD.turn_amount, app_actor(), note);
    END IF;
    IF is_sent AND (again OR NOT was_sent) THEN
        PERFORM log_submission(NEW, OLD.version, note);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION log_submission(t turns, from_version integer, note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO approval_decisions (turn_id, turn_version, decision, amount, approver_id, reason)
    VALUES (t.id, from_version, 'SUBMIT', t.turn_amount, app_actor(), note);
    IF approval_is_final(t.scope_approval_status) THEN
        INSERT INTO approval_decisions (turn_id, turn_version, level, decision, amount)
        VALUES (t.id, from_version, 'DFO', 'RULE', t.turn_amount);
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION turns_log_approval() TO turns_owner;
