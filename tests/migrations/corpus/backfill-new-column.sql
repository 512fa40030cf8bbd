-- undo: see the statement before
-- origin: Rails
-- truth: locks
-- expect: backfill-rows plans

ALTER TABLE plans ADD COLUMN title text;
UPDATE plans SET title = topic;
