-- As turns_reader. Who is asking. Policies call these as `(SELECT …)`: once a statement, not once a row.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- The role of the person in whose name this transaction runs; null for nobody and for somebody disabled.
CREATE OR REPLACE FUNCTION app_role() RETURNS user_role
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT role FROM users WHERE id = app_user_id() AND is_active
$$;

CREATE OR REPLACE FUNCTION app_is_admin() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users WHERE id = app_user_id() AND is_active
        AND role IN ('SUPER_ADMIN', 'ADMIN'))
$$;

-- One's own people: everybody who is signed in but vendors.
CREATE OR REPLACE FUNCTION app_is_staff() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users WHERE id = app_user_id() AND is_active
        AND role <> 'VENDOR')
$$;

-- The person's id, null where they are disabled.
CREATE OR REPLACE FUNCTION app_me() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM users WHERE id = app_user_id() AND is_active
$$;

-- The person's id where this is their role, else null: a policy compares a column with it.
CREATE OR REPLACE FUNCTION app_user_as(wanted user_role) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM users WHERE id = app_user_id() AND is_active AND role = wanted
$$;

CREATE OR REPLACE FUNCTION app_vendor_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT vendor_id FROM users WHERE id = app_user_id() AND is_active AND role = 'VENDOR'
$$;

-- The markets of the person where their role is one of these, else null.
CREATE OR REPLACE FUNCTION app_markets(wanted user_role[]) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT markets FROM users WHERE id = app_user_id() AND is_active AND role = ANY (wanted)
$$;

GRANT EXECUTE ON FUNCTION app_role(), app_is_admin(), app_is_staff(), app_me(), app_user_as(user_role), app_vendor_id(),
    app_markets(user_role[]) TO turns_owner, turns_app;
