-- As turns_reader. A record's history, its older versions, its secrets, and giving properties to somebody else.

-- Whether this person sees the record, whatever it is.
CREATE OR REPLACE FUNCTION sees_record(of_table text, wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE of_table
        WHEN 'turns' THEN sees_turn(wanted)
        WHEN 'properties' THEN sees_property(wanted)
        WHEN 'vendors' THEN sees_vendor(wanted)
        WHEN 'users' THEN sees_user(wanted)
        WHEN 'comments' THEN sees_turn((SELECT turn_id FROM comments WHERE id = wanted))
        WHEN 'change_orders' THEN sees_turn((SELECT turn_id FROM change_orders WHERE id = wanted))
        WHEN 'approval_delegations' THEN sees_delegation(wanted)
        WHEN 'property_utilities' THEN sees_property((SELECT property_id FROM property_utilities WHERE id = wanted))
        WHEN 'webhooks' THEN app_is_admin()
        WHEN 'notification_texts' THEN app_is_admin()
        WHEN 'saved_views' THEN (SELECT owner_id = app_me() FROM saved_views WHERE id = wanted)
        ELSE of_table IN ('turn_stages', 'settings', 'property_types', 'utility_providers') AND app_me() IS NOT NULL
        END
$$;

-- The audit of one record, newest first; secrets were never in it.
CREATE OR REPLACE FUNCTION record_history(of_table text, wanted uuid, before timestamptz, max_rows integer)
RETURNS SETOF audit_logs
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    act audit_logs;
BEGIN
    IF sees_record(of_table, wanted) IS NOT TRUE THEN
        RAISE EXCEPTION 'There is no such record.' USING ERRCODE = 'P0002';
    END IF;
    FOR act IN SELECT * FROM audit_logs a
        WHERE a.table_name = of_table AND a.record_id = wanted AND (before IS NULL OR a.created_at < before)
        ORDER BY a.created_at DESC, a.record_version DESC NULLS LAST, a.id
        LIMIT least(coalesce(max_rows, 50), 500) LOOP
        RETURN NEXT audit_discreet(act);
    END LOOP;
END $$;

-- The act that made a version of a record; no row where the audit does not have it.
CREATE OR REPLACE FUNCTION record_act(of_table text, wanted uuid, at_version integer) RETURNS SETOF audit_logs
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    act audit_logs;
BEGIN
    IF sees_record(of_table, wanted) IS NOT TRUE THEN
        RAISE EXCEPTION 'There is no such record.' USING ERRCODE = 'P0002';
    END IF;
    FOR act IN SELECT * FROM audit_logs a WHERE a.table_name = of_table AND a.record_id = wanted
        AND a.record_version = at_version AND a.action IN ('CREATE', 'UPDATE') LIMIT 1 LOOP
        RETURN NEXT audit_discreet(act);
    END LOOP;
END $$;

-- From where somebody else did it, and by which session, is for administrators; their address is nothing for vendors.
CREATE OR REPLACE FUNCTION audit_discreet(act audit_logs) RETURNS audit_logs
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF act.user_id IS DISTINCT FROM app_me() AND NOT app_is_admin() THEN
        act.ip_address := NULL;
        act.user_agent := NULL;
        act.session_id := NULL;
        IF NOT app_is_staff() THEN
            act.user_email := NULL;
        END IF;
    END IF;
    RETURN act;
END $$;

-- The record as it was at a version (null: as it is): today's row, taken back change by change. Null where the audit does
-- not reach.
CREATE OR REPLACE FUNCTION record_at_version(of_table text, wanted uuid, at_version integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    rebuilt jsonb;
    change record;
    missing integer;
BEGIN
    IF sees_record(of_table, wanted) IS NOT TRUE THEN
        RAISE EXCEPTION 'There is no such record.' USING ERRCODE = 'P0002';
    END IF;
    EXECUTE format('SELECT to_jsonb(t) - $2 FROM %I t WHERE id = $1', of_table)
        INTO rebuilt USING wanted, audit_secrets() || 'search_text'::text;
    IF at_version IS NULL THEN
        RETURN rebuilt;
    END IF;
    missing := (rebuilt ->> 'version')::integer - at_version;
    IF at_version < 1 OR missing < 0 THEN
        RETURN NULL;
    END IF;
    FOR change IN SELECT old_values FROM audit_logs WHERE table_name = of_table AND record_id = wanted
        AND action = 'UPDATE' AND record_version > at_version ORDER BY record_version DESC LOOP
        rebuilt := rebuilt || change.old_values;
        missing := missing - 1;
    END LOOP;
    IF missing <> 0 THEN
        RETURN NULL;
    END IF;
    RETURN rebuilt || jsonb_build_object('version', at_version);
END $$;

CREATE OR REPLACE FUNCTION lock_box_code(wanted uuid) RETURNS varchar
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns;
BEGIN
    SELECT * INTO t FROM turns WHERE id = wanted;
    IF t.id IS NULL OR NOT sees_turn(wanted) THEN
        RAISE EXCEPTION 'There is no such turn.' USING ERRCODE = 'P0002';
    END IF;
    -- Who stands in for an approver sees the turns of others, too, and works on none of them.
    IF app_role() IN ('USER', 'DFO_APPROVER', 'HO_APPROVER') OR (app_role() = 'VENDOR' AND NOT work_is_vendors(t))
        OR (app_role() = 'INSPECTOR' AND t.turns_superintendent_id IS DISTINCT FROM app_me())
        OR (app_role() IN ('PROPERTY_MANAGER', 'SR_PROPERTY_MANAGER') AND NOT holds_turn(wanted)) THEN
        RAISE EXCEPTION 'The lock-box code is shown to those who work on the turn, while they do.'
            USING ERRCODE = '42501', CONSTRAINT = 'turns_lock_box';
    END IF;
    PERFORM audit_view('turns', t.id, 'primary_lock_box_code', t.property_id, t.id, t.vendor_id);
    RETURN t.primary_lock_box_code;
END $$;

-- Theirs from the first stage that asks for a vendor until the turn is complete.
CREATE OR REPLACE FUNCTION work_is_vendors(t turns) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.is_open AND t.hold_reason IS NULL AND EXISTS (SELECT FROM turn_stages now, turn_stages asks
        WHERE now.id = t.stage_id AND asks.is_active AND asks.is_vendor_required
            AND asks.display_order <= now.display_order)
$$;

CREATE OR REPLACE FUNCTION vendor_tax_id(wanted uuid) RETURNS varchar
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT sees_vendor(wanted) THEN
        RAISE EXCEPTION 'There is no such vendor.' USING ERRCODE = 'P0002';
    END IF;
    IF NOT app_is_admin() THEN
        RAISE EXCEPTION 'The tax id is shown to administrators.' USING ERRCODE = '42501', CONSTRAINT = 'vendors_tax_id';
    END IF;
    PERFORM audit_view('vendors', wanted, 'tax_id', NULL, NULL, wanted);
    RETURN (SELECT tax_id FROM vendors WHERE id = wanted);
END $$;

-- Gives properties to other managers; null leaves that one as it is. Rows that this person may not give away, or that
-- have another version, are left and not among the answers. A plain UPDATE cannot: the row leaves its writer's sight.
CREATE OR REPLACE FUNCTION assign_managers(ids uuid[], versions integer[], manager uuid, sr_manager uuid)
RETURNS TABLE (id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT (app_is_admin() OR app_user_as('SR_PROPERTY_MANAGER') IS NOT NULL) THEN
        RAISE EXCEPTION 'A senior manager or an administrator gives a property to somebody else.'
            USING ERRCODE = '42501', CONSTRAINT = 'properties_managers';
    END IF;
    PERFORM refuse_manager(manager, 'PROPERTY_MANAGER', 'property_manager_id');
    PERFORM refuse_manager(sr_manager, 'SR_PROPERTY_MANAGER', 'sr_property_manager_id');
    RETURN QUERY UPDATE properties p SET
        property_manager_id = coalesce(manager, p.property_manager_id),
        sr_property_manager_id = coalesce(sr_manager, p.sr_property_manager_id)
    FROM unnest(ids, versions) AS asked (id, version)
    WHERE p.id = asked.id AND p.version = asked.version
        AND ((SELECT app_is_admin()) OR p.sr_property_manager_id = (SELECT app_user_as('SR_PROPERTY_MANAGER')))
    RETURNING p.id, p.version;
END $$;

GRANT EXECUTE ON FUNCTION record_history(text, uuid, timestamptz, integer), record_act(text, uuid, integer),
    record_at_version(text, uuid, integer), lock_box_code(uuid), vendor_tax_id(uuid), assign_managers(uuid[], integer[], uuid, uuid) TO turns_app;
