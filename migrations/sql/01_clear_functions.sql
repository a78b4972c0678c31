-- As turns_reader. Functions of an older signature, or with a grant that is no longer meant, go with the rest.
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND proowner = 'turns_reader'::regrole
    LOOP
        -- One may have gone with another that it was written with.
        IF EXISTS (SELECT FROM pg_proc WHERE oid = made::oid) THEN
            EXECUTE format('DROP FUNCTION %s CASCADE', made);
        END IF;
    END LOOP;
END $$;
