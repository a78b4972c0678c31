-- As turns_reader. What reports ask that a policy would make slow, or that is summed up beforehand.

-- Rows of all: the application has no right on it.
CREATE MATERIALIZED VIEW IF NOT EXISTS property_summary AS
SELECT p.id, p.property_id, p.name,
    count(DISTINCT t.id) AS total_turns,
    count(DISTINCT t.id) FILTER (WHERE t.is_active) AS active_turns,
    avg(t.turn_amount) AS avg_turn_cost,
    max(t.created_at) AS last_turn_date
FROM properties p LEFT JOIN turns t ON p.id = t.property_id AND NOT t.is_archived
GROUP BY p.id, p.property_id, p.name;
CREATE UNIQUE INDEX IF NOT EXISTS property_summary_id_idx ON property_summary (id);
CREATE INDEX IF NOT EXISTS property_summary_property_id_idx ON property_summary (property_id);
CREATE INDEX IF NOT EXISTS property_summary_turns_idx ON property_summary (total_turns DESC, id);

-- While it is renewed, it is read as it was.
CREATE OR REPLACE FUNCTION refresh_property_summary() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_user_id() IS NOT NULL AND NOT app_is_admin() THEN
        RAISE EXCEPTION 'Only an administrator keeps house.' USING ERRCODE = '42501';
    END IF;
    REFRESH MATERIALIZED VIEW CONCURRENTLY public.property_summary;
END $$;

-- Each sees of it what they see of the properties, archived ones left out. The sights are those of 60_policies.sql.
DO $$
BEGIN
    EXECUTE format('CREATE VIEW property_turns WITH (security_barrier) AS
        SELECT s.id, s.total_turns, s.active_turns, s.avg_turn_cost, s.last_turn_date
        FROM property_summary s JOIN properties USING (id)
        WHERE NOT properties.is_archived AND (%s)', sight('properties'));
    -- The policy of the log looks at the turn of each of its rows; here each turn is looked at once. Two hundred thousand
    -- turns are sorted in memory, and the array is kept from the planner, who would look at each of its ids.
    EXECUTE format('CREATE OR REPLACE FUNCTION stage_days(ids uuid[])
        RETURNS TABLE (stage_id uuid, turns bigint, mean_days float8, median_days float8, p90_days float8)
        LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp SET work_mem = ''64MB'' AS $f$
            SELECT spent.stage_id, count(*), avg(days), percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
                percentile_disc(0.9) WITHIN GROUP (ORDER BY days)
            FROM (
                SELECT l.turn_id, l.stage_id, sum(extract(epoch FROM l.left_at - l.entered_at)::float8) / 86400 AS days
                FROM turn_stage_log l
                WHERE l.turn_id = ANY (ARRAY(SELECT asked.id FROM unnest(ids) AS asked (id)
                        WHERE (SELECT app_sees_all()) OR asked.id IN (SELECT id FROM turns WHERE %s)))
                    AND l.kind <> ''hold'' AND l.left_at IS NOT NULL
                GROUP BY l.turn_id, l.stage_id
            ) AS spent
            GROUP BY spent.stage_id
        $f$', sight('turns'));
END $$;

GRANT SELECT ON property_turns TO turns_owner, turns_app;
GRANT EXECUTE ON FUNCTION refresh_property_summary(), stage_days(uuid[]) TO turns_app;
