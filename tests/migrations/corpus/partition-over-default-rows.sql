-- undo: nothing: it does not run
-- origin: hand-written
-- truth: fails
-- expect: attach-partition readings

CREATE TABLE readings_2030 PARTITION OF readings FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
