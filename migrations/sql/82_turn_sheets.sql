-- As turns_reader. That somebody took a turn's sheet, as a line of its history: the sheet is a file with all that it says.
CREATE OR REPLACE FUNCTION audit_turn_sheet(wanted uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT sees_turn(wanted) THEN
        RAISE EXCEPTION 'There is no such turn.' USING ERRCODE = 'P0002';
    END IF;
    INSERT INTO audit_logs (table_name, record_id, action, metadata, property_id, turn_id, vendor_id, created_at,
        user_id, user_email, user_name, user_role, ip_address, user_agent, session_id, context)
    SELECT 'turns', t.id, 'EXPORT', jsonb_build_object('type', 'turn_sheet', 'format', 'pdf', 'rows', 1), t.property_id,
        t.id, t.vendor_id, clock_timestamp(), a.*
    FROM turns t, audit_author() a WHERE t.id = wanted;
END $$;

GRANT EXECUTE ON FUNCTION audit_turn_sheet(uuid) TO turns_app;
