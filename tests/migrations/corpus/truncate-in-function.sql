-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: truncate audit

CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN TRUNCATE audit; END $$;
SELECT wipe();
