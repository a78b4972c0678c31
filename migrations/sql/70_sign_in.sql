-- As turns_reader. Signing in, before anybody is known. Tokens come and are kept as their sha256.

CREATE OR REPLACE FUNCTION account_for_sign_in(wanted text)
RETURNS TABLE (id uuid, password_hash varchar, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, u.password_hash, u.is_active FROM users u
    WHERE lower(u.email) = lower(wanted) AND u.id <> '00000000-0000-0000-0000-000000000001'
$$;

CREATE OR REPLACE FUNCTION start_session(person uuid, token_hash text, ip inet, agent text, lifetime interval)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    UPDATE users SET last_login = now()
    WHERE id = person AND is_active AND id <> '00000000-0000-0000-0000-000000000001';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This account is closed.' USING ERRCODE = '42501', CONSTRAINT = 'sessions_account_closed';
    END IF;
    DELETE FROM sessions WHERE user_id = person AND expires_at < now();
    INSERT INTO sessions (user_id, token, ip_address, user_agent, expires_at)
    VALUES (person, token_hash, ip, agent, now() + lifetime) RETURNING id INTO made;
    RETURN made;
END $$;

-- Whose live session this is. In use it slides on by its whole lifetime, written at most once in five minutes.
CREATE OR REPLACE FUNCTION session_identity(token_hash text)
RETURNS TABLE (session_id uuid, user_id uuid, email varchar, first_name varchar, last_name varchar, role user_role,
    markets text[], vendor_id uuid, timezone varchar, preferences jsonb, expires_at timestamptz, portfolio_zone text,
    stands_in text[], unread integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found sessions;
BEGIN
    SELECT s.* INTO found FROM sessions s WHERE s.token = token_hash AND s.expires_at > now();
    IF found.last_seen_at < now() - interval '5 minutes' AND current_setting('transaction_read_only') = 'off' THEN
        UPDATE sessions s SET last_seen_at = now(), expires_at = now() + (s.expires_at - s.last_seen_at)
        WHERE s.id = found.id AND s.last_seen_at = found.last_seen_at;
    END IF;
    RETURN QUERY SELECT found.id, u.id, u.email, u.first_name, u.last_name, u.role, u.markets, u.vendor_id, u.timezone,
        u.preferences, found.expires_at, coalesce(setting('timezone'), 'UTC'), stands_in(u.id),
        unread_notices(u.id)
    FROM users u WHERE u.id = found.user_id AND u.is_active;
END $$;

-- Whose token a program shows: of a session, or one that somebody made for it (which then stands as the session).
-- That it is in use is written at most once a minute.
CREATE OR REPLACE FUNCTION bearer_identity(token_hash text)
RETURNS TABLE (session_id uuid, user_id uuid, email varchar, first_name varchar, last_name varchar, role user_role,
    markets text[], vendor_id uuid, timezone varchar, preferences jsonb, expires_at timestamptz, portfolio_zone text,
    stands_in text[], unread integer, reads_only boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_token api_tokens;
BEGIN
    RETURN QUERY SELECT s.*, false FROM session_identity(token_hash) s;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT t.* INTO found_token FROM api_tokens t
    WHERE t.token = token_hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF coalesce(found_token.last_used_at < now() - interval '1 minute', true)
        AND current_setting('transaction_read_only') = 'off' THEN
        UPDATE api_tokens t SET last_used_at = now()
        WHERE t.id = found_token.id AND t.last_used_at IS NOT DISTINCT FROM found_token.last_used_at;
    END IF;
    RETURN QUERY SELECT found_token.id, u.id, u.email, u.first_name, u.last_name, u.role, u.markets, u.vendor_id,
        u.timezone, u.preferences, found_token.expires_at, coalesce(setting('timezone'), 'UTC'),
        stands_in(u.id), 0, found_token.scope = 'read'
    FROM users u WHERE u.id = found_token.user_id AND u.is_active;
END $$;

CREATE OR REPLACE FUNCTION end_session(token_hash text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM sessions WHERE token = token_hash;
    UPDATE api_tokens SET revoked_at = now() WHERE token = token_hash AND revoked_at IS NULL
$$;

CREATE OR REPLACE FUNCTION password_hash_of_me() RETURNS varchar
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT password_hash FROM users WHERE id = app_me()
$$;

-- A new password for oneself ends one's other sessions, and what programs hold of the account.
CREATE OR REPLACE FUNCTION change_password(new_hash text, keep_session uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE users SET password_hash = new_hash WHERE id = app_me();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Sign in first.' USING ERRCODE = '42501', CONSTRAINT = 'users_not_signed_in';
    END IF;
    PERFORM end_access(app_me(), keep_session);
END $$;

-- An administrator's, for somebody who lost theirs: ends all that opens the account.
CREATE OR REPLACE FUNCTION set_password(person uuid, new_hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT app_is_admin() THEN
        RAISE EXCEPTION 'An administrator sets another password.'
            USING ERRCODE = '42501', CONSTRAINT = 'users_set_password';
    END IF;
    UPDATE users SET password_hash = new_hash WHERE id = person;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no such account.' USING ERRCODE = 'P0002';
    END IF;
    PERFORM end_access(person, NULL);
END $$;

GRANT EXECUTE ON FUNCTION account_for_sign_in(text), start_session(uuid, text, inet, text, interval),
    session_identity(text), bearer_identity(text), end_session(text), password_hash_of_me(), change_password(text, uuid),
    set_password(uuid, text) TO turns_app;

-- Asked before anybody is known, with no transaction that could say how long a lock is waited for.
ALTER FUNCTION account_for_sign_in(text) SET lock_timeout = '3s';
ALTER FUNCTION start_session(uuid, text, inet, text, interval) SET lock_timeout = '3s';
ALTER FUNCTION session_identity(text) SET lock_timeout = '3s';
ALTER FUNCTION bearer_identity(text) SET lock_timeout = '3s';
ALTER FUNCTION end_session(text) SET lock_timeout = '3s';
