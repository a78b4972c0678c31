-- As turns_reader. The secret of a webhook signs what is sent there: by a worker, as the system user, and shown to
-- nobody after it was made.
CREATE OR REPLACE FUNCTION webhook_secret(wanted uuid) RETURNS varchar
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_user_id() IS DISTINCT FROM '00000000-0000-0000-0000-000000000001' THEN
        RAISE EXCEPTION 'A webhook''s secret is shown once, when it is made.'
            USING ERRCODE = '42501', CONSTRAINT = 'webhooks_secret';
    END IF;
    RETURN (SELECT secret FROM webhooks WHERE id = wanted);
END $$;

GRANT EXECUTE ON FUNCTION webhook_secret(uuid) TO turns_app;
