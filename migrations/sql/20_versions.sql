-- As turns_reader. Versions: one command raises a row's version by one; one that changes nothing raises nothing.

-- For tables without rules of their own. Arguments: `archive`, the table has the archive columns; `search`, it has
-- search_text (before the row is written, generated columns of the new one are still empty).
CREATE OR REPLACE FUNCTION raise_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.version := OLD.version;
    NEW.updated_at := OLD.updated_at;
    NEW.updated_by := OLD.updated_by;
    NEW.created_at := OLD.created_at;
    NEW.created_by := OLD.created_by;
    IF 'search' = ANY (TG_ARGV) THEN
        NEW.search_text := OLD.search_text;
    END IF;
    IF NEW *= OLD THEN
        RETURN OLD;
    END IF;
    -- Nested, not joined by AND: an expression is only looked at when it is reached.
    IF 'archive' = ANY (TG_ARGV) THEN
        IF NEW.is_archived <> OLD.is_archived THEN
            NEW.archived_at := CASE WHEN NEW.is_archived THEN now() END;
            NEW.archived_by := CASE WHEN NEW.is_archived THEN app_actor() END;
        END IF;
    END IF;
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    NEW.updated_by := app_actor();
    RETURN NEW;
END $$;

GRANT EXECUTE ON FUNCTION raise_version() TO turns_owner;
