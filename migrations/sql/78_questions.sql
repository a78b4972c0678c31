-- As turns_reader. Needs information: an approver's question, and the answer. Neither changes the turn or its version.

CREATE OR REPLACE FUNCTION ask_approval(wanted uuid, seen_version integer, question text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
    level approval_level := level_of(t);
    stood_in_for uuid := decides_for(t, level, 'ask');
BEGIN
    IF words_of(question) IS NULL THEN
        RAISE EXCEPTION 'Enter what you need to know, in at most 5,000 characters.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_question';
    END IF;
    PERFORM log_act(t, change_order_waiting(wanted), level, 'ASK', stood_in_for, words_of(question));
    RETURN t.version;
END $$;

CREATE OR REPLACE FUNCTION answer_approval(wanted uuid, seen_version integer, answer text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
BEGIN
    IF NOT (holds_turn(wanted) OR coalesce(t.submitted_by = app_me(), false)) THEN
        RAISE EXCEPTION 'Whoever sent the turn, or its manager, answers.'
            USING ERRCODE = '42501', CONSTRAINT = 'approval_answer_yours';
    END IF;
    IF (SELECT asked_at FROM approval_held(wanted, '-infinity')) IS NULL THEN
        RAISE EXCEPTION 'No question is open here.' USING ERRCODE = '23514', CONSTRAINT = 'approval_not_asked';
    END IF;
    IF words_of(answer) IS NULL THEN
        RAISE EXCEPTION 'Enter your answer, in at most 5,000 characters.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_answer';
    END IF;
    PERFORM log_act(t, change_order_waiting(wanted), level_of(t), 'ANSWER', NULL, words_of(answer));
    RETURN t.version;
END $$;

-- As typed, without the space around it; null where that is nothing, or too much.
CREATE OR REPLACE FUNCTION words_of(typed text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN length(btrim(typed)) BETWEEN 1 AND 5000 THEN btrim(typed) END;

-- How long the clock of a turn's approval stood still since a moment, and, while it does, since when: from each question to
-- the next act. A plain function, seen through its query, and bound by the policies of who asks.
CREATE OR REPLACE FUNCTION approval_held(wanted uuid, since timestamptz)
RETURNS TABLE (held interval, asked_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(coalesce(a.ended_at, now()) - a.decided_at), interval '0'),
        min(a.decided_at) FILTER (WHERE a.is_open)
    FROM (
        SELECT d.decision::text, d.decided_at, lead(d.decided_at) OVER acts AS ended_at,
            bool_and(d.decision::text = 'ASK') OVER (acts ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS is_open
        FROM public.approval_decisions d WHERE d.turn_id = wanted
        WINDOW acts AS (ORDER BY d.number)
    ) AS a
    WHERE a.decision = 'ASK' AND a.decided_at >= since
$$;

GRANT EXECUTE ON FUNCTION ask_approval(uuid, integer, text), answer_approval(uuid, integer, text),
    approval_held(uuid, timestamptz) TO turns_app;
