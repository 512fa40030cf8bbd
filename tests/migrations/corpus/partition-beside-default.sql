-- undo: DROP TABLE readings_2027;
-- origin: hand-written
-- truth: locks
-- expect: attach-partition readings

CREATE TABLE readings_2027 PARTITION OF readings FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
