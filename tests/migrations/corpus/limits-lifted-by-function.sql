-- undo: nothing to undo
-- origin: pg_dump
-- truth: locks
-- expect: lift-limits lock_timeout
-- expect: lift-limits statement_timeout

SELECT pg_catalog.set_config('lock_timeout', '0', false), pg_catalog.set_config('statement_timeout', '0', false);
