-- undo: ALTER TABLE clicks REPLICA IDENTITY DEFAULT;
-- origin: hand-written
-- truth: safe
-- expect nothing

ALTER TABLE clicks REPLICA IDENTITY FULL;
