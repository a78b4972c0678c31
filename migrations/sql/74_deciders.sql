-- As turns_reader. Who may decide on a turn now, and in whose name: their own role first, else for somebody who named them.

-- For whom this person would decide at the level where the turn waits: null for their own role. Refuses whoever may not.
-- decision: approve, reject, ask, or override.
CREATE OR REPLACE FUNCTION decides_for(t turns, at_level approval_level, decision text) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    offer record;
BEGIN
    PERFORM refuse_stranger_to_approval(t, at_level, decision);
    IF decision = 'override' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO offer FROM offer_of(t, at_level);
    -- Anybody who decides at this level may reject.
    IF offer.barred IS NOT NULL AND decision IS DISTINCT FROM 'reject' THEN
        RAISE EXCEPTION '%', CASE offer.barred
                WHEN 'approval_own'
                THEN 'You, or whom you stand in for, sent this or set its amount: somebody else approves it.'
                ELSE 'You, or whom you stand in for, approved the other level of this turn: somebody else decides here.'
                END
            USING ERRCODE = '42501', CONSTRAINT = offer.barred;
    END IF;
    RETURN offer.decided_for_id;
END $$;

CREATE OR REPLACE FUNCTION level_of(t turns) RETURNS approval_level LANGUAGE sql IMMUTABLE
RETURN CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' THEN 'HO' ELSE 'DFO' END::approval_level;

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

-- The rule that keeps a person from approving, alone or in somebody's name; null for none. Neither of the two sent it or
-- set its amount, and neither has approved the other level of this turn, in person or by somebody, in any round.
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

-- In whose name this person would decide at a level, and what keeps them from approving: their own role alone, else the
-- first for whom nothing does. No row for whoever has no right at that level.
CREATE OR REPLACE FUNCTION offer_of(t turns, at_level approval_level) RETURNS TABLE (decided_for_id uuid, barred text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT mine.decided_for_id, b.barred
    FROM approval_rights() AS mine, LATERAL barred(t, at_level, app_actor(), mine.decided_for_id) AS b (barred)
    WHERE mine.level = at_level
    ORDER BY mine.decided_for_id IS NOT NULL, b.barred IS NOT NULL, mine.decided_for_id
    LIMIT 1
$$;

-- The same of one turn where it waits now, for a page that shows beforehand what deciding would answer.
CREATE OR REPLACE FUNCTION approval_offer(wanted uuid) RETURNS TABLE (decided_for_id uuid, barred text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.* FROM turns t, LATERAL offer_of(t, level_of(t)) AS o
    WHERE t.id = wanted AND NOT t.is_archived AND approval_waits(t.scope_approval_status) AND sees_turn(wanted)
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

GRANT EXECUTE ON FUNCTION lock_turns_to_decide(uuid[]), approval_offer(uuid) TO turns_app;

-- The turns that wait for approval, whoever sees them: for queries that the policy of turns narrows. Behind a policy no
-- index is used for what is compared by a function that might tell of the row.
CREATE OR REPLACE FUNCTION waiting_turn_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE ROWS 500 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM turns WHERE scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED')
$$;
GRANT EXECUTE ON FUNCTION waiting_turn_ids() TO turns_app;
