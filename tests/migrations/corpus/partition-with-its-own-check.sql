-- undo: see the statement before
-- origin: hand-written
-- truth: breaks
-- release: INSERT INTO readings VALUES ('2031-05-05', NULL)
-- expect: attach-partition readings

CREATE TABLE readings_2031 PARTITION OF readings (value NOT NULL) FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
