-- As turns_reader. The acts of approval that people do by name. All is decided on the locked row of the version that they
-- saw: any newer one is a conflict.

-- The row, locked, if this person sees it and it still has that version.
CREATE OR REPLACE FUNCTION turn_to_decide(wanted uuid, seen_version integer) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns;
BEGIN
    SELECT * INTO t FROM turns WHERE id = wanted FOR UPDATE;
    IF t.id IS NULL OR NOT sees_turn(wanted) THEN
        RAISE EXCEPTION 'There is no such turn.' USING ERRCODE = 'P0002';
    END IF;
    IF t.version IS DISTINCT FROM seen_version THEN
        RAISE EXCEPTION 'Somebody changed the turn since you saw it.'
            USING ERRCODE = '40001', CONSTRAINT = 'turns_version';
    END IF;
    RETURN t;
END $$;

-- The one place that writes the columns of approval outside a move.
CREATE OR REPLACE FUNCTION keep_approval(t turns) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE turns SET scope_approval_status = t.scope_approval_status,
        submitted_by = t.submitted_by, submitted_at = t.submitted_at,
        dfo_approval_user_id = t.dfo_approval_user_id, dfo_approval_datetime = t.dfo_approval_datetime,
        ho_approval_user_id = t.ho_approval_user_id, ho_approval_datetime = t.ho_approval_datetime,
        reject_user_id = t.reject_user_id, reject_datetime = t.reject_datetime, reject_reason = t.reject_reason,
        approved_turn_amount = t.approved_turn_amount, scope_approved_date = t.scope_approved_date,
        first_expected_completion_date = t.first_expected_completion_date
    WHERE id = t.id RETURNING version
$$;

