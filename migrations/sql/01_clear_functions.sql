-- As turns_reader. Functions of an older signature, or with a grant that is no longer meant, go with the rest.
DROP VIEW IF EXISTS people, portal_properties, property_turns;

DO $$
DECLARE
    made regprocedure;
BEGIN
    -- The newest first: functions are written with older ones. Never CASCADE: a column that is made with one of these
    -- must stop this, not vanish.
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND proowner = 'turns_reader'::regrole ORDER BY oid DESC
    LOOP
        EXECUTE format('DROP FUNCTION %s', made);
    END LOOP;
END $$;
