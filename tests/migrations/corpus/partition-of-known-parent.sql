-- undo: DROP TABLE measurements_2026;
-- origin: hand-written
-- truth: safe
-- earlier: measurements
-- expect nothing

CREATE TABLE measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
