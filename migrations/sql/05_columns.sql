-- As turns_owner. The columns of a table but these, as a list for a grant.
CREATE OR REPLACE FUNCTION columns_of(of_table text, but text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = to_regclass('public.' || quote_ident(of_table)) AND attnum > 0 AND NOT attisdropped
        AND attname <> ALL (but)
$$;
