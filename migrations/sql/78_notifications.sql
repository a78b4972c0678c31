-- As turns_reader. What people are told. The application reads and marks its own person's; the rest is the relay's, as
-- the system user, through these.

CREATE OR REPLACE FUNCTION refuse_but_system() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_user_id() IS DISTINCT FROM '00000000-0000-0000-0000-000000000001' THEN
        RAISE EXCEPTION 'Only the relay tells people.' USING ERRCODE = '42501', CONSTRAINT = 'notifications_relay';
    END IF;
END $$;

-- One row a person and key. A further row of the same act adds to it and makes it new again; what is told by a key of its
-- own (a reminder) is told once. Answers which were new to the person.
CREATE OR REPLACE FUNCTION tell_people(given jsonb) RETURNS TABLE (user_id uuid, key varchar)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM refuse_but_system();
    -- Two relays that tell of one act would each count without the other.
    PERFORM pg_advisory_xact_lock(hashtext('turns: notices'));
    RETURN QUERY
    WITH g AS (
        SELECT * FROM jsonb_to_recordset(given) AS g (user_id uuid, kind text, turn_id uuid, title text, many text,
            body text, among text, link text, many_link text, key text, count integer, is_shown boolean, adds boolean)
    ), more AS (
        UPDATE notifications n SET count = n.count + g.count, turn_id = NULL, link = g.many_link,
            title = left(replace(g.many, '{count}', (n.count + g.count)::text), 500),
            -- What stood there was said of the first alone.
            body = left(g.among, 1991) || ' and more', read_at = NULL, created_at = now()
        FROM g WHERE g.adds AND n.user_id = g.user_id AND n.key = g.key
        RETURNING n.user_id, n.key
    ), made AS (
        INSERT INTO notifications AS n (user_id, kind, turn_id, title, body, link, key, count, is_shown)
        SELECT g.user_id, g.kind, CASE WHEN g.count = 1 THEN g.turn_id END,
            left(CASE WHEN g.count = 1 THEN g.title ELSE replace(g.many, '{count}', g.count::text) END, 500),
            left(g.body, 2000), CASE WHEN g.count = 1 THEN g.link ELSE g.many_link END, g.key, g.count, g.is_shown
        FROM g
        ON CONFLICT ON CONSTRAINT notifications_user_id_key_key DO NOTHING
        RETURNING n.user_id, n.key
    )
    SELECT * FROM more UNION ALL SELECT * FROM made;
END $$;

-- Of these pairs of a turn and a person, those where the person sees the turn, by the very rule of its policy.
CREATE OR REPLACE FUNCTION who_sees(of_turns uuid[], of_people uuid[]) RETURNS TABLE (turn_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asking text := current_setting('app.current_user_id', true);
    person uuid;
BEGIN
    PERFORM refuse_but_system();
    FOR person IN SELECT DISTINCT p FROM unnest(of_people) AS p LOOP
        PERFORM set_config('app.current_user_id', person::text, true);
        RETURN QUERY SELECT pair.t, person FROM unnest(of_turns, of_people) AS pair (t, p)
            WHERE pair.p = person AND sees_turn(pair.t);
    END LOOP;
    PERFORM set_config('app.current_user_id', asking, true);
END $$;

-- Who may decide now on each of these turns, by the very rule of a decision: by their own role, else for somebody.
CREATE OR REPLACE FUNCTION who_decides(wanted uuid[]) RETURNS TABLE (turn_id uuid, user_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM refuse_but_system();
    RETURN QUERY
    WITH rights AS (
        SELECT u.id AS person, unnest(approval_levels(u.role)) AS level, NULL::uuid AS decided_for FROM users u
        WHERE u.is_active AND u.id <> app_user_id()
        UNION ALL
        SELECT away.delegate_id, unnest(s.levels), s.approver_id
        FROM (SELECT DISTINCT delegate_id FROM approval_delegations
            WHERE ended_at IS NULL AND portfolio_today() BETWEEN starts_on AND ends_on) AS away,
            LATERAL approvers_stood_in_for(away.delegate_id) AS s
    )
    SELECT DISTINCT t.id, r.person FROM turns t JOIN rights r ON r.level = level_of(t)
    WHERE t.id = ANY (wanted) AND approval_waits(t.scope_approval_status) AND NOT t.is_archived
        AND barred(t, r.level, r.person, r.decided_for) IS NULL
        AND NOT (r.decided_for IS NOT NULL AND EXISTS (SELECT FROM rights own
            WHERE own.person = r.person AND own.level = r.level AND own.decided_for IS NULL));
END $$;

-- What one sees no more is no news either.
CREATE OR REPLACE FUNCTION lost_sight(of_turns uuid[], of_people uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM refuse_but_system();
    UPDATE notifications n SET read_at = now() FROM unnest(of_turns, of_people) AS pair (t, p)
    WHERE n.turn_id = pair.t AND n.user_id = pair.p AND n.read_at IS NULL;
END $$;

-- How much is new to this person; more than 99 is said no more exactly.
CREATE OR REPLACE FUNCTION unread_notices(person uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*)::integer FROM (SELECT FROM notifications n
        WHERE n.user_id = person AND n.read_at IS NULL AND n.is_shown LIMIT 100) AS new
$$;

CREATE OR REPLACE FUNCTION forget_notices(days integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM refuse_but_system();
    DELETE FROM notifications WHERE created_at < now() - make_interval(days => days);
END $$;

GRANT EXECUTE ON FUNCTION tell_people(jsonb), who_sees(uuid[], uuid[]), who_decides(uuid[]),
    lost_sight(uuid[], uuid[]),
    forget_notices(integer) TO turns_app;
