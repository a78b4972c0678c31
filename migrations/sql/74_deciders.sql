-- As turns_reader. Who may decide on a turn now, and in whose name: their own role first, else for somebody who named them.

-- For whom this person would decide at the level where the turn waits: null for their own role. Refuses whoever may not.
-- decision: approve, reject, ask, or override.
CREATE OR REPLACE FUNCTION decides_for(t turns, at_level approval_level, decision text) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    candidate record;
    barred text;
    first_barred text;
BEGIN
    PERFORM refuse_stranger_to_approval(t, at_level, decision);
    IF decision = 'override' THEN
        RETURN NULL;
    END IF;
    FOR candidate IN SELECT decided_for_id FROM approval_rights() WHERE level = at_level
        ORDER BY decided_for_id NULLS FIRST LOOP
        barred := barred_by(t, at_level, candidate.decided_for_id);
        -- Anybody who decides at this level may reject.
        IF barred IS NULL OR decision = 'reject' THEN
            RETURN candidate.decided_for_id;
        END IF;
        first_barred := coalesce(first_barred, barred);
        EXIT WHEN candidate.decided_for_id IS NULL;
    END LOOP;
    RAISE EXCEPTION '%', CASE first_barred
            WHEN 'approval_own' THEN 'You, or whom you stand in for, sent this or set its amount: somebody else approves it.'
            ELSE 'You, or whom you stand in for, approved the other level of this turn: somebody else decides here.' END
        USING ERRCODE = '42501', CONSTRAINT = first_barred;
END $$;

CREATE OR REPLACE FUNCTION refuse_stranger_to_approval(t turns, at_level approval_level, decision text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approval_rights()) OR (decision = 'override' AND app_role() <> 'SUPER_ADMIN') THEN
        RAISE EXCEPTION 'Your role does not decide this.' USING ERRCODE = '42501', CONSTRAINT = 'approval_role';
    END IF;
    IF NOT approval_waits(t.scope_approval_status)
        OR NOT EXISTS (SELECT FROM approval_rights() AS mine WHERE mine.level = at_level) THEN
        RAISE EXCEPTION 'The turn does not wait for your decision.'
            USING ERRCODE = '40001', CONSTRAINT = 'turns_not_waiting';
    END IF;
END $$;

-- The rule that keeps a person from approving, alone or in somebody's name; null for none. Neither of the two sent it or set its amount, and neither has approved the other level of this
-- turn, in person or by somebody, in any round.
CREATE OR REPLACE FUNCTION barred(t turns, at_level approval_level, person uuid, decided_for uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN t.submitted_by IN (person, decided_for) OR t.amount_set_by IN (person, decided_for)
            THEN 'approval_own'
        WHEN (at_level = 'HO' AND t.dfo_approval_user_id IN (person, decided_for))
            OR EXISTS (SELECT FROM approval_decisions d
                WHERE d.turn_id = t.id AND d.decision = 'APPROVE' AND d.level <> at_level
                    AND (d.approver_id IN (person, decided_for) OR d.decided_for_id IN (person, decided_for)))
            THEN 'approval_both_levels'
        END
$$;

-- The same of whoever asks.
CREATE OR REPLACE FUNCTION barred_by(t turns, at_level approval_level, decided_for uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT barred(t, at_level, app_actor(), decided_for)
$$;

-- Keeps turns from other writers, in the order of their ids, so that who decides on many waits and never in a circle. A
-- plain lock asks for the right to write the row, which approvers have not.
CREATE OR REPLACE FUNCTION lock_turns_to_decide(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approval_rights()) THEN
        PERFORM FROM turns WHERE id = ANY (wanted) AND sees_turn(id) ORDER BY id FOR UPDATE;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION lock_turns_to_decide(uuid[]) TO turns_app;
