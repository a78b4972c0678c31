-- As turns_owner. A partition a month; the default one catches what nobody made a partition for.
-- The only definer function of the owner: it makes tables, and no policy calls it.
CREATE OR REPLACE FUNCTION ensure_audit_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    past date := (date_trunc('month', month) + interval '1 month')::date;
    part text := 'audit_logs_' || to_char(month, 'YYYY_MM');
BEGIN
    IF month NOT BETWEEN current_date - 20000 AND current_date + 400 THEN
        RAISE EXCEPTION 'No audit partition is made for %.', month USING ERRCODE = '22023';
    END IF;
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN true;
    END IF;
    -- Two at once would both find it missing.
    PERFORM pg_advisory_xact_lock(hashtext('turns: audit partitions'));
    IF to_regclass('public.' || part) IS NOT NULL THEN
        RETURN true;
    END IF;
    -- A month that the default partition already holds rows of stays there.
    IF EXISTS (SELECT FROM audit_logs_default
        WHERE created_at >= first::timestamp AT TIME ZONE 'UTC' AND created_at < past::timestamp AT TIME ZONE 'UTC') THEN
        RETURN false;
    END IF;
    -- Attached, not made in place: writers of the other months go on.
    EXECUTE format('CREATE TABLE public.%I (LIKE audit_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
    PERFORM close_audit_partition(part);
    EXECUTE format('ALTER TABLE audit_logs ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part,
        first::timestamp AT TIME ZONE 'UTC', past::timestamp AT TIME ZONE 'UTC');
    RETURN true;
END $$;

-- A partition is as closed as its parent: nobody's but the owner's, and emptied by nobody.
CREATE OR REPLACE FUNCTION close_audit_partition(part text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, turns_app', part);
    EXECUTE format('GRANT SELECT ON %I TO turns_reader', part);
    EXECUTE format('CREATE POLICY owner_all ON %I TO turns_owner USING (true) WITH CHECK (true)', part);
    EXECUTE format('CREATE POLICY reader_all ON %I TO turns_reader USING (true)', part);
    EXECUTE format('CREATE TRIGGER keep BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', part);
END $$;

GRANT EXECUTE ON FUNCTION ensure_audit_partition(date) TO turns_app, turns_reader;
