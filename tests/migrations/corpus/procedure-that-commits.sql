-- undo: nothing: it does not run
-- origin: hand-written
-- truth: fails
-- expect: transaction-control

CREATE PROCEDURE finish() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CALL finish();
