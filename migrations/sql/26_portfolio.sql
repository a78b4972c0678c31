-- As turns_reader. Properties, vendors and stages: who may set what.

CREATE OR REPLACE FUNCTION refuse_manager(person uuid, wanted user_role, field text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF person IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = person AND role = wanted AND is_active) THEN
        RAISE EXCEPTION 'Choose an active %.', CASE wanted WHEN 'PROPERTY_MANAGER' THEN 'manager' ELSE 'senior manager' END
            USING ERRCODE = '23514', CONSTRAINT = 'properties_' || field || '_role';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION properties_before_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    acting user_role := app_role();
BEGIN
    -- What a manager creates is theirs.
    IF acting = 'PROPERTY_MANAGER' THEN
        NEW.property_manager_id := coalesce(NEW.property_manager_id, app_user_id());
    ELSIF acting = 'SR_PROPERTY_MANAGER' THEN
        NEW.sr_property_manager_id := coalesce(NEW.sr_property_manager_id, app_user_id());
    END IF;
    IF NEW.property_manager_id IS NOT NULL THEN
        PERFORM refuse_manager(NEW.property_manager_id, 'PROPERTY_MANAGER', 'property_manager_id');
    END IF;
    IF NEW.sr_property_manager_id IS NOT NULL THEN
        PERFORM refuse_manager(NEW.sr_property_manager_id, 'SR_PROPERTY_MANAGER', 'sr_property_manager_id');
    END IF;
    RETURN NEW;
END $$;

-- Only where one of the two changes.
CREATE OR REPLACE FUNCTION properties_managers_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_role() = 'PROPERTY_MANAGER' THEN
        RAISE EXCEPTION 'A senior manager or an administrator gives a property to somebody else.'
            USING ERRCODE = '42501', CONSTRAINT = 'properties_managers';
    END IF;
    IF NEW.property_manager_id IS DISTINCT FROM OLD.property_manager_id THEN
        PERFORM refuse_manager(NEW.property_manager_id, 'PROPERTY_MANAGER', 'property_manager_id');
    END IF;
    IF NEW.sr_property_manager_id IS DISTINCT FROM OLD.sr_property_manager_id THEN
        PERFORM refuse_manager(NEW.sr_property_manager_id, 'SR_PROPERTY_MANAGER', 'sr_property_manager_id');
    END IF;
    RETURN NEW;
END $$;

-- Turns carry their property's managers and market, so that the policy of turns compares plain columns, and its next
-- move-in and rent, which the board orders and adds up by.
CREATE OR REPLACE FUNCTION properties_copy_to_turns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE turns SET property_manager_id = n.property_manager_id,
        sr_property_manager_id = n.sr_property_manager_id, market = n.market,
        next_move_in_date = n.move_in_date, monthly_rent = n.monthly_rent
    FROM new_rows n JOIN old_rows o USING (id)
    WHERE turns.property_id = n.id
        AND (n.property_manager_id, n.sr_property_manager_id, n.market, n.move_in_date, n.monthly_rent)
            IS DISTINCT FROM (o.property_manager_id, o.sr_property_manager_id, o.market, o.move_in_date, o.monthly_rent);
    RETURN NULL;
END $$;

-- The same for turns on the board that are loaded as they were.
CREATE OR REPLACE FUNCTION turns_copy_home() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE turns SET next_move_in_date = p.move_in_date, monthly_rent = p.monthly_rent
    FROM properties p
    WHERE p.id = turns.property_id AND turns.is_active AND turns.id IN (SELECT id FROM new_rows);
    RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION turns_copy_home() TO turns_owner;

CREATE OR REPLACE FUNCTION vendors_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_user_id() IS NOT NULL AND NOT app_is_admin() THEN
        RAISE EXCEPTION 'An administrator approves vendors and keeps their tax id.'
            USING ERRCODE = '42501', CONSTRAINT = 'vendors_approval';
    END IF;
    RETURN NEW;
END $$;

-- Whether a turn is open hangs on this flag and is kept with the turn.
CREATE OR REPLACE FUNCTION turn_stages_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM turns WHERE stage_id = NEW.id) THEN
        RAISE EXCEPTION 'Turns are in this stage: move them first, then change whether it completes a turn.'
            USING ERRCODE = '23514', CONSTRAINT = 'turn_stages_complete_in_use';
    END IF;
    RETURN NEW;
END $$;

GRANT EXECUTE ON FUNCTION properties_before_insert(), properties_managers_change(), properties_copy_to_turns(),
    vendors_guard(), turn_stages_guard() TO turns_owner;
