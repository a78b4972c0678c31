-- As turns_reader. The setting in force: the market's own, else the one for all.
CREATE OR REPLACE FUNCTION setting(wanted text, of_market text DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT value FROM settings WHERE name = wanted AND (market IS NULL OR market = of_market)
    ORDER BY market NULLS LAST LIMIT 1
$$;

-- Today where the home is.
CREATE OR REPLACE FUNCTION local_today(of_property uuid) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (now() AT TIME ZONE coalesce((SELECT timezone FROM properties WHERE id = of_property),
        setting('timezone'), 'UTC'))::date
$$;

CREATE OR REPLACE FUNCTION money_text(amount numeric) RETURNS text LANGUAGE sql IMMUTABLE
RETURN '$' || replace(to_char(amount, 'FM999,999,990.00'), '.00', '');

-- Numbers that are none, a zone that is none, or limits in the wrong order would break every approval.
CREATE OR REPLACE FUNCTION settings_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.market IS NOT NULL AND NOT EXISTS (SELECT FROM settings WHERE name = NEW.name AND market IS NULL) THEN
        RAISE EXCEPTION 'There is no setting %.', NEW.name
            USING ERRCODE = '23514', CONSTRAINT = 'settings_name_known';
    END IF;
    IF NEW.name IN ('dfo_limit', 'ho_limit', 'bulk_approval_limit', 'change_order_tolerance', 'completed_days')
        AND (NOT pg_input_is_valid(NEW.value, 'numeric(10,2)') OR NEW.value !~ '^[0-9]+(\.[0-9]{1,2})?$') THEN
        RAISE EXCEPTION 'Enter a number with at most two decimals, not negative.'
            USING ERRCODE = '23514', CONSTRAINT = 'settings_value_number';
    END IF;
    IF NEW.name = 'timezone' AND NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = NEW.value) THEN
        RAISE EXCEPTION 'Enter a time zone such as America/Los_Angeles.'
            USING ERRCODE = '23514', CONSTRAINT = 'settings_value_timezone';
    END IF;
    RETURN NEW;
END $$;

-- After the statement, for every market: a market's DFO limit is held against the general HO limit where it has none.
CREATE OR REPLACE FUNCTION settings_check_limits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Two limits set at once would each be held against the other's old value.
    PERFORM pg_advisory_xact_lock(hashtext('turns: limits'));
    IF EXISTS (SELECT FROM (SELECT DISTINCT market FROM settings UNION SELECT NULL) AS of
        WHERE setting('dfo_limit', of.market)::numeric > setting('ho_limit', of.market)::numeric) THEN
        RAISE EXCEPTION 'The DFO limit cannot be above the HO limit.'
            USING ERRCODE = '23514', CONSTRAINT = 'settings_limits_in_order';
    END IF;
    RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION setting(text, text), local_today(uuid), money_text(numeric) TO turns_owner, turns_app;
GRANT EXECUTE ON FUNCTION settings_check(), settings_check_limits() TO turns_owner;
