-- As whoever migrates. What is replicated: the tables that other programs follow, without secrets and without people.
DO $$
DECLARE
    of text;
    columns text;
    published text[] := ARRAY['properties', 'turns', 'turn_stages', 'vendors', 'utility_providers', 'property_types'];
    parts text[] := '{}';
    repl boolean := EXISTS (SELECT FROM pg_roles WHERE rolname = 'turns_repl');
BEGIN
    FOREACH of IN ARRAY published LOOP
        -- Stored generated columns are published by 18 and refused by 16: left out everywhere.
        columns := columns_of(of, audit_secrets() || ARRAY['search_text', 'has_lock_box_code']);
        parts := parts || format('%I (%s)', of, columns);
        IF repl THEN
            EXECUTE format('GRANT SELECT (%s) ON %I TO turns_repl', columns, of);
            EXECUTE format('CREATE POLICY replicate ON %I FOR SELECT TO turns_repl USING (true)', of);
        END IF;
    END LOOP;
    IF repl THEN
        GRANT EXECUTE ON FUNCTION app_user_id(), app_role(), app_is_admin(), app_sees_all(), app_is_staff(), app_me(),
            app_user_as(user_role), app_vendor_id(), app_markets(user_role[]), loading() TO turns_repl;
    END IF;
    IF EXISTS (SELECT FROM pg_publication WHERE pubname = 'electric_publication') THEN
        EXECUTE 'ALTER PUBLICATION electric_publication SET TABLE ' || array_to_string(parts, ', ');
    ELSE
        EXECUTE 'CREATE PUBLICATION electric_publication FOR TABLE ' || array_to_string(parts, ', ');
    END IF;
END $$;
