-- undo: nothing to undo
-- origin: hand-written
-- truth: safe
-- expect nothing

SELECT set_config('lock_timeout', '2s', true);
