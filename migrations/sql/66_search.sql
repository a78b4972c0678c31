-- As turns_reader. Searches, and how much there is. What is not leakproof is applied after a policy and uses no index, so the sight is inside.
-- Planned anew each time: how many rows a pattern hits decides how to look for them.

-- Contains, without case and accents; `%` and `_` are themselves.
CREATE OR REPLACE FUNCTION search_pattern(typed text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN '%' || regexp_replace(search_fold(btrim(typed)), '([\\%_])', '\\\1', 'g') || '%';

DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT * FROM (VALUES ('property', 'properties'), ('vendor', 'vendors')) AS t (noun, tab) LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION search_%1$s_ids(typed text) RETURNS SETOF uuid
            LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $f$
            BEGIN
                RETURN QUERY EXECUTE $q$SELECT id FROM %2$I WHERE search_text LIKE $1 AND (%3$s)$q$
                    USING search_pattern(typed);
            END $f$', of.noun, of.tab, format(sight(of.tab), sight('turns')));
    END LOOP;
    -- A turn is found by its number, its work order, its home and its vendor. Those on the board are few: looked at one
    -- by one; for the past ones each index is asked.
    EXECUTE format('CREATE OR REPLACE FUNCTION search_turn_ids(typed text, on_board boolean DEFAULT false)
        RETURNS SETOF uuid
        LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $f$
        BEGIN
            IF on_board THEN
                RETURN QUERY EXECUTE $q$SELECT id FROM turns WHERE is_active AND (search_text LIKE $1
                    OR property_id IN (SELECT p.id FROM properties p WHERE p.search_text LIKE $1)
                    OR vendor_id IN (SELECT v.id FROM vendors v WHERE v.search_text LIKE $1)) AND (%1$s)$q$
                    USING search_pattern(typed);
            ELSE
                RETURN QUERY EXECUTE $q$SELECT id FROM turns WHERE id IN (
                    SELECT t.id FROM turns t WHERE t.search_text LIKE $1
                    UNION SELECT t.id FROM turns t JOIN properties p ON p.id = t.property_id WHERE p.search_text LIKE $1
                    UNION SELECT t.id FROM turns t JOIN vendors v ON v.id = t.vendor_id WHERE v.search_text LIKE $1)
                    AND (%1$s)$q$ USING search_pattern(typed);
            END IF;
        END $f$', sight('turns'));
END $$;

-- All homes but archived ones, for those who see all of them: with the policy asked of each row it takes four times as
-- long. Null for everybody else.
CREATE OR REPLACE FUNCTION count_of_properties() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN app_sees_all() THEN (SELECT count(*) FROM properties WHERE NOT is_archived) END
$$;

GRANT EXECUTE ON FUNCTION count_of_properties(), search_property_ids(text), search_turn_ids(text, boolean),
    search_vendor_ids(text) TO turns_owner, turns_app;
