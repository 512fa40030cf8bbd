-- undo: nothing to undo
-- origin: hand-written
-- truth: safe
-- expect nothing

ANALYZE plans;
