-- As turns_reader. What may become of an account, and by whom.

CREATE OR REPLACE FUNCTION users_before_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.role = 'SUPER_ADMIN' AND app_user_id() IS NOT NULL AND app_role() IS DISTINCT FROM 'SUPER_ADMIN' THEN
        RAISE EXCEPTION 'Only a super administrator makes a super administrator.'
            USING ERRCODE = '42501', CONSTRAINT = 'users_super_admin';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION users_before_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    probe users;
    acting user_role := app_role();
    -- Who accepts an invitation opens their own account, by `use_link` alone: no statement reaches a closed one's row.
    is_accepted boolean := OLD.id = app_user_id() AND NOT OLD.is_active;
BEGIN
    NEW.version := OLD.version;
    NEW.updated_at := OLD.updated_at;
    NEW.updated_by := OLD.updated_by;
    NEW.created_at := OLD.created_at;
    NEW.created_by := OLD.created_by;
    -- A sign-in is no change of the account.
    probe := NEW;
    probe.last_login := OLD.last_login;
    IF probe *= OLD THEN
        RETURN NEW;
    END IF;
    IF OLD.id = '00000000-0000-0000-0000-000000000001' THEN
        RAISE EXCEPTION 'The system user stays as it is.'
            USING ERRCODE = '42501', CONSTRAINT = 'users_system';
    END IF;
    -- Everybody keeps their own account; the rest of it is the administrators'. Without identity it is the operator.
    IF app_user_id() IS NOT NULL AND NOT app_is_admin() AND NOT is_accepted THEN
        probe.password_hash := OLD.password_hash;
        probe.preferences := OLD.preferences;
        probe.timezone := OLD.timezone;
        probe.phone := OLD.phone;
        probe.first_name := OLD.first_name;
        probe.last_name := OLD.last_name;
        IF NOT probe *= OLD THEN
            RAISE EXCEPTION 'An administrator changes this for you.'
                USING ERRCODE = '42501', CONSTRAINT = 'users_own_columns';
        END IF;
    END IF;
    IF app_user_id() IS NOT NULL AND acting IS DISTINCT FROM 'SUPER_ADMIN' AND NOT is_accepted
        AND 'SUPER_ADMIN' IN (OLD.role, NEW.role) THEN
        RAISE EXCEPTION 'Only a super administrator changes a super administrator.'
            USING ERRCODE = '42501', CONSTRAINT = 'users_super_admin';
    END IF;
    IF OLD.role = 'SUPER_ADMIN' AND OLD.is_active AND NOT (NEW.role = 'SUPER_ADMIN' AND NEW.is_active) THEN
        PERFORM refuse_last_super_admin(OLD.id);
    END IF;
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    NEW.updated_by := app_actor();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION refuse_last_super_admin(leaving uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Two that are lost at once would each see the other still there.
    PERFORM pg_advisory_xact_lock(hashtext('turns: super administrators'));
    IF NOT EXISTS (SELECT FROM users WHERE role = 'SUPER_ADMIN' AND is_active
        AND id NOT IN (leaving, '00000000-0000-0000-0000-000000000001')) THEN
        RAISE EXCEPTION 'This is the last super administrator: make another one first.'
            USING ERRCODE = '23514', CONSTRAINT = 'users_last_super_admin';
    END IF;
END $$;

-- Whatever opens an account but its password: sessions, the tokens of programs, links on their way. Opened again, or
-- with another password, it does not revive them.
CREATE OR REPLACE FUNCTION end_access(person uuid, keep_session uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM sessions WHERE user_id = person AND id IS DISTINCT FROM keep_session;
    UPDATE api_tokens SET revoked_at = now() WHERE user_id = person AND revoked_at IS NULL;
    UPDATE verification_tokens SET ended_at = now() WHERE user_id = person AND used_at IS NULL AND ended_at IS NULL
$$;

CREATE OR REPLACE FUNCTION users_end_access() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM end_access(NEW.id, NULL);
    -- Nor does it decide for others again, or others for it, without anybody having said so.
    UPDATE approval_delegations SET ended_at = now()
    WHERE NEW.id IN (approver_id, delegate_id) AND ended_at IS NULL AND ends_on >= portfolio_today();
    RETURN NULL;
END $$;

-- A link went to the old address, and was meant for the old role: who may read its mail in the outbox hangs on that.
CREATE OR REPLACE FUNCTION users_end_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE verification_tokens SET ended_at = now() WHERE user_id = NEW.id AND used_at IS NULL AND ended_at IS NULL;
    RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION users_before_insert(), users_before_update(), users_end_access(), users_end_links()
    TO turns_owner;
