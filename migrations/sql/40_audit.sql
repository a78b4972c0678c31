-- As turns_reader. Each statement leaves one audit row for each row that it really changed.
-- Arguments: the columns that hold the row's property, turn and vendor ('' for none).

CREATE OR REPLACE FUNCTION audit_secrets() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['password_hash', 'tax_id', 'primary_lock_box_code', 'secret', 'token'];

-- Kept by the database itself and told by the audit row's own columns, or derived.
CREATE OR REPLACE FUNCTION audit_silent() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['version', 'created_at', 'created_by', 'updated_at', 'updated_by', 'last_login', 'is_open', 'search_text',
    'has_lock_box_code'];

-- A turn's copies of its property's columns belong to the property's history, its clock to the stage log. How attempts at
-- a webhook went is nobody's change.
CREATE OR REPLACE FUNCTION audit_silent(of_table text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE of_table
    WHEN 'turns' THEN audit_silent() || ARRAY['property_manager_id', 'sr_property_manager_id', 'market',
        'next_move_in_date', 'monthly_rent', 'stage_entered_on', 'stage_held_days', 'held_on', 'ball_since']
    -- What is kept to be put back: the turn's own history tells it.
    WHEN 'change_orders' THEN audit_silent() || ARRAY['approval_before']
    WHEN 'webhooks' THEN audit_silent() || ARRAY['failures', 'resume_at']
    ELSE audit_silent() END;

CREATE OR REPLACE FUNCTION audit_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    silent text[] := audit_silent(TG_TABLE_NAME);
    hidden text[] := silent || audit_secrets();
BEGIN
    WITH written AS (SELECT n.id, n.version, to_jsonb(n) AS j, row_number() OVER () AS place FROM new_rows n)
    INSERT INTO audit_logs (table_name, record_id, action, record_version, new_values, changed_fields,
        property_id, turn_id, vendor_id, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT TG_TABLE_NAME, w.id, 'CREATE', w.version, jsonb_strip_nulls(w.j - hidden),
        ARRAY(SELECT key FROM jsonb_each(w.j) WHERE value <> 'null' AND key <> ALL (silent)),
        (w.j ->> TG_ARGV[0])::uuid, (w.j ->> TG_ARGV[1])::uuid, (w.j ->> TG_ARGV[2])::uuid,
        -- A microsecond apart, so that a page cut off by time never cuts a statement's rows in two.
        moment + (w.place - 1) * interval '1 microsecond', a.*
    FROM written w, audit_author() a;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION audit_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    secrets text[] := audit_secrets();
    silent text[] := audit_silent(TG_TABLE_NAME);
BEGIN
    WITH written AS (
        SELECT n.id, n.version, to_jsonb(n) AS now, to_jsonb(o) AS was, row_number() OVER () AS place
        FROM new_rows n JOIN old_rows o USING (id) WHERE n.version <> o.version
    )
    INSERT INTO audit_logs (table_name, record_id, action, record_version, old_values, new_values, changed_fields,
        property_id, turn_id, vendor_id, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT TG_TABLE_NAME, w.id, 'UPDATE', w.version, d.was - secrets, d.now - secrets, d.fields,
        (w.now ->> TG_ARGV[0])::uuid, (w.now ->> TG_ARGV[1])::uuid, (w.now ->> TG_ARGV[2])::uuid,
        moment + (w.place - 1) * interval '1 microsecond', a.*
    FROM written w, audit_author() a, LATERAL (
        SELECT array_agg(key ORDER BY key) AS fields, jsonb_object_agg(key, w.was -> key) AS was,
            jsonb_object_agg(key, value) AS now
        FROM jsonb_each(w.now) WHERE value IS DISTINCT FROM w.was -> key AND key <> ALL (silent)
    ) AS d;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION audit_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    silent text[] := audit_silent(TG_TABLE_NAME);
    hidden text[] := silent || audit_secrets();
BEGIN
    WITH written AS (SELECT o.id, o.version, to_jsonb(o) AS j, row_number() OVER () AS place FROM old_rows o)
    INSERT INTO audit_logs (table_name, record_id, action, record_version, old_values, changed_fields,
        property_id, turn_id, vendor_id, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT TG_TABLE_NAME, w.id, 'DELETE', w.version, jsonb_strip_nulls(w.j - hidden),
        ARRAY(SELECT key FROM jsonb_each(w.j) WHERE value <> 'null' AND key <> ALL (silent)),
        (w.j ->> TG_ARGV[0])::uuid, (w.j ->> TG_ARGV[1])::uuid, (w.j ->> TG_ARGV[2])::uuid,
        moment + (w.place - 1) * interval '1 microsecond', a.*
    FROM written w, audit_author() a;
    RETURN NULL;
END $$;

-- Who, from where, and in what larger act (`import:<id>`).
CREATE OR REPLACE FUNCTION audit_author(OUT user_id uuid, OUT user_email text, OUT user_name text, OUT user_role text,
    OUT ip_address inet, OUT user_agent text, OUT session_id uuid, OUT context text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, u.email, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email), u.role::text,
        CASE WHEN pg_input_is_valid(current_setting('app.ip', true), 'inet')
            THEN nullif(current_setting('app.ip', true), '')::inet END,
        nullif(current_setting('app.user_agent', true), ''),
        nullif(current_setting('app.session_id', true), '')::uuid,
        left(nullif(current_setting('app.context', true), ''), 255)
    FROM users u WHERE u.id = app_actor()
$$;

-- Reading a secret is an act, too.
CREATE OR REPLACE FUNCTION audit_view(of_table text, record uuid, field text, of_property uuid, of_turn uuid,
    of_vendor uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO audit_logs (table_name, record_id, action, changed_fields, property_id, turn_id, vendor_id, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT of_table, record, 'VIEW', ARRAY[field], of_property, of_turn, of_vendor, clock_timestamp(), a.*
    FROM audit_author() a
$$;

-- The audit is only added to, by whomever.
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The audit is only added to: its rows are never changed or deleted.'
        USING ERRCODE = '42501', CONSTRAINT = 'audit_logs_append_only';
END $$;

-- Whether rows lie in the default partition, because a month's own was missing when they were written.
CREATE OR REPLACE FUNCTION audit_overflows() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM audit_logs_default)
$$;

GRANT EXECUTE ON FUNCTION audit_inserted(), audit_updated(), audit_deleted(), audit_refuse() TO turns_owner;
GRANT EXECUTE ON FUNCTION audit_secrets() TO turns_owner;
GRANT EXECUTE ON FUNCTION audit_overflows() TO turns_owner, turns_app;
