-- undo: see the statement before
-- origin: hand-written
-- truth: exposes
-- unseen: who reads more is no failure
-- expect: weaken-security users

GRANT SELECT ON users TO PUBLIC;
