-- As turns_reader. The stages: what must be left of them, and which take in turns.

-- A turn begins under way and ends complete: there is always a stage for either.
CREATE OR REPLACE FUNCTION turn_stages_check_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- The last two retired at once would each find the other still there.
    PERFORM pg_advisory_xact_lock(hashtext('turns: stages'));
    IF NOT EXISTS (SELECT FROM turn_stages WHERE is_active AND is_complete_stage) THEN
        RAISE EXCEPTION 'Keep one stage that completes a turn.'
            USING ERRCODE = '23514', CONSTRAINT = 'turn_stages_one_completes';
    END IF;
    IF NOT EXISTS (SELECT FROM turn_stages WHERE is_active AND NOT is_complete_stage) THEN
        RAISE EXCEPTION 'Keep one stage for turns under way.'
            USING ERRCODE = '23514', CONSTRAINT = 'turn_stages_one_under_way';
    END IF;
    RETURN NULL;
END $$;

-- A retired stage takes in no more turns. Whoever retires one locks its row FOR UPDATE, and the turn's foreign key waits
-- for that: its trigger's name sorts before this one's, so what is read here is what stands after the wait.
CREATE OR REPLACE FUNCTION turns_enter_stage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    retired text := (SELECT name FROM turn_stages WHERE id = NEW.stage_id AND NOT is_active);
BEGIN
    IF retired IS NOT NULL AND NOT importing() THEN
        RAISE EXCEPTION '% takes in no more turns.', retired
            USING ERRCODE = '23514', CONSTRAINT = 'turn_stages_retired';
    END IF;
    RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION turn_stages_check_left(), turns_enter_stage() TO turns_owner;
