-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: drop-table "dynamic 1"

DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'audit'); END $$;
