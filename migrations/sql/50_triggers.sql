-- As turns_owner. Which functions run when. Rows that are loaded as they were (see `loading()`) run none but the audit's
-- own refusal.

-- Versions. Triggers run in the order of their names: after the guards.
DO $$
DECLARE
    of text;
BEGIN
    FOREACH of IN ARRAY ARRAY['property_types', 'property_utilities', 'comments', 'settings', 'turn_stages',
        'saved_views', 'notification_texts', 'change_orders', 'approval_delegations'] LOOP
        EXECUTE format('CREATE TRIGGER z_version BEFORE UPDATE ON %I FOR EACH ROW WHEN (NOT loading())
            EXECUTE FUNCTION raise_version()', of);
    END LOOP;
    FOREACH of IN ARRAY ARRAY['properties', 'vendors'] LOOP
        EXECUTE format('CREATE TRIGGER z_version BEFORE UPDATE ON %I FOR EACH ROW WHEN (NOT loading())
            EXECUTE FUNCTION raise_version(''archive'', ''search'')', of);
    END LOOP;
END $$;
CREATE TRIGGER z_version BEFORE UPDATE ON utility_providers FOR EACH ROW WHEN (NOT loading())
    EXECUTE FUNCTION raise_version('archive');

-- Failed attempts are counted, which is nobody's change.
CREATE TRIGGER z_version BEFORE UPDATE ON webhooks FOR EACH ROW
    WHEN (NOT loading() AND (NEW.url, NEW.events, NEW.disabled_at) IS DISTINCT FROM (OLD.url, OLD.events, OLD.disabled_at))
    EXECUTE FUNCTION raise_version();

CREATE TRIGGER z_version BEFORE UPDATE ON users FOR EACH ROW WHEN (NOT loading())
    EXECUTE FUNCTION users_before_update();
CREATE TRIGGER guard BEFORE INSERT ON users FOR EACH ROW WHEN (NOT loading())
    EXECUTE FUNCTION users_before_insert();
CREATE TRIGGER end_access AFTER UPDATE OF is_active ON users FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION users_end_access();
CREATE TRIGGER end_links AFTER UPDATE OF email, role ON users FOR EACH ROW
    WHEN ((OLD.email, OLD.role) IS DISTINCT FROM (NEW.email, NEW.role)) EXECUTE FUNCTION users_end_links();

CREATE TRIGGER begin BEFORE INSERT ON properties FOR EACH ROW WHEN (NOT loading())
    EXECUTE FUNCTION properties_before_insert();
CREATE TRIGGER managers BEFORE UPDATE OF property_manager_id, sr_property_manager_id ON properties FOR EACH ROW
    WHEN (NOT loading() AND (NEW.property_manager_id, NEW.sr_property_manager_id)
        IS DISTINCT FROM (OLD.property_manager_id, OLD.sr_property_manager_id))
    EXECUTE FUNCTION properties_managers_change();
CREATE TRIGGER copy_to_turns AFTER UPDATE ON properties REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (NOT loading()) EXECUTE FUNCTION properties_copy_to_turns();

CREATE TRIGGER guard_insert BEFORE INSERT ON vendors FOR EACH ROW
    WHEN (NOT loading() AND (NEW.is_approved OR NEW.tax_id IS NOT NULL)) EXECUTE FUNCTION vendors_guard();
CREATE TRIGGER guard_update BEFORE UPDATE ON vendors FOR EACH ROW
    WHEN (NOT loading() AND (NEW.is_approved, NEW.tax_id) IS DISTINCT FROM (OLD.is_approved, OLD.tax_id))
    EXECUTE FUNCTION vendors_guard();

CREATE TRIGGER guard BEFORE UPDATE ON turn_stages FOR EACH ROW
    WHEN (NEW.is_complete_stage <> OLD.is_complete_stage) EXECUTE FUNCTION turn_stages_guard();
CREATE TRIGGER something_left AFTER UPDATE OR DELETE ON turn_stages FOR EACH STATEMENT
    EXECUTE FUNCTION turn_stages_check_left();

CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION settings_check();
CREATE TRIGGER limits AFTER INSERT OR UPDATE OR DELETE ON settings FOR EACH STATEMENT
    EXECUTE FUNCTION settings_check_limits();

CREATE TRIGGER begin BEFORE INSERT ON turns FOR EACH ROW WHEN (NOT loading()) EXECUTE FUNCTION turns_before_insert();
CREATE TRIGGER z_version BEFORE UPDATE ON turns FOR EACH ROW WHEN (NOT loading())
    EXECUTE FUNCTION turns_before_update();
CREATE TRIGGER copy_home AFTER INSERT ON turns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (loading()) EXECUTE FUNCTION turns_copy_home();
CREATE TRIGGER log_begin AFTER INSERT ON turns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (NOT loading()) EXECUTE FUNCTION turns_log_begin();
CREATE TRIGGER log_stage AFTER UPDATE ON turns FOR EACH ROW
    WHEN (NOT loading() AND (OLD.stage_id <> NEW.stage_id
        OR (OLD.hold_reason IS NULL) <> (NEW.hold_reason IS NULL)))
    EXECUTE FUNCTION turns_log_stage();
CREATE TRIGGER stage_takes_in_new AFTER INSERT ON turns FOR EACH ROW WHEN (NOT loading())
    EXECUTE FUNCTION turns_enter_stage();
CREATE TRIGGER stage_takes_in_moved AFTER UPDATE ON turns FOR EACH ROW
    WHEN (NOT loading() AND OLD.stage_id <> NEW.stage_id) EXECUTE FUNCTION turns_enter_stage();
-- A statement's, so that it runs after those of all its rows.
CREATE TRIGGER untell AFTER UPDATE OF stage_id ON turns FOR EACH STATEMENT
    WHEN (current_setting('app.stage_kind', true) <> '' OR current_setting('app.stage_note', true) <> '')
    EXECUTE FUNCTION turns_forget_told();
-- Not what the turn's own triggers write there: they have set the clock already.
CREATE TRIGGER clock_insert AFTER INSERT ON turn_stage_log REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION turn_clock_from_log();
CREATE TRIGGER clock_update AFTER UPDATE ON turn_stage_log REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION turn_clock_from_log();
-- Only a move decides by trigger; the functions of approval leave their own rows.
CREATE TRIGGER log_approval AFTER UPDATE ON turns FOR EACH ROW
    WHEN (NOT loading() AND OLD.stage_id <> NEW.stage_id
        AND (OLD.scope_approval_status, OLD.submitted_at) IS DISTINCT FROM (NEW.scope_approval_status, NEW.submitted_at))
    EXECUTE FUNCTION turns_log_approval();

-- The audit: which column of each table is its property, turn and vendor.
DO $$
DECLARE
    of text[];
BEGIN
    FOREACH of SLICE 1 IN ARRAY ARRAY[
        ['users', '', '', 'vendor_id'], ['properties', 'id', '', ''], ['vendors', '', '', 'id'],
        ['turns', 'property_id', 'id', 'vendor_id'], ['turn_stages', '', '', ''], ['settings', '', '', ''],
        ['property_types', '', '', ''], ['utility_providers', '', '', ''], ['property_utilities', 'property_id', '', ''],
        ['comments', '', 'turn_id', ''], ['change_orders', '', 'turn_id', ''],
        ['approval_delegations', '', '', ''], ['saved_views', '', '', ''], ['webhooks', '', '', ''],
        ['notification_texts', '', '', '']] LOOP
        EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT WHEN (NOT loading()) EXECUTE FUNCTION audit_inserted(%L, %L, %L)',
            of[1], of[2], of[3], of[4]);
        EXECUTE format('CREATE TRIGGER audit_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows
            NEW TABLE AS new_rows FOR EACH STATEMENT WHEN (NOT loading()) EXECUTE FUNCTION audit_updated(%L, %L, %L)',
            of[1], of[2], of[3], of[4]);
        EXECUTE format('CREATE TRIGGER audit_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION audit_deleted(%L, %L, %L)', of[1], of[2], of[3], of[4]);
    END LOOP;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_logs FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER keep BEFORE TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
-- A statement's trigger is not handed down to partitions.
DO $$
DECLARE
    of regclass;
BEGIN
    FOR of IN SELECT 'audit_logs'::regclass UNION ALL SELECT inhrelid FROM pg_inherits
        WHERE inhparent = 'audit_logs'::regclass LOOP
        EXECUTE format('CREATE TRIGGER keep BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()',
            of);
    END LOOP;
END $$;