CREATE OR REPLACE FUNCTION submit_approval(wanted uuid, seen_version integer, note text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
BEGIN
    PERFORM refuse_stranger(wanted);
    IF t.scope_approval_status NOT IN ('PENDING', 'REJECTED') THEN
        RAISE EXCEPTION '%', CASE WHEN approval_waits(t.scope_approval_status) THEN 'It already waits for approval.'
                ELSE 'It is already approved.' END
            USING ERRCODE = '23514', CONSTRAINT = 'turns_submitted_already';
    END IF;
    t := approval_submitted(t);
    PERFORM log_submission(t, seen_version, nullif(btrim(note), ''));
    RETURN keep_approval(t);
END $$;

CREATE OR REPLACE FUNCTION withdraw_approval(wanted uuid, seen_version integer, note text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
BEGIN
    PERFORM refuse_stranger(wanted);
    IF NOT approval_waits(t.scope_approval_status) THEN
        RAISE EXCEPTION 'It does not wait for approval.'
            USING ERRCODE = '23514', CONSTRAINT = 'turns_nothing_to_withdraw';
    END IF;
    INSERT INTO approval_decisions (turn_id, turn_version, decision, amount, approver_id, reason)
    VALUES (t.id, seen_version, 'WITHDRAW', t.turn_amount, app_actor(), nullif(btrim(note), ''));
    RETURN keep_approval(approval_withdrawn(t));
END $$;

CREATE OR REPLACE FUNCTION refuse_stranger(wanted uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT holds_turn(wanted) THEN
        RAISE EXCEPTION 'The turn''s manager sends it for approval.'
            USING ERRCODE = '42501', CONSTRAINT = 'turns_not_yours';
    END IF;
END $$;

-- decision: approve, reject or override (SUPER_ADMIN only; with a reason, as a rejection).
CREATE OR REPLACE FUNCTION decide_approval(wanted uuid, seen_version integer, decision text, reason text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
    level approval_level := CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' THEN 'HO' ELSE 'DFO' END;
    said text := nullif(btrim(reason), '');
    act approval_act;
BEGIN
    PERFORM refuse_decision(t, level, decision, said);
    IF decision = 'override' THEN
        act := 'OVERRIDE';
        t := decision_override(t);
    ELSIF decision = 'approve' THEN
        act := 'APPROVE';
        t := decision_approve(t, level);
    ELSIF t.submitted_by = app_actor() THEN
        -- To reject one's own is to withdraw it.
        act := 'WITHDRAW';
        t := approval_withdrawn(t);
    ELSE
        act := 'REJECT';
        t := decision_reject(t, said);
    END IF;
    INSERT INTO approval_decisions (turn_id, turn_version, level, decision, amount, approver_id, reason)
    VALUES (t.id, seen_version, level, act, t.turn_amount, app_actor(), said);
    RETURN keep_approval(t);
END $$;

CREATE OR REPLACE FUNCTION refuse_decision(t turns, level approval_level, decision text, reason text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    acting user_role := app_role();
BEGIN
    IF acting IS NULL OR acting NOT IN ('DFO_APPROVER', 'HO_APPROVER', 'SUPER_ADMIN')
        OR (decision = 'override' AND acting <> 'SUPER_ADMIN') THEN
        RAISE EXCEPTION 'Your role does not decide this.' USING ERRCODE = '42501', CONSTRAINT = 'approval_role';
    END IF;
    IF decision IS NULL OR decision NOT IN ('approve', 'reject', 'override') THEN
        RAISE EXCEPTION 'Approve or reject.' USING ERRCODE = '23514', CONSTRAINT = 'approval_decision_known';
    END IF;
    IF NOT approval_waits(t.scope_approval_status)
        OR (acting = 'DFO_APPROVER' AND level <> 'DFO') OR (acting = 'HO_APPROVER' AND level <> 'HO') THEN
        RAISE EXCEPTION 'The turn does not wait for your decision.'
            USING ERRCODE = '40001', CONSTRAINT = 'turns_not_waiting';
    END IF;
    IF decision <> 'approve' AND (reason IS NULL OR length(reason) > 500) THEN
        RAISE EXCEPTION 'Give a reason of 1 to 500 characters.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_reason';
    END IF;
    IF decision = 'approve' AND app_actor() IN (t.submitted_by, t.amount_set_by) THEN
        RAISE EXCEPTION 'You sent this turn or set its amount: somebody else approves it.'
            USING ERRCODE = '42501', CONSTRAINT = 'approval_own';
    END IF;
    IF decision = 'approve' AND level = 'HO' AND t.dfo_approval_user_id = app_actor() THEN
        RAISE EXCEPTION 'You approved this turn for the DFO: somebody else decides for head office.'
            USING ERRCODE = '42501', CONSTRAINT = 'approval_both_levels';
    END IF;
END $$;

-- The DFO's word is final up to the limit of head office, as it stands now.
CREATE OR REPLACE FUNCTION decision_approve(t turns, level approval_level) RETURNS turns
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF level = 'HO' THEN
        t.ho_approval_user_id := app_actor();
        t.ho_approval_datetime := now();
        t.scope_approval_status := 'HO_APPROVED';
        RETURN approval_final(t);
    END IF;
    t.dfo_approval_user_id := app_actor();
    t.dfo_approval_datetime := now();
    IF t.turn_amount <= setting('ho_limit', t.market)::numeric THEN
        t.scope_approval_status := 'DFO_APPROVED';
        RETURN approval_final(t);
    END IF;
    t.scope_approval_status := 'HO_APPROVAL_NEEDED';
    RETURN t;
END $$;

CREATE OR REPLACE FUNCTION decision_override(t turns) RETURNS turns
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.ho_approval_user_id := app_actor();
    t.ho_approval_datetime := now();
    t.scope_approval_status := 'HO_APPROVED';
    RETURN approval_final(t);
END $$;

CREATE OR REPLACE FUNCTION decision_reject(t turns, reason text) RETURNS turns
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.scope_approval_status := 'REJECTED';
    t.reject_user_id := app_actor();
    t.reject_datetime := now();
    t.reject_reason := reason;
    RETURN t;
END $$;

-- Keeps turns from other writers, in the order of their ids, so that who decides on many waits and never in a circle. A
-- plain lock asks for the right to write the row, which approvers have not.
CREATE OR REPLACE FUNCTION lock_turns_to_decide(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_role() IN ('DFO_APPROVER', 'HO_APPROVER', 'SUPER_ADMIN') THEN
        PERFORM FROM turns WHERE id = ANY (wanted) AND sees_turn(id) ORDER BY id FOR UPDATE;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION submit_approval(uuid, integer, text), withdraw_approval(uuid, integer, text),
    decide_approval(uuid, integer, text, text), lock_turns_to_decide(uuid[]) TO turns_app;
