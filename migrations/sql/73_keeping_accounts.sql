-- As turns_reader. What administrators see and end of others' accounts, and what somebody who leaves still holds.

CREATE OR REPLACE FUNCTION sessions_of(person uuid)
RETURNS TABLE (id uuid, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz, ip_address inet,
    user_agent text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.id, s.created_at, s.last_seen_at, s.expires_at, s.ip_address, s.user_agent FROM sessions s
    WHERE s.user_id = person AND s.expires_at > now() AND (SELECT app_is_admin())
    ORDER BY s.last_seen_at DESC, s.id LIMIT 50
$$;

-- The tokens of their programs that still work.
CREATE OR REPLACE FUNCTION api_tokens_of(person uuid)
RETURNS TABLE (id uuid, name varchar, scope varchar, created_at timestamptz, expires_at timestamptz,
    last_used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id, t.name, t.scope, t.created_at, t.expires_at, t.last_used_at FROM api_tokens t
    WHERE t.user_id = person AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
        AND (SELECT app_is_admin())
    ORDER BY t.created_at DESC, t.id LIMIT 100
$$;

-- One session of somebody's, or with null all of them. Returns how many there were.
CREATE OR REPLACE FUNCTION end_sessions_of(person uuid, only_session uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    PERFORM refuse_to_keep(person);
    DELETE FROM sessions WHERE user_id = person AND (only_session IS NULL OR id = only_session);
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended > 0 THEN
        PERFORM audit_account(person, 'sessions_ended', to_jsonb(ended));
    END IF;
    RETURN ended;
END $$;

-- One token of somebody's programs, or with null all of them. Returns how many worked until then.
CREATE OR REPLACE FUNCTION revoke_api_tokens_of(person uuid, only_token uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    PERFORM refuse_to_keep(person);
    UPDATE api_tokens SET revoked_at = now()
    WHERE user_id = person AND revoked_at IS NULL AND (only_token IS NULL OR id = only_token);
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended > 0 THEN
        PERFORM audit_account(person, 'api_tokens_revoked', to_jsonb(ended));
    END IF;
    RETURN ended;
END $$;

-- How much of each kind hangs on this person. Views are counted where others see them, too; delegations from them and
-- to them, until they are over.
CREATE OR REPLACE FUNCTION held_by(person uuid)
RETURNS TABLE (managed bigint, senior bigint, overseen bigint, submitted bigint, views bigint, delegations bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT count(*) FROM properties WHERE property_manager_id = person),
        (SELECT count(*) FROM properties WHERE sr_property_manager_id = person),
        (SELECT count(*) FROM turns WHERE turns_superintendent_id = person AND is_open),
        (SELECT count(*) FROM turns WHERE submitted_by = person AND NOT is_archived
            AND scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED')),
        (SELECT count(*) FROM saved_views WHERE owner_id = person AND shared_with_role IS NOT NULL),
        (SELECT count(*) FROM approval_delegations WHERE person IN (approver_id, delegate_id) AND ended_at IS NULL
            AND ends_on >= portfolio_today())
    WHERE (SELECT app_is_admin())
$$;

-- Views that others see, too, get another keeper. Who has one of that name keeps theirs: the new one tells whose it was,
-- and where that was taken over before as well, which it is.
CREATE OR REPLACE FUNCTION hand_over_views(person uuid, taker uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whose text := (SELECT left(email, 27) FROM users WHERE id = person);
BEGIN
    PERFORM refuse_to_keep(person);
    IF NOT EXISTS (SELECT FROM users WHERE id = taker AND id <> person AND is_active AND role <> 'VENDOR'
        AND id <> '00000000-0000-0000-0000-000000000001') THEN
        RAISE EXCEPTION 'Choose somebody else who is active.'
            USING ERRCODE = '23514', CONSTRAINT = 'saved_views_taker';
    END IF;
    UPDATE saved_views v SET owner_id = taker, name = (
        SELECT said.name FROM (VALUES (1, v.name),
            (2, left(v.name, 70) || ' (' || whose || ')'),
            (3, left(v.name, 60) || ' (' || whose || ', ' || left(v.id::text, 8) || ')')) AS said (place, name)
        WHERE NOT EXISTS (SELECT FROM saved_views o
            WHERE o.owner_id = taker AND o.page = v.page AND o.name = said.name)
        ORDER BY said.place LIMIT 1)
    WHERE v.owner_id = person AND v.shared_with_role IS NOT NULL;
END $$;

GRANT EXECUTE ON FUNCTION sessions_of(uuid), api_tokens_of(uuid), end_sessions_of(uuid, uuid),
    revoke_api_tokens_of(uuid, uuid), held_by(uuid), hand_over_views(uuid, uuid) TO turns_app;
