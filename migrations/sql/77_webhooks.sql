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

-- How many were switched off by themselves, and nobody has switched on since: for machines that nobody is signed in at.
CREATE OR REPLACE FUNCTION webhooks_gone_off() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM webhooks WHERE disabled_because IS NOT NULL
$$;

GRANT EXECUTE ON FUNCTION webhook_secret(uuid), webhooks_gone_off() TO turns_app;
