-- As turns_reader. The life of a turn: what follows from what is written to it, in the same UPDATE.

CREATE OR REPLACE FUNCTION turns_before_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stage turn_stages;
BEGIN
    SELECT p.property_manager_id, p.sr_property_manager_id, p.market, p.move_in_date, p.monthly_rent
        INTO NEW.property_manager_id, NEW.sr_property_manager_id, NEW.market, NEW.next_move_in_date, NEW.monthly_rent
        FROM properties p WHERE p.id = NEW.property_id;
    SELECT * INTO stage FROM turn_stages WHERE id = NEW.stage_id;
    IF NEW.turn_amount IS NOT NULL THEN
        NEW.amount_set_by := app_actor();
    END IF;
    NEW.expected_completion_is_computed := NEW.expected_completion_date IS NULL;
    NEW := turn_dates(NEW, stage.is_complete_stage, NEW.vendor_id IS NOT NULL);
    IF NOT importing() THEN
        NEW := approval_moved(NEW, NULL, stage.display_order, false);
    END IF;
    NEW.is_open := NEW.is_active AND NOT NEW.is_archived AND NOT coalesce(stage.is_complete_stage, false);
    RETURN turn_clock_begun(NEW);
END $$;

CREATE OR REPLACE FUNCTION turns_before_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was turn_stages;
    stage turn_stages;
    undone boolean := coalesce(current_setting('app.stage_kind', true), '') = 'undo';
BEGIN
    NEW.version := OLD.version;
    NEW.updated_at := OLD.updated_at;
    NEW.updated_by := OLD.updated_by;
    NEW.created_at := OLD.created_at;
    NEW.created_by := OLD.created_by;
    -- Before the row is written, its generated columns are still empty.
    NEW.search_text := OLD.search_text;
    NEW.has_lock_box_code := OLD.has_lock_box_code;
    IF NEW *= OLD THEN
        RETURN OLD;
    END IF;
    IF NEW.market IS DISTINCT FROM OLD.market THEN
        PERFORM refuse_market(OLD, NEW.market);
    END IF;
    IF (NEW.property_manager_id, NEW.sr_property_manager_id, NEW.market, NEW.next_move_in_date, NEW.monthly_rent,
            NEW.stage_entered_on, NEW.stage_held_days, NEW.held_on, NEW.ball_since)
        IS DISTINCT FROM (OLD.property_manager_id, OLD.sr_property_manager_id, OLD.market, OLD.next_move_in_date,
            OLD.monthly_rent, OLD.stage_entered_on, OLD.stage_held_days, OLD.held_on, OLD.ball_since)
        AND turn_is_but_copied(OLD, NEW) THEN
        RETURN NEW;
    END IF;
    IF app_role() = 'INSPECTOR' THEN
        PERFORM refuse_inspector(OLD, NEW);
    END IF;
    IF NEW.turn_amount IS DISTINCT FROM OLD.turn_amount THEN
        PERFORM refuse_amount(OLD);
        NEW.amount_set_by := app_actor();
    END IF;
    IF NEW.expected_completion_date IS DISTINCT FROM OLD.expected_completion_date THEN
        NEW.expected_completion_is_computed := NEW.expected_completion_date IS NULL;
    END IF;
    IF NEW.stage_id <> OLD.stage_id THEN
        SELECT * INTO was FROM turn_stages WHERE id = OLD.stage_id;
        SELECT * INTO stage FROM turn_stages WHERE id = NEW.stage_id;
        -- An undo itself says which date there was before.
        IF was.is_complete_stage AND NOT stage.is_complete_stage AND NOT undone
            AND NEW.turn_completion_date IS NOT DISTINCT FROM OLD.turn_completion_date THEN
            NEW.turn_completion_date := NULL;
        END IF;
        NEW := turn_dates(NEW, stage.is_complete_stage, NEW.vendor_id IS NOT NULL AND OLD.vendor_id IS NULL);
        IF NOT importing() THEN
            NEW := approval_moved(NEW, was.display_order, stage.display_order, undone);
        END IF;
        NEW.is_open := NEW.is_active AND NOT NEW.is_archived AND NOT coalesce(stage.is_complete_stage, false);
    ELSE
        NEW := turn_dates(NEW, false, NEW.vendor_id IS NOT NULL AND OLD.vendor_id IS NULL);
        IF NEW.is_active <> OLD.is_active OR NEW.is_archived <> OLD.is_archived THEN
            NEW.is_open := NEW.is_active AND NOT NEW.is_archived
                AND NOT (SELECT is_complete_stage FROM turn_stages WHERE id = NEW.stage_id);
        END IF;
    END IF;
    IF NEW.is_archived <> OLD.is_archived THEN
        NEW.archived_at := CASE WHEN NEW.is_archived THEN now() END;
        NEW.archived_by := CASE WHEN NEW.is_archived THEN app_actor() END;
    END IF;
    NEW := turn_clock(NEW, OLD);
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    NEW.updated_by := app_actor();
    RETURN NEW;
