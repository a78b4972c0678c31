-- As turns_reader. What an export's asker may do about its life, and the line that it leaves in the audit; the rest of its
-- life is the worker's, as the system user.

-- Whether it was under way until now.
CREATE OR REPLACE FUNCTION cancel_export(wanted uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM exports WHERE id = wanted AND (user_id = app_me() OR app_is_admin())) THEN
        RAISE EXCEPTION 'There is no such export.' USING ERRCODE = 'P0002';
    END IF;
    UPDATE exports SET status = 'cancelled', finished_at = now() WHERE id = wanted AND status IN ('queued', 'running');
    RETURN FOUND;
END $$;

-- That a file was made, in the name of whoever asked for it: the worker writes its row as the system user.
CREATE OR REPLACE FUNCTION audit_export(wanted uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made exports;
    asking text := current_setting('app.current_user_id', true);
BEGIN
    IF app_user_id() IS DISTINCT FROM '00000000-0000-0000-0000-000000000001' THEN
        RAISE EXCEPTION 'Only the worker ends an export.' USING ERRCODE = '42501', CONSTRAINT = 'exports_worker';
    END IF;
    SELECT * INTO STRICT made FROM exports WHERE id = wanted AND status = 'done';
    PERFORM set_config('app.current_user_id', made.user_id::text, true);
    INSERT INTO audit_logs (table_name, record_id, action, metadata, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT 'exports', made.id, 'EXPORT', jsonb_build_object('type', made.type, 'format', made.format, 'rows', made.done,
        'as_of', made.as_of, 'source', made.source, 'query', made.query), clock_timestamp(), a.*
    FROM audit_author() a;
    PERFORM set_config('app.current_user_id', asking, true);
END $$;

GRANT EXECUTE ON FUNCTION cancel_export(uuid), audit_export(uuid) TO turns_app;
