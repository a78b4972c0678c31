-- As turns_reader. Days in each stage are known for ever: each stretch of time in a stage, or on hold in it, is a row.

CREATE OR REPLACE FUNCTION turns_log_begin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    begun stage_change := CASE WHEN importing() THEN 'import' ELSE 'create' END;
    note text := nullif(current_setting('app.stage_note', true), '');
BEGIN
    INSERT INTO turn_stage_log (turn_id, stage_id, kind, note, left_at)
        SELECT id, stage_id, begun, note, CASE WHEN hold_reason IS NOT NULL THEN now() END FROM new_rows;
    INSERT INTO turn_stage_log (turn_id, from_stage_id, stage_id, kind, note)
        SELECT id, stage_id, stage_id, 'hold', hold_reason FROM new_rows WHERE hold_reason IS NOT NULL;
    IF begun = 'create' THEN
        PERFORM log_submission(n, 0, note) FROM new_rows n WHERE n.submitted_at IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION turns_log_stage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    asked text := coalesce(current_setting('app.stage_kind', true), '');
    said text := nullif(current_setting('app.stage_note', true), '');
    holds boolean := NEW.hold_reason IS NOT NULL;
    moved boolean := NEW.stage_id <> OLD.stage_id;
    kind stage_change;
BEGIN
    UPDATE turn_stage_log SET left_at = moment WHERE turn_id = NEW.id AND left_at IS NULL;
    IF moved THEN
        kind := CASE
            WHEN asked = 'import' AND NOT importing() THEN 'move'
            WHEN asked IN ('move', 'back', 'undo', 'import') THEN asked
            WHEN (SELECT display_order FROM turn_stages WHERE id = NEW.stage_id)
                > (SELECT display_order FROM turn_stages WHERE id = OLD.stage_id) THEN 'move'
            ELSE 'back' END;
        -- A turn moved while on hold stays on hold: its time there is not the stage's.
        INSERT INTO turn_stage_log (turn_id, from_stage_id, stage_id, entered_at, left_at, kind, note)
        VALUES (NEW.id, OLD.stage_id, NEW.stage_id, moment, CASE WHEN holds THEN moment END, kind, said);
    END IF;
    IF holds OR NOT moved THEN
        INSERT INTO turn_stage_log (turn_id, from_stage_id, stage_id, entered_at, kind, note)
        VALUES (NEW.id, NEW.stage_id, NEW.stage_id, moment, CASE WHEN holds THEN 'hold' ELSE 'release' END::stage_change,
            CASE WHEN holds THEN NEW.hold_reason ELSE said END);
    END IF;
    RETURN NULL;
END $$;

-- Kind and note are told for one move. An import tells them once for all its rows.
CREATE OR REPLACE FUNCTION turns_forget_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT importing() THEN
        PERFORM set_config('app.stage_kind', '', true), set_config('app.stage_note', '', true);
    END IF;
    RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION turns_log_begin(), turns_log_stage(), turns_forget_told() TO turns_owner;