END $$;

-- Dates that follow from others. A date that a person set stays theirs; a computed one goes with what it is made of.
CREATE OR REPLACE FUNCTION turn_dates(t turns, completed boolean, vendor_given boolean) RETURNS turns
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF t.expected_completion_is_computed THEN
        -- least() alone would take no day for the last one.
        t.expected_completion_date := CASE WHEN t.move_out_date IS NOT NULL THEN least(DATE '9999-12-31',
            t.move_out_date + CASE t.grade WHEN 'LIGHT' THEN 4 WHEN 'HEAVY' THEN 14 WHEN 'RENOVATION' THEN 30 ELSE 7 END)
        END;
    END IF;
    IF completed THEN
        t.turn_completion_date := coalesce(t.turn_completion_date, local_today(t.property_id));
        t.first_expected_completion_date := coalesce(t.first_expected_completion_date, t.expected_completion_date);
    END IF;
    IF vendor_given THEN
        t.turn_assignment_date := coalesce(t.turn_assignment_date, local_today(t.property_id));
    END IF;
    RETURN t;
END $$;

CREATE OR REPLACE FUNCTION turn_is_but_copied(was turns, t turns) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.property_manager_id := was.property_manager_id;
    t.sr_property_manager_id := was.sr_property_manager_id;
    t.market := was.market;
    t.next_move_in_date := was.next_move_in_date;
    t.monthly_rent := was.monthly_rent;
    t.stage_entered_on := was.stage_entered_on;
    t.stage_held_days := was.stage_held_days;
    t.held_on := was.held_on;
    t.ball_since := was.ball_since;
    RETURN t *= was;
END $$;

-- What is approved, or lies with an approver, is not changed under their hands.
CREATE OR REPLACE FUNCTION refuse_amount(was turns) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF approval_waits(was.scope_approval_status) THEN
        RAISE EXCEPTION 'Waiting for approval: withdraw it first.'
            USING ERRCODE = '23514', CONSTRAINT = 'turns_amount_waits';
    ELSIF approval_is_final(was.scope_approval_status) THEN
        RAISE EXCEPTION 'Approved at %: record a change order.', money_text(was.approved_turn_amount)
            USING ERRCODE = '23514', CONSTRAINT = 'turns_amount_approved';
    END IF;
END $$;

-- What lies with an approver, or was approved, is held to the limits of the market that they saw: whoever keeps the home
-- does not put it under others meanwhile, nor approve by those of another market and come back. Administrators set the
-- limits themselves.
CREATE OR REPLACE FUNCTION refuse_market(was turns, new_market text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_user_id() IS NULL OR app_is_admin() THEN
        RETURN;
    ELSIF approval_waits(was.scope_approval_status) THEN
        RAISE EXCEPTION 'A turn of this home waits for approval by the limits of its market: withdraw it first.'
            USING ERRCODE = '23514', CONSTRAINT = 'turns_market_waits';
    ELSIF was.is_open AND approval_is_final(was.scope_approval_status) AND (
        (passes_limit(was, 'dfo_limit', new_market) AND was.dfo_approval_user_id IS NULL
            AND was.scope_approval_status = 'DFO_APPROVED')
        OR (passes_limit(was, 'ho_limit', new_market) AND was.scope_approval_status = 'DFO_APPROVED')) THEN
        RAISE EXCEPTION 'A turn of this home is approved by the limits of its market, and would need more approval there: '
            'ask an administrator to move it.' USING ERRCODE = '23514', CONSTRAINT = 'turns_market_approved';
    END IF;
END $$;

-- Whether what is committed is above the limit of another market and not above that of its own.
CREATE OR REPLACE FUNCTION passes_limit(t turns, name text, new_market text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.approved_turn_amount + coalesce(t.change_order_amount, 0) > setting(name, new_market)::numeric
        AND t.approved_turn_amount + coalesce(t.change_order_amount, 0) <= setting(name, t.market)::numeric
$$;

-- Inspectors keep the dates of their visits. Columns of approval are no statement's to write, so they are not asked for.
CREATE OR REPLACE FUNCTION refuse_inspector(was turns, t turns) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    t.occupancy_check_date := was.occupancy_check_date;
    t.scan_360_date := was.scan_360_date;
    t.final_walk_date := was.final_walk_date;
    IF NOT t *= was THEN
        RAISE EXCEPTION 'Inspectors set the dates of occupancy check, 360 scan and final walk; the manager sets the rest.'
            USING ERRCODE = '42501', CONSTRAINT = 'turns_inspector_columns';
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION turns_before_insert(), turns_before_update() TO turns_owner;
