-- As turns_owner. What is made anew below goes first: policies and triggers, so that one renamed leaves no double.
DO $$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT polname, polrelid::regclass AS of FROM pg_policy JOIN pg_class c ON c.oid = polrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = 'turns_owner'::regrole
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', made.polname, made.of);
    END LOOP;
    -- Dropped on a partitioned table, a trigger is gone from its partitions too.
    FOR made IN SELECT tgname, tgrelid::regclass AS of FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE c.relowner = 'turns_owner'::regrole AND NOT tgisinternal AND tgparentid = 0
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', made.tgname, made.of);
    END LOOP;
END $$;

-- Seed and restore load rows as they were, by the tables' owner alone: see docs/data.md.
CREATE OR REPLACE FUNCTION loading() RETURNS boolean LANGUAGE sql STABLE
RETURN coalesce(current_setting('app.loading', true), '') = 'on' AND current_user = 'turns_owner';
GRANT EXECUTE ON FUNCTION loading() TO turns_reader, turns_app;

-- The definer functions work with these; each states what it needs.
DO $$
DECLARE
    of regclass;
BEGIN
    FOR of IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND relowner = 'turns_owner'::regrole
        AND relname <> 'alembic_version' LOOP
        EXECUTE format('GRANT SELECT ON %s TO turns_reader', of);
    END LOOP;
END $$;
GRANT INSERT ON audit_logs, audit_seals, sessions, turn_stage_log, approval_decisions, change_orders,
    approval_delegations TO turns_reader;
GRANT INSERT, UPDATE, DELETE ON notifications TO turns_reader;
GRANT UPDATE ON users, sessions, api_tokens, properties, turns, turn_stage_log, change_orders, approval_delegations
    TO turns_reader;
GRANT DELETE ON sessions, write_receipts TO turns_reader;
GRANT INSERT, UPDATE, DELETE ON verification_tokens TO turns_reader;
GRANT UPDATE ON saved_views, exports TO turns_reader;
