-- As turns_reader. An approver names somebody to decide in their stead for a span of days, and takes it back.

CREATE OR REPLACE FUNCTION delegate_approvals(delegate uuid, first_day date, last_day date) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    IF coalesce(cardinality(approval_levels(app_role())), 0) = 0 THEN
        RAISE EXCEPTION 'Only who approves by their own role can name somebody to stand in.'
            USING ERRCODE = '42501', CONSTRAINT = 'approval_delegations_role';
    END IF;
    PERFORM refuse_delegation(delegate, first_day, last_day);
    INSERT INTO approval_delegations (approver_id, delegate_id, starts_on, ends_on)
    VALUES (app_me(), delegate, first_day, last_day) RETURNING id INTO made;
    RETURN made;
END $$;

CREATE OR REPLACE FUNCTION refuse_delegation(delegate uuid, first_day date, last_day date) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF delegate = app_me() THEN
        RAISE EXCEPTION 'Choose somebody else: you decide by your own role.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_delegations_to_another';
    END IF;
    IF NOT EXISTS (SELECT FROM users WHERE id = delegate AND is_active AND role <> 'VENDOR'
        AND id <> '00000000-0000-0000-0000-000000000001') THEN
        RAISE EXCEPTION 'Choose somebody with an active account who is not a vendor.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_delegations_delegate';
    END IF;
    IF first_day IS NULL OR last_day IS NULL OR last_day < first_day THEN
        RAISE EXCEPTION 'The last day is the first day or later.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_delegations_in_order';
    END IF;
    IF last_day < portfolio_today() THEN
        RAISE EXCEPTION 'The last day is over: choose today or later.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_delegations_past';
    END IF;
    IF last_day - first_day >= 366 THEN
        RAISE EXCEPTION 'At most 366 days at a time.'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_delegations_a_year';
    END IF;
END $$;

-- Either of the two ends it, or an administrator.
CREATE OR REPLACE FUNCTION end_delegation(wanted uuid, seen_version integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d approval_delegations;
BEGIN
    SELECT * INTO d FROM approval_delegations WHERE id = wanted FOR UPDATE;
    IF d.id IS NULL OR NOT sees_delegation(wanted) THEN
        RAISE EXCEPTION 'There is no such delegation.' USING ERRCODE = 'P0002';
    END IF;
    IF d.version IS DISTINCT FROM seen_version THEN
        RAISE EXCEPTION 'Somebody changed the delegation since you saw it.'
            USING ERRCODE = '40001', CONSTRAINT = 'approval_delegations_version';
    END IF;
    IF d.ended_at IS NOT NULL OR d.ends_on < portfolio_today() THEN
        RAISE EXCEPTION 'It is over already.' USING ERRCODE = '23514', CONSTRAINT = 'approval_delegations_over';
    END IF;
    UPDATE approval_delegations SET ended_at = now() WHERE id = wanted RETURNING version INTO d.version;
    RETURN d.version;
END $$;

CREATE OR REPLACE FUNCTION sees_delegation(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approval_delegations
        WHERE id = wanted AND (app_me() IN (approver_id, delegate_id) OR app_is_admin()))
$$;

GRANT EXECUTE ON FUNCTION delegate_approvals(uuid, date, date), end_delegation(uuid, integer) TO turns_app;
