-- As turns_reader. Seals over the audit: a chain of hashes, so that a row that was changed, taken out or slipped in behind
-- the triggers' back shows. See docs/data.md, "The audit"; turns_web/audit/proof checks it.

-- Seals what was committed and is in no seal yet, up to so many rows; how many it were, null while another is at it.
CREATE OR REPLACE FUNCTION seal_audit(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- No transaction below it can still commit: what is there of theirs is all there will ever be. So no writer waits.
    settled xid8;
    part text;
    sealed integer := 0;
BEGIN
    IF app_user_id() IS DISTINCT FROM '00000000-0000-0000-0000-000000000001' THEN
        RAISE EXCEPTION 'The audit is sealed by the worker.' USING ERRCODE = '42501', CONSTRAINT = 'audit_seals_worker';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('turns: audit seals')) THEN
        RETURN NULL;
    END IF;
    settled := pg_snapshot_xmin(pg_current_snapshot());
    FOR part IN SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
        WHERE inhparent = 'audit_logs'::regclass ORDER BY c.relname LOOP
        EXIT WHEN sealed >= most;
        sealed := sealed + seal_audit_part(part, settled, most - sealed);
    END LOOP;
    RETURN sealed;
END $$;

-- Each partition by itself, so that one that is detached takes nothing of another's seals with it. Rows in the order of
-- (xid, id), two thousand to a seal.
CREATE OR REPLACE FUNCTION seal_audit_part(of_part text, settled xid8, most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
DECLARE
    last audit_seals;
    chunk record;
    sealed integer := 0;
BEGIN
    SELECT * INTO last FROM audit_seals s WHERE s.part = of_part ORDER BY s.number DESC LIMIT 1;
    FOR chunk IN EXECUTE format($sql$
        SELECT count(*)::integer AS size, array_agg(xid ORDER BY xid, id) AS xids, array_agg(id ORDER BY xid, id) AS ids,
            string_agg(mark, '' ORDER BY xid, id) AS marks
        FROM (SELECT xid, id, mark, (row_number() OVER (ORDER BY xid, id) - 1) / 2000 AS place FROM (
            SELECT a.xid, a.id, uuid_send(a.id) || uuid_send(a.record_id)
                || int8send((extract(epoch FROM a.created_at) * 1000000)::bigint)
                || sha256(convert_to(ROW(a.id, a.table_name, a.record_id, a.action, a.record_version, a.xid, a.user_id,
                    a.user_email, a.user_name, a.user_role, a.ip_address, a.user_agent, a.session_id, a.old_values,
                    a.new_values, a.changed_fields, a.property_id, a.turn_id, a.vendor_id, a.context, a.metadata,
                    a.created_at)::text, 'UTF8')) AS mark
            FROM %I a WHERE a.xid >= $1 AND a.xid < $2 AND (a.xid, a.id) > ($3, $4) ORDER BY a.xid, a.id LIMIT $5
        ) AS taken) AS placed GROUP BY place ORDER BY place $sql$, of_part)
        USING coalesce(last.below_xid, '0'), settled, coalesce(last.to_xid, '0'),
            coalesce(last.to_id, '00000000-0000-0000-0000-000000000000'), most
    LOOP
        sealed := sealed + chunk.size;
        -- Where the limit cut in, more of its last transaction may be left.
        PERFORM add_audit_seal(of_part, chunk.xids, chunk.ids, chunk.marks,
            CASE WHEN sealed < most AND chunk.size < 2000 THEN settled ELSE chunk.xids[chunk.size] END);
    END LOOP;
    RETURN sealed;
END $$;

-- The next link: its hash is over the one before, what it says of itself, and the marks of its rows.
CREATE OR REPLACE FUNCTION add_audit_seal(of_part text, xids xid8[], ids uuid[], of_rows bytea, below xid8) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, MDY' AS $$
DECLARE
    seal audit_seals;
BEGIN
    SELECT coalesce(max(s.number), 0) + 1 INTO seal.number FROM audit_seals s;
    SELECT s.hash INTO seal.previous_hash FROM audit_seals s WHERE s.number = seal.number - 1;
    seal.previous_hash := coalesce(seal.previous_hash, sha256(''));
    seal.part := of_part;
    seal.from_xid := xids[1];
    seal.from_id := ids[1];
    seal.rows := cardinality(ids);
    seal.to_xid := xids[seal.rows];
    seal.to_id := ids[seal.rows];
    seal.below_xid := below;
    seal.marks := of_rows;
    seal.sealed_at := clock_timestamp();
    seal.hash := sha256(seal.previous_hash || convert_to(ROW(seal.number, seal.part, seal.from_xid, seal.from_id,
        seal.to_xid, seal.to_id, seal.below_xid, seal.rows, seal.sealed_at)::text, 'UTF8') || seal.marks);
    INSERT INTO audit_seals SELECT seal.*;
END $$;

GRANT EXECUTE ON FUNCTION seal_audit(integer) TO turns_app;
