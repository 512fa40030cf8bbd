-- undo: DELETE FROM audit WHERE what = 'seed';
-- origin: pg_dump
-- truth: breaks
-- unseen: the file is not there
-- expect: seed-with-ids audit.id

COPY audit (id, what) FROM '/srv/audit.csv' CSV;
