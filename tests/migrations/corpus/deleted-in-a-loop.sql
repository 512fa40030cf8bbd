-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: delete-rows audit

DO $$
DECLARE
  old record;
BEGIN
  FOR old IN SELECT id FROM audit LOOP
    DELETE FROM audit WHERE id = old.id;
  END LOOP;
END $$;
