-- As turns_reader. Links that open an account: an invitation, or a new password in place of one that was lost. Like
-- sessions they come and are kept as the sha256 of their token; each is used once.

-- Refuses whoever may not keep this account. Only a super administrator touches one.
CREATE OR REPLACE FUNCTION refuse_to_keep(person uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT app_is_admin() THEN
        RAISE EXCEPTION 'An administrator keeps the accounts.' USING ERRCODE = '42501', CONSTRAINT = 'users_keep';
    END IF;
    IF NOT EXISTS (SELECT FROM users WHERE id = person AND id <> '00000000-0000-0000-0000-000000000001') THEN
        RAISE EXCEPTION 'There is no such account.' USING ERRCODE = 'P0002';
    END IF;
    IF app_role() <> 'SUPER_ADMIN' AND (SELECT role FROM users WHERE id = person) = 'SUPER_ADMIN' THEN
        RAISE EXCEPTION 'Only a super administrator changes a super administrator.'
            USING ERRCODE = '42501', CONSTRAINT = 'users_super_admin';
    END IF;
END $$;

-- What an administrator did about an account that is in no column of it, as a line of its history.
CREATE OR REPLACE FUNCTION audit_account(person uuid, field text, told jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO audit_logs (table_name, record_id, action, changed_fields, new_values, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT 'users', person, 'UPDATE', ARRAY[field], jsonb_build_object(field, told), clock_timestamp(), a.*
    FROM audit_author() a
$$;

-- A link for somebody, in place of those of its kind that were not used. Returns its id.
CREATE OR REPLACE FUNCTION make_link(person uuid, for_what text, token_hash text, lifetime interval) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    account users;
    made uuid;
BEGIN
    PERFORM refuse_to_keep(person);
    SELECT * INTO account FROM users WHERE id = person FOR NO KEY UPDATE;
    IF for_what = 'INVITE' AND (account.is_active OR account.password_hash IS NOT NULL) THEN
        RAISE EXCEPTION 'They have an account already: send a link for a new password instead.'
            USING ERRCODE = '23514', CONSTRAINT = 'links_account_opened';
    ELSIF for_what = 'RESET' AND NOT account.is_active THEN
        RAISE EXCEPTION 'This account is closed: open it first.'
            USING ERRCODE = '23514', CONSTRAINT = 'links_account_closed';
    END IF;
    UPDATE verification_tokens SET ended_at = now()
    WHERE user_id = person AND purpose = for_what AND used_at IS NULL AND ended_at IS NULL;
    INSERT INTO verification_tokens (user_id, purpose, token, expires_at)
    VALUES (person, for_what, token_hash, now() + lifetime) RETURNING id INTO made;
    PERFORM audit_account(person, CASE for_what WHEN 'INVITE' THEN 'invitation' ELSE 'password_link' END, '"sent"');
    RETURN made;
END $$;

-- An invitation that was not accepted yet is worth nothing any more.
CREATE OR REPLACE FUNCTION withdraw_invitation(person uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM refuse_to_keep(person);
    UPDATE verification_tokens SET ended_at = now()
    WHERE user_id = person AND purpose = 'INVITE' AND used_at IS NULL AND ended_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No invitation of theirs waits any more.'
            USING ERRCODE = '23514', CONSTRAINT = 'links_none_waits';
    END IF;
    PERFORM audit_account(person, 'invitation', '"withdrawn"');
END $$;

-- A link for whoever says that they forgot their password, made by the system user. Where no open account has the
-- address, the same is done for nobody: one look at the accounts and one row either way. Earlier links stay good, or a stranger
-- could keep spoiling them.
CREATE OR REPLACE FUNCTION link_for_forgotten(wanted text, token_hash text, lifetime interval)
RETURNS TABLE (link_id uuid, email varchar, first_name varchar, role user_role)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    nobody uuid := '00000000-0000-0000-0000-000000000001';
    account users;
    made uuid;
BEGIN
    IF app_user_id() IS DISTINCT FROM nobody THEN
        RAISE EXCEPTION 'Only the system user answers for somebody who is not signed in.' USING ERRCODE = '42501';
    END IF;
    SELECT u.* INTO account FROM users u
    WHERE lower(u.email) = lower(wanted) AND u.is_active AND u.password_hash IS NOT NULL AND u.id <> nobody;
    INSERT INTO verification_tokens (user_id, purpose, token, expires_at)
    VALUES (coalesce(account.id, nobody), 'RESET', token_hash, now() + lifetime) RETURNING id INTO made;
    IF account.id IS NOT NULL THEN
        RETURN QUERY SELECT made, account.email, account.first_name, account.role;
    END IF;
END $$;

-- What a link is worth; whose it is, only while it can be used. No row where there never was such a link.
CREATE OR REPLACE FUNCTION link_of(token_hash text)
RETURNS TABLE (purpose varchar, state text, email varchar, first_name varchar, last_name varchar, role user_role,
    invited_by text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT v.purpose, s.state, u.email, u.first_name, u.last_name, u.role,
        (SELECT nullif(concat_ws(' ', by.first_name, by.last_name), '') FROM users by
            WHERE by.id = v.created_by AND s.state = 'open' AND by.id <> '00000000-0000-0000-0000-000000000001'),
        v.expires_at
    FROM verification_tokens v
    CROSS JOIN LATERAL (SELECT CASE WHEN v.used_at IS NOT NULL THEN 'used' WHEN v.ended_at IS NOT NULL THEN 'ended'
        WHEN v.expires_at <= now() THEN 'expired' ELSE 'open' END AS state) s
    LEFT JOIN users u ON u.id = v.user_id AND s.state = 'open'
    WHERE v.token = token_hash AND v.user_id <> '00000000-0000-0000-0000-000000000001'
$$;

-- The password that somebody chose by a link, which is used up by it; an invitation also opens the account. Returns whose.
CREATE OR REPLACE FUNCTION use_link(token_hash text, for_what text, new_hash text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link verification_tokens;
BEGIN
    UPDATE verification_tokens SET used_at = now()
    WHERE token = token_hash AND purpose = for_what AND used_at IS NULL AND ended_at IS NULL AND expires_at > now()
        AND user_id <> '00000000-0000-0000-0000-000000000001'
    RETURNING * INTO link;
    IF link.id IS NULL THEN
        RAISE EXCEPTION 'This link is not good any more.' USING ERRCODE = 'P0002';
    END IF;
    -- It is their own act, by which they come to be signed in.
    PERFORM set_config('app.current_user_id', link.user_id::text, true);
    IF for_what = 'INVITE' THEN
        UPDATE users SET password_hash = new_hash, is_active = true, email_verified = true
        WHERE id = link.user_id AND NOT is_active AND password_hash IS NULL;
    ELSE
        UPDATE users SET password_hash = new_hash WHERE id = link.user_id AND is_active;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'This link is not good any more.' USING ERRCODE = 'P0002';
    END IF;
    PERFORM end_access(link.user_id, NULL);
    RETURN link.user_id;
END $$;

GRANT EXECUTE ON FUNCTION make_link(uuid, text, text, interval), withdraw_invitation(uuid),
    link_for_forgotten(text, text, interval), link_of(text), use_link(text, text, text) TO turns_app;
