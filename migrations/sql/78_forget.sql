-- As turns_reader. What nobody needs any more; asked for by housekeeping, and harmless whoever asks.

CREATE OR REPLACE FUNCTION forget_old(receipts_days integer) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM sessions WHERE expires_at < now();
    DELETE FROM write_receipts WHERE created_at < now() - make_interval(days => greatest(receipts_days, 7));
$$;
GRANT EXECUTE ON FUNCTION forget_old(integer) TO turns_app;
