-- undo: see the statement before
-- origin: hand-written
-- truth: exposes
-- unseen: who may more is no failure
-- expect: weaken-security public

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;
