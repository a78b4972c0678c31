-- As turns_reader. Narrow views over tables that the reader may not see whole.

-- Who is who. Vendors' own people see those on their turns; vendors' people are seen by administrators.
CREATE VIEW people WITH (security_barrier) AS
SELECT id, first_name, last_name, role, email, is_active
FROM users
WHERE id <> '00000000-0000-0000-0000-000000000001'
    AND (id = (SELECT app_me())
        OR (SELECT app_is_admin())
        OR (role <> 'VENDOR' AND (SELECT app_is_staff()))
        OR (role <> 'VENDOR' AND id IN (
            SELECT unnest(ARRAY[property_manager_id, sr_property_manager_id, turns_superintendent_id]) FROM turns
            WHERE (SELECT app_vendor_id()) IN (vendor_id, flooring_vendor_id))));

-- What the work needs of a home, for the company that does it.
CREATE VIEW portal_properties WITH (security_barrier) AS
SELECT id, property_id, name, street_address, unit, community, city, state, zip_code, bedrooms, bathrooms, area_sqft,
    timezone
FROM properties
WHERE id IN (SELECT turns.property_id FROM turns WHERE turns.vendor_id = (SELECT app_vendor_id())
    UNION ALL SELECT turns.property_id FROM turns WHERE turns.flooring_vendor_id = (SELECT app_vendor_id()));

GRANT SELECT ON people, portal_properties TO turns_owner, turns_app;

-- Rows of all: the application has no right on it.
CREATE MATERIALIZED VIEW IF NOT EXISTS property_summary AS
SELECT p.id, p.property_id, p.name,
    count(DISTINCT t.id) AS total_turns,
    count(DISTINCT t.id) FILTER (WHERE t.is_active) AS active_turns,
    avg(t.turn_amount) AS avg_turn_cost,
    max(t.created_at) AS last_turn_date
FROM properties p LEFT JOIN turns t ON p.id = t.property_id
GROUP BY p.id, p.property_id, p.name
WITH NO DATA;
CREATE UNIQUE INDEX IF NOT EXISTS property_summary_id_idx ON property_summary (id);
CREATE INDEX IF NOT EXISTS property_summary_property_id_idx ON property_summary (property_id);

CREATE OR REPLACE FUNCTION refresh_property_summary() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT relispopulated FROM pg_class WHERE oid = 'public.property_summary'::regclass) THEN
        REFRESH MATERIALIZED VIEW CONCURRENTLY public.property_summary;
    ELSE
        REFRESH MATERIALIZED VIEW public.property_summary;
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION refresh_property_summary() TO turns_app;
