-- undo: see the statement before
-- origin: hand-written
-- truth: loses data, breaks
-- expect: attach-partition events_2024
-- expect: drop-table all_events

CREATE TABLE all_events (id bigint NOT NULL, at date NOT NULL, kind text) PARTITION BY RANGE (at);
ALTER TABLE all_events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
DROP TABLE all_events;
