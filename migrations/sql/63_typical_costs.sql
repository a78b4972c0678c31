-- As turns_reader. What a past turn of such a home came to: rows of everybody, so the application asks a function.
CREATE MATERIALIZED VIEW IF NOT EXISTS typical_costs AS
SELECT t.market, p.bedrooms, count(*)::integer AS turns,
    percentile_cont(ARRAY[0.25, 0.5, 0.75])
        WITHIN GROUP (ORDER BY t.approved_turn_amount + coalesce(t.change_order_amount, 0)) AS quarters
FROM turns t JOIN properties p ON p.id = t.property_id
WHERE t.turn_completion_date IS NOT NULL AND NOT t.is_open AND NOT t.is_archived
    AND t.approved_turn_amount IS NOT NULL AND t.market IS NOT NULL AND p.bedrooms IS NOT NULL
GROUP BY t.market, p.bedrooms;
CREATE UNIQUE INDEX IF NOT EXISTS typical_costs_home_idx ON typical_costs (market, bedrooms);

-- Not CONCURRENTLY: that makes a temporary table, to which the reader may have no right on a server that is not ours. It
-- takes half a second, and who looks at the queue then waits for it.
CREATE OR REPLACE FUNCTION refresh_typical_costs() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_user_id() IS NOT NULL AND NOT app_is_admin() THEN
        RAISE EXCEPTION 'Only an administrator keeps house.' USING ERRCODE = '42501';
    END IF;
    REFRESH MATERIALIZED VIEW public.typical_costs;
END $$;

-- For whoever sees every turn anyhow; under three turns a median says more of one of them than of what is usual.
CREATE OR REPLACE FUNCTION typical_costs()
RETURNS TABLE (market varchar, bedrooms numeric, turns integer, low numeric, median numeric, high numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.market, c.bedrooms, c.turns, c.quarters[1]::numeric(10,2), c.quarters[2]::numeric(10,2),
        c.quarters[3]::numeric(10,2)
    FROM typical_costs c WHERE c.turns >= 3 AND (SELECT app_sees_all())
$$;

GRANT EXECUTE ON FUNCTION refresh_typical_costs() TO turns_owner, turns_app;
GRANT EXECUTE ON FUNCTION typical_costs() TO turns_app;
