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
