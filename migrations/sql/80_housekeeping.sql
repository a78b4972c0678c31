-- As turns_reader. Receipts are their owners' alone, so whoever keeps house deletes old ones unseen.
CREATE OR REPLACE FUNCTION forget_old(days integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT app_is_admin() OR days < 1 THEN
        RAISE EXCEPTION 'Only an administrator keeps house.' USING ERRCODE = '42501';
    END IF;
    DELETE FROM sessions WHERE expires_at < now();
    -- One that was used, or an invitation that waits, is what the account's page tells.
    DELETE FROM verification_tokens WHERE purpose = 'RESET' AND expires_at < now() - make_interval(days => days);
    DELETE FROM write_receipts WHERE created_at < now() - make_interval(days => days);
END $$;

GRANT EXECUTE ON FUNCTION forget_old(integer) TO turns_app;
