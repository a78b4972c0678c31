-- As turns_reader. The sights of 60_policies.sql for functions that run as the reader: one row, asked for by id.
DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT * FROM (VALUES ('turns', 'turn'), ('properties', 'property'), ('vendors', 'vendor'),
        ('users', 'user')) AS t (tab, noun) LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION sees_%s(wanted uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $f$
                SELECT EXISTS (SELECT FROM %I WHERE id = wanted AND (%s))
            $f$', of.noun, of.tab, format(sight(of.tab), sight('turns')));
    END LOOP;
    FOR of IN SELECT * FROM (VALUES ('turns', 'turn'), ('properties', 'property')) AS t (tab, noun) LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION holds_%s(wanted uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $f$
                SELECT EXISTS (SELECT FROM %I WHERE id = wanted AND (%s))
            $f$', of.noun, of.tab, portfolio());
    END LOOP;
END $$;

-- Searches: what is not leakproof is applied after a policy and uses no index, so the policy is inside. `%` and `_`
-- are themselves.
CREATE OR REPLACE FUNCTION search_pattern(typed text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN '%' || regexp_replace(search_fold(btrim(typed)), '([\\%_])', '\\\1', 'g') || '%';

DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT * FROM (VALUES
        ('property', 'properties', 'search_text LIKE search_pattern($1)'),
        ('vendor', 'vendors', 'search_text LIKE search_pattern($1)'),
        ('turn', 'turns', '(search_text LIKE search_pattern($1)
            OR property_id IN (SELECT p.id FROM properties p WHERE p.search_text LIKE search_pattern($1))
            OR vendor_id IN (SELECT v.id FROM vendors v WHERE v.search_text LIKE search_pattern($1)))')
    ) AS t (noun, tab, hit) LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION search_%s_ids(typed text) RETURNS SETOF uuid
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $f$
                SELECT id FROM %I WHERE %s AND (%s)
            $f$', of.noun, of.tab, of.hit, format(sight(of.tab), sight('turns')));
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION search_property_ids(text), search_turn_ids(text), search_vendor_ids(text)
    TO turns_owner, turns_app;
