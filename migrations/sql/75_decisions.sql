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
    PERFORM refuse_archived(t);
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
        change_order_amount = t.change_order_amount,
        first_expected_completion_date = t.first_expected_completion_date
    WHERE id = t.id RETURNING version
$$;

CREATE OR REPLACE FUNCTION submit_approval(wanted uuid, seen_version integer, note text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
BEGIN
    PERFORM refuse_stranger(wanted, 'The turn''s manager sends it for approval.');
    IF t.scope_approval_status NOT IN ('PENDING', 'REJECTED') THEN
        RAISE EXCEPTION '%', CASE WHEN approval_waits(t.scope_approval_status) THEN 'It already waits for approval.'
                ELSE 'It is already approved.' END
            USING ERRCODE = '23514', CONSTRAINT = 'turns_submitted_already';
    END IF;
    t := approval_submitted(t);
    PERFORM log_submission(t, seen_version, nullif(btrim(note), ''));
    RETURN keep_approval(t);
END $$;

-- A first approval is taken back to PENDING, a change order to the approval before it.
CREATE OR REPLACE FUNCTION withdraw_approval(wanted uuid, seen_version integer, note text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
    waiting change_orders := change_order_waiting(wanted);
BEGIN
    PERFORM refuse_stranger(wanted, 'The turn''s manager takes it back.');
    IF NOT approval_waits(t.scope_approval_status) THEN
        RAISE EXCEPTION 'It does not wait for approval.'
            USING ERRCODE = '23514', CONSTRAINT = 'turns_nothing_to_withdraw';
    END IF;
    PERFORM log_act(t, waiting, NULL, 'WITHDRAW', NULL, nullif(btrim(note), ''));
    RETURN keep_approval(CASE WHEN waiting.id IS NULL THEN approval_withdrawn(t)
        ELSE change_order_refused(t, waiting) END);
END $$;

CREATE OR REPLACE FUNCTION refuse_stranger(wanted uuid, who_does text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT holds_turn(wanted) THEN
        RAISE EXCEPTION '%', who_does USING ERRCODE = '42501', CONSTRAINT = 'turns_not_yours';
    END IF;
END $$;

-- decision: approve, reject or override (SUPER_ADMIN only, in person; with a reason, as a rejection).
CREATE OR REPLACE FUNCTION decide_approval(wanted uuid, seen_version integer, decision text, reason text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
    waiting change_orders := change_order_waiting(wanted);
    level approval_level := level_of(t);
    said text := nullif(btrim(reason), '');
    stood_in_for uuid := decides_for(t, level, decision);
    act approval_act;
BEGIN
    PERFORM refuse_decision(decision, said);
    act := CASE decision WHEN 'approve' THEN 'APPROVE' WHEN 'override' THEN 'OVERRIDE'
        -- To reject one's own is to withdraw it.
        ELSE CASE WHEN t.submitted_by IN (app_actor(), stood_in_for) THEN 'WITHDRAW' ELSE 'REJECT' END END;
    PERFORM log_act(t, waiting, level, act, stood_in_for, said);
    RETURN keep_approval(CASE
        WHEN decision IN ('approve', 'override')
            THEN decision_approve(t, waiting, CASE decision WHEN 'approve' THEN level ELSE 'HO' END)
        WHEN waiting.id IS NOT NULL THEN change_order_refused(t, waiting)
        WHEN act = 'WITHDRAW' THEN approval_withdrawn(t)
        ELSE decision_reject(t, said) END);
END $$;

CREATE OR REPLACE FUNCTION refuse_decision(decision text, reason text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF decision IS NULL OR decision NOT IN ('approve', 'reject', 'override') THEN
        RAISE EXCEPTION 'Approve or reject.' USING ERRCODE = '23514', CONSTRAINT = 'approval_decision_known';
    END IF;
    IF decision <> 'approve' AND (reason IS NULL OR length(reason) > 500) THEN
        RAISE EXCEPTION 'Give a reason of 1 to 500 characters.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_reason';
    END IF;
END $$;

-- On the version that was seen: the act makes the next one.
CREATE OR REPLACE FUNCTION log_act(t turns, waiting change_orders, level approval_level, act approval_act,
    stood_in_for uuid, reason text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO approval_decisions (turn_id, turn_version, level, decision, amount, approver_id, decided_for_id, reason,
        change_order_id)
    VALUES (t.id, t.version, level, act, amount_to_decide(t, waiting), app_actor(), stood_in_for, reason, waiting.id)
$$;

-- The DFO's word is final up to the limit of head office, as it stands now. Final approval of a change order leaves what
-- the decision says: the DFO's, where the new total is the DFO's to approve, also after head office decided on the base.
CREATE OR REPLACE FUNCTION decision_approve(t turns, waiting change_orders, level approval_level) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF level = 'HO' THEN
        t.ho_approval_user_id := app_actor();
        t.ho_approval_datetime := now();
        t.scope_approval_status := 'HO_APPROVED';
    ELSE
        t.dfo_approval_user_id := app_actor();
        t.dfo_approval_datetime := now();
        t.scope_approval_status := CASE WHEN amount_to_decide(t, waiting) <= setting('ho_limit', t.market)::numeric
            THEN 'DFO_APPROVED' ELSE 'HO_APPROVAL_NEEDED' END;
    END IF;
    IF approval_waits(t.scope_approval_status) THEN
        RETURN t;
    END IF;
    RETURN CASE WHEN waiting.id IS NULL THEN approval_final(t) ELSE change_order_approved(t, waiting) END;
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

GRANT EXECUTE ON FUNCTION submit_approval(uuid, integer, text), withdraw_approval(uuid, integer, text),
    decide_approval(uuid, integer, text, text) TO turns_app;
