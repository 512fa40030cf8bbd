-- undo: from the backup
-- origin: hand-written
-- truth: loses data
-- expect: unreadable do *

DO $$
DECLARE
  target text := 'audit';
BEGIN
  EXECUTE 'TRUNCATE ' || target;
END $$;
