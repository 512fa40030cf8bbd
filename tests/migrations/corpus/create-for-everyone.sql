-- undo: see the statement before
-- origin: hand-written
-- truth: exposes
-- unseen: who may more is no failure
-- expect: weaken-security public

GRANT CREATE ON SCHEMA public TO PUBLIC;
